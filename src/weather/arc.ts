import { beamOutsideWm2, centreColumns, sunCentre, walkSun } from './sun.ts';

const HOUR_MS = 3_600_000;
const RAD = Math.PI / 180;
/** The hour angle grows by this much in an hour, rad. */
const HOUR_ANGLE = Math.PI / 12;

/**
 * The sun's path during one hour: cos z = a + b cos(w0 + u pi/12), with u from 0 at the hour's start to 1 at its end.
 * Declination is held at its value in the middle, which is within 0.01° of the truth.
 */
export interface Arc {
  readonly a: number;
  readonly b: number;
  /** Hour angle at the start, rad, -pi .. pi. */
  readonly w0: number;
  /** Part of the hour with the sun above the horizon, 0 <= rise <= set <= 1; equal when there is none. */
  readonly rise: number;
  readonly set: number;
  readonly extraterrestrialWm2: number;
}

/** Path of the sun in the hour around an instant (ms UTC). */
export function arcOf(middleMs: number, latDeg: number, lonDeg: number): Arc {
  const { declination, greenwichHourAngle, distanceAu } = sunCentre(middleMs);
  return arcFrom(declination, greenwichHourAngle, distanceAu, latDeg, lonDeg);
}

/** Paths of the sun in `count` hours on end; the middle of the first is given (ms UTC). */
export function arcsOf(firstMiddleMs: number, count: number, latDeg: number, lonDeg: number): Arc[] {
  const sun = centreColumns(count);
  walkSun(sun, firstMiddleMs, HOUR_MS, count, latDeg, lonDeg);
  return Array.from(sun.centre.declination, (declination, i) =>
    arcFrom(declination, sun.centre.greenwichHourAngle[i]!, sun.distanceAu[i]!, latDeg, lonDeg),
  );
}

function arcFrom(
  declination: number,
  greenwichHourAngle: number,
  distanceAu: number,
  latDeg: number,
  lonDeg: number,
): Arc {
  const a = Math.sin(latDeg * RAD) * Math.sin(declination);
  const b = Math.cos(latDeg * RAD) * Math.cos(declination);
  const turns = 2 * Math.PI;
  let w0 = (greenwichHourAngle + lonDeg * RAD - HOUR_ANGLE / 2) % turns;
  if (w0 > Math.PI) w0 -= turns;
  if (w0 < -Math.PI) w0 += turns;
  const [rise, set] = daylight(a, b, w0);
  return { a, b, w0, rise, set, extraterrestrialWm2: beamOutsideWm2(distanceAu) };
}

function daylight(a: number, b: number, w0: number): [number, number] {
  if (a >= b) return [0, 1];
  if (a <= -b) return [0, 0];
  const half = Math.acos(-a / b);
  // The day that the hour may touch is centred on hour angle 0 or, for an hour that crosses midnight, on 2 pi.
  let from = 1;
  let to = 0;
  for (const centre of [0, 2 * Math.PI]) {
    const start = Math.max(0, (centre - half - w0) / HOUR_ANGLE);
    const end = Math.min(1, (centre + half - w0) / HOUR_ANGLE);
    if (start < end) {
      from = Math.min(from, start);
      to = Math.max(to, end);
    }
  }
  return from < to ? [from, to] : [0, 0];
}

/** Integral of (p + q u) cos z from u0 to u1; both inside rise..set. Cosine in closed form, so that parts of an hour add up. */
export function integrateRamp(arc: Arc, p: number, q: number, u0: number, u1: number): number {
  const start = arc.w0 + u0 * HOUR_ANGLE;
  const end = arc.w0 + u1 * HOUR_ANGLE;
  const level = arc.a * ((u1 - u0) * (p + (q * (u0 + u1)) / 2));
  const swing =
    ((p + q * u1) * Math.sin(end) - (p + q * u0) * Math.sin(start)) / HOUR_ANGLE +
    (q * (Math.cos(end) - Math.cos(start))) / (HOUR_ANGLE * HOUR_ANGLE);
  return level + arc.b * swing;
}

/** Mean over the whole hour of the cosine of the zenith, night counted as 0. */
export function meanCosine(arc: Arc): number {
  return arc.set > arc.rise ? Math.max(0, integrateRamp(arc, 1, 0, arc.rise, arc.set)) : 0;
}

/** Highest cosine of the zenith in the hour, below 0 at night. */
export function highestCosine(arc: Arc): number {
  const end = arc.w0 + HOUR_ANGLE;
  const noon = (arc.w0 <= 0 && end >= 0) || end >= 2 * Math.PI;
  return arc.a + arc.b * (noon ? 1 : Math.max(Math.cos(arc.w0), Math.cos(end)));
}
