import { DAY_MS } from '../series/grid.ts';
import { sunCentre } from './sun.ts';

/** Refraction, apparent height of the sun, and the times of sunrise, transit and sunset. */

const RAD = Math.PI / 180;
/** Half the sun's disc and its refraction at the horizon: the centre's true height at rise and set. Source: SPA, appendix A.2. */
const RISE_ALTITUDE_DEG = -0.8333;
/** Below this true height refraction is not counted: the whole disc is under the horizon. Source: SPA, half diameter and 0.5667°. */
const DISC_BELOW_DEG = -(0.26667 + 0.5667);

/**
 * How much refraction lifts the sun, degrees, for a true height of its centre, station pressure and air temperature; 0 once the
 * disc has set. Source: Reda and Andreas 2004, Solar Energy 76 (NREL SPA), eq. 42, after Saemundsson.
 */
export function refractionDeg(elevationDeg: number, pressurePa: number, airC: number): number {
  if (elevationDeg < DISC_BELOW_DEG) return 0;
  const lift = 1.02 / (60 * Math.tan((elevationDeg + 10.3 / (elevationDeg + 5.11)) * RAD));
  return (pressurePa / 101_000) * (283 / (273 + airC)) * lift;
}

/** Sunrise, transit and sunset of a day; rise and set are undefined where the sun stays up or down all day. */
export interface SunTimes {
  readonly riseMs: number | undefined;
  readonly transitMs: number;
  readonly setMs: number | undefined;
  /** Above the horizon: part of the day, all of it, or none. */
  readonly day: 'part' | 'up' | 'down';
}

/** Turns an angle into -pi .. pi. */
function around(angle: number): number {
  return angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));
}

/** Hour angle of rise and set for a declination, rad; NaN where there is none. */
function halfDay(latRad: number, declination: number): number {
  const cos =
    (Math.sin(RISE_ALTITUDE_DEG * RAD) - Math.sin(latRad) * Math.sin(declination)) /
    (Math.cos(latRad) * Math.cos(declination));
  return Math.acos(cos);
}

/** Instant near `guessMs` when the hour angle is that which `wanted` gives for the sun's place. */
function meet(guessMs: number, lonRad: number, wanted: (declination: number) => number): number | undefined {
  let ms = guessMs;
  for (let round = 0; round < 8; round++) {
    const { declination, greenwichHourAngle } = sunCentre(ms);
    const step = (around(wanted(declination) - greenwichHourAngle - lonRad) / (2 * Math.PI)) * DAY_MS;
    if (Number.isNaN(step)) return undefined;
    ms += step;
    if (Math.abs(step) < 1) break;
  }
  return ms;
}

/**
 * Sunrise, transit and sunset around the transit nearest to 12 h after `dayMs` (ms UTC of the local midnight), at a place in degrees north and east, 1950 to 2050. Rise and set: the sun's centre 0.8333°
 * below the horizon, seen from the earth's centre, as SPA defines them; within 2 s of SPA between 65° south and north. Mountains,
 * height and unusual refraction move the real ones by minutes. Source: Reda and Andreas 2004, appendix A.2, solved by iteration.
 */
export function sunTimes(dayMs: number, latDeg: number, lonDeg: number): SunTimes {
  const lat = latDeg * RAD;
  const lon = lonDeg * RAD;
  const transitMs = meet(dayMs + DAY_MS / 2, lon, () => 0)!;
  const { declination } = sunCentre(transitMs);
  const half = halfDay(lat, declination);
  if (Number.isNaN(half)) {
    const noonDeg = 90 - Math.abs(latDeg - declination / RAD);
    return { riseMs: undefined, transitMs, setMs: undefined, day: noonDeg > RISE_ALTITUDE_DEG ? 'up' : 'down' };
  }
  const away = (half / (2 * Math.PI)) * DAY_MS;
  const riseMs = meet(transitMs - away, lon, (d) => -halfDay(lat, d));
  const setMs = meet(transitMs + away, lon, (d) => halfDay(lat, d));
  return { riseMs, transitMs, setMs, day: 'part' };
}
