/** What a chiller model says of one operating point. */
export interface ChillerPoint {
  readonly powerKw: number;
  /** True where an input lay outside the model's data and was held at its edge. */
  readonly clamped: boolean;
}

/** Where the Lei regression is used: condenser water 15-35 °C (its parabola turns at 40 to 43 °C), load share 0.2 to 1. */
export const LEI_RANGE = { minC: 15, maxC: 35, minLoad: 0.2, maxLoad: 1 } as const;

/**
 * COP of a water-cooled centrifugal chiller by regression, for condenser water of `waterC` °C entering and a load share; no
 * clamping, valid in LEI_RANGE. Source: N. Lei, E. Masanet, Energy 201 (2020) 117556, COP_Chiller of the authors' tool.
 */
export function leiCop(waterC: number, load: number): number {
  return (
    16.798751 +
    0.00884 * waterC * waterC -
    8.528931 * load * load +
    9.885294 * load -
    0.760621 * waterC +
    0.084615 * load * waterC
  );
}

/** COP by leiCop with both inputs held inside LEI_RANGE. */
export function leiCopClamped(waterC: number, load: number): number {
  const t = Math.min(LEI_RANGE.maxC, Math.max(LEI_RANGE.minC, waterC));
  return leiCop(t, Math.min(LEI_RANGE.maxLoad, Math.max(LEI_RANGE.minLoad, load)));
}

/** True where leiCop would have to extrapolate. Condenser water colder than its range is held there by a bypass, and is no fault. */
export function leiClamps(waterC: number, load: number): boolean {
  return waterC > LEI_RANGE.maxC || load > LEI_RANGE.maxLoad;
}

/**
 * Power of a plant of `machines` equal chillers of `eachKw` that share `heatKw` evenly, kW, with as many running as is best:
 * the load share with the highest COP lies at (9.885294 + 0.084615 t) / (2 x 8.528931). Grows with heat and with `waterC`.
 */
export function leiPlantKw(heatKw: number, eachKw: number, machines: number, waterC: number): number {
  if (heatKw <= 0) return 0;
  const t = Math.min(LEI_RANGE.maxC, Math.max(LEI_RANGE.minC, waterC));
  const best = (9.885294 + 0.084615 * t) / (2 * 8.528931);
  const least = Math.min(machines, Math.max(1, Math.ceil(heatKw / eachKw)));
  const wanted = Math.min(machines, Math.max(least, Math.floor(heatKw / (eachKw * best))));
  const first = heatKw / leiCopClamped(t, heatKw / (wanted * eachKw));
  if (wanted >= machines) return first;
  return Math.min(first, heatKw / leiCopClamped(t, heatKw / ((wanted + 1) * eachKw)));
}

/** Coefficients of a chiller in EnergyPlus' reformulated EIR form: x = leaving chilled water, y = leaving condenser water, °C. */
export interface EirMachine {
  readonly about: string;
  readonly ratedKw: number;
  readonly cop: number;
  /** Capacity over rated: 1, x, x2, y, y2, xy. */
  readonly capacity: readonly [number, number, number, number, number, number];
  /** Energy input ratio over rated: same terms. */
  readonly eir: readonly [number, number, number, number, number, number];
  /** Part load: 1, y, y2, plr, plr2, y plr, plr3. */
  readonly partLoad: readonly [number, number, number, number, number, number, number];
  readonly chilledC: readonly [number, number];
  readonly condenserC: readonly [number, number];
  readonly plr: readonly [number, number];
}

/** Carrier 19XR, 2391 kW, variable speed. Source: EnergyPlus datasets/Chillers.idf; Modelica Buildings ElectricReformulatedEIR. */
export const CARRIER_19XR: EirMachine = {
  about: 'Carrier 19XR 2391 kW, COP 6.44, variable speed',
  ratedKw: 2391.3,
  cop: 6.44,
  capacity: [-0.1105784, -0.07215657, -0.001924398, 0.107311, -0.002578512, 0.004153768],
  eir: [0.6030335, -0.01099862, 6.898379e-4, 0.01213607, 2.415707e-4, -7.792847e-4],
  partLoad: [0.1309393, 0.01443518, -9.78446e-7, -0.859611, 2.724452, -0.0143627, -0.9969677],
  chilledC: [6.67, 12.22],
  condenserC: [19.76, 32.68],
  plr: [0.2, 1.03],
};

const held = (value: number, [low, high]: readonly [number, number]): number => Math.min(high, Math.max(low, value));

/**
 * Power of an EIR machine at `heatKw` > 0: capacity and efficiency by temperatures, then part load; inputs outside the
 * machine's data are held at their edges and reported, because comfort-range curves are unverified at data-centre temperatures.
 * Below the lowest unloading the machine cycles. Source: EnergyPlus Engineering Reference, Chiller:Electric:ReformulatedEIR.
 */
export function eirPoint(machine: EirMachine, heatKw: number, chilledC: number, condenserC: number): ChillerPoint {
  const x = held(chilledC, machine.chilledC);
  const y = held(condenserC, machine.condenserC);
  const c = machine.capacity;
  const e = machine.eir;
  const p = machine.partLoad;
  const availableKw = machine.ratedKw * (c[0] + x * (c[1] + c[2] * x) + y * (c[3] + c[4] * y) + c[5] * x * y);
  const eir = e[0] + x * (e[1] + e[2] * x) + y * (e[3] + e[4] * y) + e[5] * x * y;
  const wanted = heatKw / availableKw;
  const plr = held(wanted, machine.plr);
  const part = p[0] + y * (p[1] + p[2] * y) + plr * (p[3] + plr * (p[4] + p[6] * plr)) + p[5] * y * plr;
  const cycling = Math.min(1, wanted / machine.plr[0]);
  return {
    powerKw: (availableKw / machine.cop) * eir * part * cycling,
    clamped: x !== chilledC || y !== condenserC || wanted > machine.plr[1],
  };
}

/**
 * Air-cooled chiller in the "Electric" form: capacity and full-load power per capacity, as shares of their ratings at 35 °C air
 * and 6.67 °C chilled water, for outdoor air of 18 to 45 °C and chilled water of 4 to 12 °C (held at these edges).
 * Source: EnergyPlus Engineering Reference, Chiller:Electric, with the coefficients of HPE dc-rl envs/datacenter.py, whose own
 * call takes 35 °C for the design chilled water; here it is the 6.67 °C of the same set.
 */
export function airCooledShares(airC: number, chilledC: number): { readonly capacity: number; readonly power: number } {
  const d = (held(airC, [18, 45]) - 35) / 2.778 - (held(chilledC, [4, 12]) - 6.67);
  const capacity = 0.944836 + d * (-0.0570088 + 0.00185486 * d);
  return { capacity, power: 2.333 + capacity * (-1.975 + 0.6121 * capacity) };
}
