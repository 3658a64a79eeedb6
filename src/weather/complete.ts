import { dewPointOfRhC, saturationPressurePa } from '../air/psychrometrics.ts';
import { mean } from '../series/grid.ts';
import { arcOf, meanCosine } from './arc.ts';
import { splitByDisc } from './clearSky.ts';
import { type BeamDiffuse, clearBeamWm2, closeBeam, splitGlobal } from './irradiance.ts';
import { type Place, pressureByHeight, rowMiddleMs } from './year.ts';

/** Humidity columns of a year, complete and consistent in sign: dew point not above the dry bulb, humidity 0..1. */
export interface Humidity {
  readonly dewC: Float64Array;
  readonly rhShare: Float64Array;
}

/** Completes humidity from what a file has: each of the two from the other where one is missing. Adds what it changed to `warnings` and what it made to `derived`. */
export function completeHumidity(
  tempC: Float64Array,
  dewC: Float64Array | undefined,
  rhPct: Float64Array | undefined,
  warnings: string[],
  derived: string[] = [],
): Humidity {
  const rhOfDew = (i: number, dew: number) => Math.min(1, saturationPressurePa(dew) / saturationPressurePa(tempC[i]!));
  const rhShare =
    rhPct?.map((v) => Math.min(100, Math.max(0, v)) / 100) ?? tempC.map((_, i) => rhOfDew(i, dewC?.[i] ?? Number.NaN));
  // Air of 0 % is a sensor's floor; 0.1 % stands in, so that there is a dew point.
  const dew = dewC ?? tempC.map((t, i) => dewPointOfRhC(t, Math.max(0.001, rhShare[i]!)));
  const clipped = dew.map((d, i) => Math.min(d, tempC[i]!));
  const above = clipped.reduce((n, d, i) => n + (d < dew[i]! - 1e-9 ? 1 : 0), 0);
  if (above > 0 && dewC !== undefined)
    warnings.push(`${above} hours: dew point up to 0.5 K above the dry bulb, set to it`);
  if (dewC === undefined) derived.push('no dew point: computed from relative humidity');
  if (rhPct === undefined) derived.push('no relative humidity: computed from the dew point');
  if (dewC !== undefined && rhPct !== undefined) {
    const apart = mean(tempC.map((_, i) => Math.abs(rhOfDew(i, clipped[i]!) - rhShare[i]!)));
    if (apart > 0.05) {
      warnings.push(
        `relative humidity and dew point disagree by ${(apart * 100).toFixed(0)} % on average; humidity is used`,
      );
    }
  }
  return { dewC: clipped, rhShare };
}

/** Irradiance columns of a year. */
export interface Light {
  readonly ghiWm2: Float64Array;
  readonly dniWm2: Float64Array;
  readonly dhiWm2: Float64Array;
}

/** Mean cosine of the zenith and extraterrestrial beam of every row, for irradiance stamped `shiftH` late. */
export function rowCosines(place: Place, utcOffsetH: number, shiftH: number, rows: number) {
  const cosZ = new Float64Array(rows);
  const extraterrestrialWm2 = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const arc = arcOf(rowMiddleMs(row, utcOffsetH, shiftH), place.latDeg, place.lonDeg);
    cosZ[row] = meanCosine(arc);
    extraterrestrialWm2[row] = arc.extraterrestrialWm2;
  }
  return { cosZ, extraterrestrialWm2 };
}

const DEG = 180 / Math.PI;

/** Formulas that split global irradiance into beam and diffuse where a file has no more. */
export const DECOMPOSITIONS = ['erbs', 'disc'] as const;
export type Decomposition = (typeof DECOMPOSITIONS)[number];

const SOURCES: Readonly<Record<Decomposition, string>> = { erbs: 'Erbs 1982', disc: 'DISC (Maxwell 1987)' };

/** How light that a file lacks is made: the formula, and for DISC the station pressure of every row (default: by height). */
export interface Splitting {
  readonly decomposition?: Decomposition;
  readonly pressurePa?: Float64Array | undefined;
}

/** Split of a row's global irradiance by DISC, closed exactly, with the beam held below `ceilingWm2` as that of Erbs is. */
function discOfRow(ghiWm2: number, row: number, cosZ: number, pressurePa: number, ceilingWm2: number): BeamDiffuse {
  if (cosZ <= 0) return closeBeam(ghiWm2, ghiWm2, cosZ, ceilingWm2);
  const zenithDeg = Math.acos(Math.min(1, cosZ)) * DEG;
  const { dhiWm2 } = splitByDisc(ghiWm2, zenithDeg, Math.floor(row / 24) + 1, pressurePa);
  return closeBeam(ghiWm2, dhiWm2, cosZ, ceilingWm2);
}

/**
 * Completes irradiance from what a file has: diffuse from global and beam, beam from global and diffuse, both by Erbs or
 * DISC where there is global only; what it made goes to `derived`. Notes oddities: light outside the day, more light than outside the atmosphere, columns that do not close.
 */
export function completeLight(
  ghi: Float64Array,
  dni: Float64Array | undefined,
  dhi: Float64Array | undefined,
  place: Place,
  utcOffsetH: number,
  shiftH: number,
  warnings: string[],
  derived: string[] = [],
  { decomposition = 'erbs', pressurePa = pressureByHeight(place.elevationM) }: Splitting = {},
): Light {
  const { cosZ, extraterrestrialWm2 } = rowCosines(place, utcOffsetH, shiftH, ghi.length);
  const up = (values: Float64Array) => values.map((v) => Math.max(0, v));
  const ghiWm2 = up(ghi);
  const below = ghi.reduce((n, v) => n + (v < 0 ? 1 : 0), 0);
  if (below > 0) warnings.push(`${below} hours: irradiance a little below zero, set to 0`);
  const night = ghiWm2.reduce((n, v, i) => n + (v > 5 && cosZ[i] === 0 ? 1 : 0), 0);
  if (night > 0)
    warnings.push(`${night} hours have more than 5 W/m2 with the sun below the horizon; counted as diffuse`);
  const bright = ghiWm2.reduce((n, v, i) => n + (v > 1.1 * extraterrestrialWm2[i]! * cosZ[i]! + 60 ? 1 : 0), 0);
  if (bright > 0) warnings.push(`${bright} hours are brighter than outside the atmosphere`);
  if (dni !== undefined && dhi !== undefined) {
    const light = { ghiWm2, dniWm2: up(dni), dhiWm2: up(dhi) };
    const off = mean(ghiWm2.map((v, i) => Math.abs(light.dniWm2[i]! * cosZ[i]! + light.dhiWm2[i]! - v))) / mean(ghiWm2);
    if (off > 0.05) {
      warnings.push(
        `global, beam and diffuse irradiance disagree by ${(off * 100).toFixed(0)} %; global and diffuse are used`,
      );
    }
    return light;
  }
  const dniWm2 = new Float64Array(ghi.length);
  const dhiWm2 = new Float64Array(ghi.length);
  for (let i = 0; i < ghi.length; i++) {
    const outside = extraterrestrialWm2[i]!;
    const ceiling = clearBeamWm2(outside, Math.acos(Math.min(1, cosZ[i]!)) * DEG, place.elevationM);
    const diffuse = dhi?.[i] ?? (dni === undefined ? undefined : ghiWm2[i]! - dni[i]! * cosZ[i]!);
    const split =
      diffuse === undefined
        ? decomposition === 'disc'
          ? discOfRow(ghiWm2[i]!, i, cosZ[i]!, pressurePa[i]!, ceiling)
          : splitGlobal(ghiWm2[i]!, cosZ[i]!, outside, ceiling)
        : closeBeam(ghiWm2[i]!, Math.max(0, diffuse), cosZ[i]!, outside);
    dniWm2[i] = split.dniWm2;
    dhiWm2[i] = split.dhiWm2;
  }
  if (dni === undefined && dhi === undefined) {
    derived.push(`only global irradiance: beam and diffuse by ${SOURCES[decomposition]}`);
  } else derived.push(`${dni === undefined ? 'beam' : 'diffuse'} irradiance computed from the other two`);
  return { ghiWm2, dniWm2, dhiWm2 };
}
