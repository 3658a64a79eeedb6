import { z } from 'zod';
import { byDefault, choice, id, plain, quantity, whole } from '../../units/schema.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';
import { genericCurve, type PowerCurve } from './curves.ts';
import { farmUnits, hellmanShear, type Icing, logShear } from './physics.ts';

/** Height of the wind in conditions, m. */
const REFERENCE_M = 10;

const icing = z.strictObject({
  below: byDefault(
    quantity('temperature', 'ice grows at this temperature and colder', { min: -10, max: 5 }),
    '0 °C',
    'meteorological icing needs air below freezing (IEA Wind Task 19, recommended practices for cold climates)',
  ),
  above: byDefault(
    quantity('temperature', 'colder air holds too little liquid water', { min: -40, max: 0 }),
    '-15 °C',
    'our choice: supercooled drops become rare below',
  ),
  humidity: byDefault(
    quantity('share', 'relative humidity from which ice grows', { min: 0.5, max: 1 }),
    '95 %',
    'our choice: cloud or freezing fog at the rotor, near saturation in the weather of a whole hour',
  ),
  loss: byDefault(
    quantity('share', 'power lost while it is so', { min: 0, max: 1 }),
    '20 %',
    'our choice: iced blades lose up to 22 % of the power coefficient (Barber et al., EWEC 2010)',
  ),
});

/** What a site file may say about wind turbines of one kind. */
export const windFile = z.strictObject({
  turbine: id('a turbine of the catalogue, or "generic" with rated power and speeds'),
  units: byDefault(whole('number of turbines', { min: 1, max: 1000 }), 1, 'our choice: one turbine'),
  hub_height: quantity('length', 'hub above ground; by the table when left out, 80 m for "generic"', {
    min: 11,
    max: 250,
  }).optional(),
  roughness: byDefault(
    quantity('length', 'roughness length of the ground around', { min: 0.0001, max: 3 }),
    '0.03 m',
    'Davenport classification, open flat ground (WMO guide to instruments)',
  ),
  obstacles: byDefault(
    quantity('length', 'height of trees or houses around, which lift the profile by 0.7 of it; below 14 m', {
      min: 0,
      max: 14,
    }),
    '0 m',
    'our choice: open ground',
  ),
  hellman: plain('exponent of the wind profile, in place of the roughness', { min: 0, max: 0.6 }).optional(),
  rated: quantity('power', 'rated power of one generic turbine', { min: 0.001 }).optional(),
  cut_in: byDefault(
    quantity('speed', 'wind at which a generic turbine starts', { min: 0.5, max: 8 }),
    '3 m/s',
    'our choice: usual of large turbines',
  ),
  rated_speed: byDefault(
    quantity('speed', 'wind at which a generic turbine reaches its rated power', { min: 5, max: 25 }),
    '12 m/s',
    'our choice: usual of large turbines',
  ),
  cut_out: quantity('speed', 'wind above which turbines stop; by the curve when left out, 25 m/s for "generic"', {
    min: 10,
    max: 40,
  }).optional(),
  restart: quantity('speed', 'wind below which turbines start again after a cut-out; at once when left out', {
    min: 5,
    max: 40,
  }).optional(),
  stop_below: quantity('temperature', 'air at the hub below which turbines stop; never when left out', {
    min: -60,
    max: 0,
  }).optional(),
  density: byDefault(
    choice('how the density of the air follows from pressure and temperature', ['barometric', 'ideal-gas']),
    'barometric',
    'windpowerlib: both, barometric first',
  ),
  icing: byDefault(
    z.union([z.literal('none'), icing]).meta({ about: 'when ice on the blades costs power, or "none"' }),
    'none',
    'our choice: the dry winters of Central Asian lowlands rarely ice blades; say {} for the rule with its defaults',
  ),
  wake: byDefault(
    quantity('share', 'lost in the wakes of other turbines; not applied to one turbine alone', { min: 0, max: 0.5 }),
    '5 %',
    'our choice: small groups lose 3 to 8 %',
  ),
  availability: byDefault(
    quantity('share', 'share of the time in order', { min: 0.5, max: 1 }),
    '97 %',
    'our choice: the usual warranty of onshore turbines',
  ),
  capex: quantity('pricePerPower', 'price per kW', { min: 0 }).optional(),
  opex: quantity('pricePerPowerYear', 'operation and maintenance per kW and year', { min: 0 }).optional(),
  life: byDefault(
    quantity('duration', 'years until replaced', { min: 31557600 }),
    '28.5 y',
    'PyPSA technology-data 2025 (Danish Energy Agency), onshore wind',
  ),
});

/** Turbines as the physics needs them. */
export interface WindSpec {
  readonly name: string;
  readonly curve: PowerCurve;
  readonly cutOutMs: number;
  /** Turbines that stopped at the cut-out start again below this; equal to the cut-out without hysteresis. */
  readonly restartMs: number;
  /** Air at the hub in which they stop; -Infinity = never. */
  readonly stopBelowC: number;
  readonly idealGas: boolean;
  readonly icing: Icing | undefined;
  readonly hubM: number;
  /** Wind at the hub over wind at 10 m. */
  readonly shear: number;
  /** Turbines times what wakes and outages leave. */
  readonly effectiveUnits: number;
  readonly ratedKw: number;
  readonly ownership: Ownership;
}

/** Resolves a section of the site file. */
export function windSpec(
  file: z.output<typeof windFile>,
  context: SiteContext,
  complain: (c: Complaint) => void,
): WindSpec {
  const machine = file.turbine === 'generic' ? generic(file, complain) : named(file.turbine, file, context, complain);
  const hubM = file.hub_height ?? machine.hubM;
  const ratedKw = machine.ratedKw * file.units;
  const capex = priceOr(file.capex, 'capex', 'wind', '/kW', context, complain);
  const opex = priceOr(file.opex, 'opex', 'wind-opex', '/kW/y', context, complain);
  const cutOutMs = Math.min(file.cut_out ?? Infinity, machine.curve.speedsMs.at(-1)!);
  if (file.restart !== undefined && file.restart > cutOutMs) {
    complain({
      path: ['restart'],
      message: `restart is above the cut-out of ${cutOutMs} m/s`,
      hint: 'say a lower wind',
    });
  }
  if (REFERENCE_M - 0.7 * file.obstacles <= file.roughness && file.hellman === undefined) {
    complain({
      path: ['obstacles'],
      message: 'the profile lifted by the obstacles does not reach down to the wind at 10 m',
      hint: 'lower obstacles or roughness, or say hellman',
    });
  }
  const { icing } = file;
  return {
    name: machine.name,
    curve: machine.curve,
    cutOutMs,
    restartMs: Math.min(file.restart ?? cutOutMs, cutOutMs),
    stopBelowC: file.stop_below ?? -Infinity,
    idealGas: file.density === 'ideal-gas',
    icing:
      icing === 'none'
        ? undefined
        : { belowC: icing.below, aboveC: icing.above, humidShare: icing.humidity, lossShare: icing.loss },
    hubM,
    shear:
      file.hellman === undefined
        ? logShear(hubM, REFERENCE_M, file.roughness, file.obstacles)
        : hellmanShear(hubM, REFERENCE_M, file.hellman),
    effectiveUnits: farmUnits(file.units, file.wake, file.availability),
    ratedKw,
    ownership: {
      capexMoney: capex.value * ratedKw,
      opexMoneyPerYear: opex.value * ratedKw,
      lifeYears: file.life / 31557600,
      source: `turbines: ${capex.source}; maintenance: ${opex.source}`,
    },
  };
}

interface Machine {
  readonly name: string;
  readonly curve: PowerCurve;
  readonly ratedKw: number;
  readonly hubM: number;
}

const NO_CURVE: PowerCurve = { speedsMs: [0, 3, 25], powersKw: [0, 0, 0] };

function named(
  id: string,
  file: z.output<typeof windFile>,
  context: SiteContext,
  complain: (c: Complaint) => void,
): Machine {
  const turbine = context.catalog.turbines.get(id);
  if (turbine === undefined) {
    const known = [...context.catalog.turbines.keys(), 'generic'].join(', ');
    complain({ path: ['turbine'], message: `there is no turbine "${id}" in the catalogue`, hint: `one of ${known}` });
    return { name: id, curve: NO_CURVE, ratedKw: 0, hubM: 80 };
  }
  if (file.rated !== undefined) {
    complain({
      path: ['rated'],
      message: `the rated power of ${turbine.name} is ${turbine.ratedKw} kW`,
      hint: 'leave "rated" out, or say turbine: generic',
    });
  }
  return { name: turbine.name, curve: turbine, ratedKw: turbine.ratedKw, hubM: turbine.hubM };
}

function generic(file: z.output<typeof windFile>, complain: (c: Complaint) => void): Machine {
  const ratedKw = file.rated ?? 0;
  const cutOutMs = file.cut_out ?? 25;
  if (file.rated === undefined) {
    complain({
      path: ['rated'],
      message: 'a generic turbine needs its rated power',
      hint: 'say rated: "2 MW", or name a turbine of the table',
    });
  }
  if (!(file.cut_in < file.rated_speed && file.rated_speed < cutOutMs)) {
    complain({
      path: ['rated_speed'],
      message: 'the speeds of the generic turbine are not in order',
      hint: 'cut_in < rated_speed < cut_out',
    });
    return { name: 'generic', curve: genericCurve(ratedKw, 3, 12, 25), ratedKw, hubM: 80 };
  }
  return { name: 'generic', curve: genericCurve(ratedKw, file.cut_in, file.rated_speed, cutOutMs), ratedKw, hubM: 80 };
}
