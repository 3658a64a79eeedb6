/** A power curve: wind at hub height at 1.225 kg/m3, m/s rising, and electricity, kW. The last speed is the cut-out. */
export interface PowerCurve {
  readonly speedsMs: readonly number[];
  readonly powersKw: readonly number[];
}

/** A turbine that can be bought. */
export interface Turbine extends PowerCurve {
  readonly name: string;
  readonly ratedKw: number;
  readonly rotorM: number;
  /** A usual hub height. */
  readonly hubM: number;
  readonly source: string;
}

const OEDB = 'makers’ power curves as collected in oedb (OpenEnergy Database), through windpowerlib 191d8ca, MIT';

/** Turbines from a small one for a single site to large ones for weak wind. The flat part of each curve is shortened. */
export const TURBINES = {
  'enercon-e53': {
    name: 'Enercon E-53/800',
    ratedKw: 810,
    rotorM: 53,
    hubM: 60,
    source: `${OEDB}: E-53/800`,
    speedsMs: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 25],
    powersKw: [2, 14, 38, 77, 141, 228, 336, 480, 645, 744, 780, 810, 810],
  },
  'nordex-n117': {
    name: 'Nordex N117/2400',
    ratedKw: 2400,
    rotorM: 117,
    hubM: 91,
    source: `${OEDB}: N117/2400`,
    speedsMs: [2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11, 20],
    powersKw: [0, 23, 81, 154, 245, 356, 488, 644, 826, 1037, 1273, 1528, 1797, 2039, 2212, 2325, 2385, 2400, 2400],
  },
  'vestas-v112': {
    name: 'Vestas V112-3.3 MW',
    ratedKw: 3300,
    rotorM: 112,
    hubM: 94,
    source: `${OEDB}: V112/3300`,
    speedsMs: [
      2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14, 25,
    ],
    powersKw: [
      0, 22, 73, 134, 209, 302, 415, 552, 714, 906, 1123, 1370, 1648, 1950, 2268, 2586, 2868, 3071, 3201, 3266, 3291,
      3298, 3299, 3300, 3300,
    ],
  },
  'vestas-v126': {
    name: 'Vestas V126-3.45 MW',
    ratedKw: 3450,
    rotorM: 126,
    hubM: 117,
    source: `${OEDB}: V126/3450`,
    speedsMs: [2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11, 11.5, 12, 22.5],
    powersKw: [
      0, 35, 101, 184, 283, 404, 550, 725, 932, 1172, 1446, 1760, 2104, 2482, 2865, 3187, 3366, 3433, 3448, 3450, 3450,
    ],
  },
  'enercon-e141': {
    name: 'Enercon E-141/4200',
    ratedKw: 4200,
    rotorM: 141,
    hubM: 129,
    source: `${OEDB}: E-141/4200`,
    speedsMs: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 25],
    powersKw: [22, 104, 260, 523, 920, 1471, 2151, 2867, 3481, 3903, 4119, 4196, 4200, 4200],
  },
} as const satisfies Record<string, Turbine>;

export type TurbineId = keyof typeof TURBINES;

/**
 * A curve from three speeds: nothing below cut-in, the cube law between cut-in and rated speed, rated power up to cut-out:
 * P = rated (v3 - in3) / (rated3 - in3). Our assumption for turbines whose curve nobody published; real ones rise faster
 * in the middle.
 *
 * @param cutInMs below ratedMs, which is below cutOutMs
 */
export function genericCurve(ratedKw: number, cutInMs: number, ratedMs: number, cutOutMs: number): PowerCurve {
  const speedsMs: number[] = [];
  const powersKw: number[] = [];
  const steps = Math.max(1, Math.ceil((ratedMs - cutInMs) / 0.25));
  const floor = cutInMs ** 3;
  for (let i = 0; i <= steps; i++) {
    const v = cutInMs + ((ratedMs - cutInMs) * i) / steps;
    speedsMs.push(v);
    powersKw.push((ratedKw * (v ** 3 - floor)) / (ratedMs ** 3 - floor));
  }
  speedsMs.push(cutOutMs);
  powersKw.push(ratedKw);
  return { speedsMs, powersKw };
}
