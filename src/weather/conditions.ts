import { wetBulbOfRhC } from '../air/psychrometrics.ts';
import { HOUR_MS, stepStartMs, type TimeGrid } from '../series/grid.ts';
import { type LocalTime, zoneOf } from '../series/zone.ts';
import { type BeamDiffuse, clearBeamWm2, closeBeam, cosZenith } from './irradiance.ts';
import { beamOutsideWm2, placeColumns, sunAt, walkSun } from './sun.ts';
import { beamIn, diffuseIn, lightOf, type RowLight } from './within.ts';
import { hourOfYear, type Place, type WeatherYear, YEAR_HOURS } from './year.ts';

/** Air, sun and time during a step; means over the step. */
export interface Conditions {
  /** Start of the step, ms UTC. */
  readonly startMs: number;
  /** Length of the step in hours, > 0. */
  readonly dtH: number;
  /** Local civil time at mid-step. */
  readonly local: LocalTime;
  /** Dry bulb, °C. */
  readonly tempC: number;
  /** Relative humidity, 0..1. */
  readonly rhShare: number;
  /** Wet bulb, °C. */
  readonly wetBulbC: number;
  /** Station pressure, Pa. */
  readonly pressurePa: number;
  /** Wind at 10 m, m/s. */
  readonly windMs: number;
  /** Irradiance on the horizontal, W/m2: global, diffuse; and beam on the normal. */
  readonly ghiWm2: number;
  readonly dhiWm2: number;
  readonly dniWm2: number;
  /** Sun at mid-step: zenith from the vertical, azimuth clockwise from north, degrees; beam outside the atmosphere, W/m2. */
  readonly sunZenithDeg: number;
  readonly sunAzimuthDeg: number;
  readonly extraterrestrialWm2: number;
}

/** What a weather year gives for a step before the sun's place and the local time are added. */
interface Air {
  tempC: number;
  rhShare: number;
  wetBulbC: number;
  pressurePa: number;
  windMs: number;
  /** Beam and diffuse on the horizontal, W/m2. */
  beamWm2: number;
  diffuseWm2: number;
}

/** A weather year made ready for steps of any length; kept as long as the year itself. */
interface Ready {
  readonly year: WeatherYear;
  readonly wetBulbC: Float64Array;
  readonly light: readonly RowLight[];
}

const ready = new WeakMap<WeatherYear, Ready>();

function readyOf(year: WeatherYear): Ready {
  let made = ready.get(year);
  if (made === undefined) {
    const { tempC, rhShare, pressurePa } = year;
    const wetBulbC = tempC.map((t, i) => wetBulbOfRhC(t, rhShare[i]!, pressurePa[i]!));
    made = { year, wetBulbC, light: lightOf(year) };
    ready.set(year, made);
  }
  return made;
}

/** Adds the air at an instant of local standard time, linear between the middles of hours, to `sum` with a weight. */
function addAir(sum: Air, { year, wetBulbC }: Ready, standardMs: number, weight: number): void {
  const at = hourOfYear(standardMs) - 0.5;
  const below = Math.floor(at);
  const i = (below + YEAR_HOURS) % YEAR_HOURS;
  const j = (below + 1) % YEAR_HOURS;
  const b = weight * (at - below);
  const a = weight - b;
  sum.tempC += a * year.tempC[i]! + b * year.tempC[j]!;
  sum.rhShare += a * year.rhShare[i]! + b * year.rhShare[j]!;
  sum.wetBulbC += a * wetBulbC[i]! + b * wetBulbC[j]!;
  sum.pressurePa += a * year.pressurePa[i]! + b * year.pressurePa[j]!;
  sum.windMs += a * year.windMs[i]! + b * year.windMs[j]!;
}

/** Adds beam and diffuse of a step: the exact mean over it, whatever rows it touches. */
function addLight(sum: Air, { year, light }: Ready, startMs: number, dtH: number): void {
  let ms = startMs + (year.utcOffsetH + year.irradianceShiftH) * HOUR_MS;
  const end = ms + dtH * HOUR_MS;
  while (ms < end) {
    const rowStart = Math.floor(ms / HOUR_MS) * HOUR_MS;
    const until = Math.min(end, rowStart + HOUR_MS);
    const row = light[Math.floor(hourOfYear(rowStart))]!;
    const u0 = (ms - rowStart) / HOUR_MS;
    const u1 = (until - rowStart) / HOUR_MS;
    sum.beamWm2 += beamIn(row, u0, u1) / dtH;
    sum.diffuseWm2 += diffuseIn(row, u0, u1) / dtH;
    ms = until;
  }
}

function airOf(made: Ready, startMs: number, dtH: number): Air {
  const sum: Air = { tempC: 0, rhShare: 0, wetBulbC: 0, pressurePa: 0, windMs: 0, beamWm2: 0, diffuseWm2: 0 };
  const samples = Math.max(1, Math.ceil(dtH - 1e-9));
  const standardMs = startMs + made.year.utcOffsetH * HOUR_MS;
  for (let k = 0; k < samples; k++) {
    addAir(sum, made, standardMs + ((k + 0.5) / samples) * dtH * HOUR_MS, 1 / samples);
  }
  addLight(sum, made, startMs, dtH);
  return sum;
}

/** A measured clear beam may be this much above the clear-sky formula before it counts as a sign of a low sun's geometry. */
const CLEAR_MARGIN = 1.15;

/** Joins light and sun: global irradiance is kept, and beam and diffuse close with the sun where it stands at mid-step. */
function lightOfStep(
  air: Air,
  zenithDeg: number,
  extraterrestrialWm2: number,
  elevationM: number,
): BeamDiffuse & { ghiWm2: number } {
  const ghiWm2 = Math.max(0, air.beamWm2) + Math.max(0, air.diffuseWm2);
  if (ghiWm2 === 0) return NO_LIGHT;
  const cosZ = cosZenith(zenithDeg);
  const clear = cosZ > 0 ? clearBeamWm2(extraterrestrialWm2, zenithDeg, elevationM) : 0;
  const { dniWm2, dhiWm2 } = closeBeam(
    ghiWm2,
    Math.max(0, air.diffuseWm2),
    cosZ,
    Math.min(extraterrestrialWm2, CLEAR_MARGIN * clear),
  );
  return { ghiWm2, dhiWm2, dniWm2 };
}

const NO_LIGHT = { ghiWm2: 0, dhiWm2: 0, dniWm2: 0 };

/**
 * Conditions of one step of any length > 0 (hours) from a weather year, at any instant (ms UTC) from 1950 to 2050: the calendar
 * maps onto the weather year by local standard month, day and hour, 29 February reads as 28 February. Temperature, humidity,
 * pressure, wet bulb and wind are linear between the middles of hours, and means of samples an hour apart in longer steps.
 * Irradiance follows the sun inside the hours and adds up to each hour's own total; GHI = DNI cos z + DHI holds exactly for the
 * zenith reported, so that part of the beam counts as diffuse in steps with the sun on the horizon.
 */
export function conditionsAt(year: WeatherYear, place: Place, startMs: number, dtH: number): Conditions {
  const middleMs = startMs + (dtH * HOUR_MS) / 2;
  const air = airOf(readyOf(year), startMs, dtH);
  const sun = sunAt(middleMs, place.latDeg, place.lonDeg);
  return {
    startMs,
    dtH,
    local: zoneOf(place.zone).local(middleMs),
    tempC: air.tempC,
    rhShare: air.rhShare,
    wetBulbC: air.wetBulbC,
    pressurePa: air.pressurePa,
    windMs: air.windMs,
    ...lightOfStep(air, sun.zenithDeg, sun.extraterrestrialWm2, place.elevationM),
    sunZenithDeg: sun.zenithDeg,
    sunAzimuthDeg: sun.azimuthDeg,
    extraterrestrialWm2: sun.extraterrestrialWm2,
  };
}

/**
 * Conditions of every step of a grid, computed once and kept as columns (a year at 15 minutes is 3 MB; as objects it would be
 * ten times that, and the garbage collector would walk them all the while); the function returned makes step i. See
 * conditionsAt.
 */
export function conditionsOn(year: WeatherYear, place: Place, grid: TimeGrid): (i: number) => Conditions {
  const made = readyOf(year);
  const zone = zoneOf(place.zone);
  const dtH = grid.stepMs / HOUR_MS;
  const halfMs = grid.stepMs / 2;
  const column = () => new Float64Array(grid.count);
  const [temp, rh, wetBulb, pressure, wind] = [column(), column(), column(), column(), column()];
  const [ghi, dhi, dni] = [column(), column(), column()];
  const { distanceAu, place: seen } = placeColumns(grid.count);
  const { zenithDeg, azimuthDeg } = seen;
  walkSun({ distanceAu, place: seen }, grid.startMs + halfMs, grid.stepMs, grid.count, place.latDeg, place.lonDeg);
  const beam = distanceAu.map(beamOutsideWm2);
  // A function of its own, because the engine optimises what is called often sooner and more cheaply than one long loop.
  const fill = (i: number): void => {
    const air = airOf(made, stepStartMs(grid, i), dtH);
    temp[i] = air.tempC;
    rh[i] = air.rhShare;
    wetBulb[i] = air.wetBulbC;
    pressure[i] = air.pressurePa;
    wind[i] = air.windMs;
    const light = lightOfStep(air, zenithDeg[i]!, beam[i]!, place.elevationM);
    ghi[i] = light.ghiWm2;
    dhi[i] = light.dhiWm2;
    dni[i] = light.dniWm2;
  };
  for (let i = 0; i < grid.count; i++) fill(i);
  return (i) => {
    if (!(i >= 0 && i < grid.count)) throw new RangeError(`step ${i} is outside the grid's 0..${grid.count - 1}`);
    const startMs = stepStartMs(grid, i);
    return {
      startMs,
      dtH,
      local: zone.local(startMs + halfMs),
      tempC: temp[i]!,
      rhShare: rh[i]!,
      wetBulbC: wetBulb[i]!,
      pressurePa: pressure[i]!,
      windMs: wind[i]!,
      ghiWm2: ghi[i]!,
      dhiWm2: dhi[i]!,
      dniWm2: dni[i]!,
      sunZenithDeg: zenithDeg[i]!,
      sunAzimuthDeg: azimuthDeg[i]!,
      extraterrestrialWm2: beam[i]!,
    };
  };
}
