import { type Arc, arcsOf, integrateRamp, meanCosine } from './arc.ts';
import { rowMiddleMs, type WeatherYear } from './year.ts';

/** A change of clearness from one hour to the next takes twice this part of an hour. */
const RAMP = 1 / 6;

/** Irradiance per cosine of the zenith (W/m2) during an hour: `left` at its start, `level` in its middle, `right` at its end. */
interface Course {
  readonly left: number;
  readonly level: number;
  readonly right: number;
}

/** Light of one row: beam and diffuse on the horizontal follow the sun, or an even diffuse where there is no sun to follow. */
export interface RowLight {
  readonly arc: Arc;
  readonly beam: Course;
  readonly diffuse: Course;
  readonly evenWm2: number;
}

const NO_COURSE: Course = { left: 0, level: 0, right: 0 };

/** Integral of course x cos z over the daylight part of u0..u1. */
function integrate(arc: Arc, course: Course, u0: number, u1: number): number {
  const from = Math.max(u0, arc.rise);
  const to = Math.min(u1, arc.set);
  if (from >= to || (course.level === 0 && course.left === 0 && course.right === 0)) return 0;
  let sum = 0;
  const firstEnd = Math.min(to, RAMP);
  if (from < firstEnd && (course.left !== 0 || course.level !== 0))
    sum += integrateRamp(arc, course.left, (course.level - course.left) / RAMP, from, firstEnd);
  const flatFrom = Math.max(from, RAMP);
  const flatTo = Math.min(to, 1 - RAMP);
  if (flatFrom < flatTo && course.level !== 0) sum += integrateRamp(arc, course.level, 0, flatFrom, flatTo);
  const lastStart = Math.max(from, 1 - RAMP);
  if (lastStart < to && (course.right !== 0 || course.level !== 0)) {
    const slope = (course.right - course.level) / RAMP;
    sum += integrateRamp(arc, course.level - slope * (1 - RAMP), slope, lastStart, to);
  }
  return sum;
}

/** Value between two neighbours at their common edge: their mean, held near the smaller so that no hour must go below zero. */
function edge(own: number, other: number): number {
  return Number.isNaN(other) ? own : Math.min((own + other) / 2, 4 * own, 4 * other);
}

const LEFT: Course = { left: 1, level: 0, right: 0 };
const LEVEL: Course = { left: 0, level: 1, right: 0 };
const RIGHT: Course = { left: 0, level: 0, right: 1 };

/** Integrals over an hour of courses that are 1 at its start, in its middle or at its end: those of beam and diffuse are made of them. */
function unitsOf(arc: Arc): Course {
  return { left: integrate(arc, LEFT, 0, 1), level: integrate(arc, LEVEL, 0, 1), right: integrate(arc, RIGHT, 0, 1) };
}

/** Course of an hour whose mean is `meanWm2` exactly; `before` and `after` are the neighbours' irradiance per cosine, NaN at night. */
function courseOf(units: Course, own: number, meanWm2: number, before: number, after: number): Course {
  if (own === 0) return NO_COURSE;
  const left = edge(own, before);
  const right = edge(own, after);
  const level = (meanWm2 - left * units.left - right * units.right) / units.level;
  return level >= 0 && level <= 1.5 * own ? { left, level, right } : { left: own, level: own, right: own };
}

/** Light inside the rows of a weather year, made so that each row's means of global and diffuse irradiance are kept exactly. */
export function lightOf(year: WeatherYear): RowLight[] {
  const { place, utcOffsetH, irradianceShiftH, ghiWm2, dhiWm2, hours } = year;
  const arcs = arcsOf(rowMiddleMs(0, utcOffsetH, irradianceShiftH), hours, place.latDeg, place.lonDeg);
  const beams = new Float64Array(hours).fill(Number.NaN);
  const diffuses = new Float64Array(hours).fill(Number.NaN);
  for (let row = 0; row < hours; row++) {
    const arc = arcs[row]!;
    const cosZ = meanCosine(arc);
    // A row brighter than space allows is twilight or a rough stamp: it has no sun to follow.
    if (cosZ <= 0 || ghiWm2[row]! > cosZ * arc.extraterrestrialWm2) continue;
    const diffuse = Math.min(dhiWm2[row]!, ghiWm2[row]!);
    beams[row] = (ghiWm2[row]! - diffuse) / cosZ;
    diffuses[row] = diffuse / cosZ;
  }
  return arcs.map((arc, row) => {
    const ghi = ghiWm2[row]!;
    if (Number.isNaN(beams[row]!)) return { arc, beam: NO_COURSE, diffuse: NO_COURSE, evenWm2: ghi };
    const before = (row + hours - 1) % hours;
    const after = (row + 1) % hours;
    const dhi = Math.min(dhiWm2[row]!, ghi);
    const units = unitsOf(arc);
    return {
      arc,
      beam: courseOf(units, beams[row]!, ghi - dhi, beams[before]!, beams[after]!),
      diffuse: courseOf(units, diffuses[row]!, dhi, diffuses[before]!, diffuses[after]!),
      evenWm2: 0,
    };
  });
}

/** Beam on the horizontal, integrated over u0..u1 of a row (0..1), W/m2 times hours. */
export function beamIn(light: RowLight, u0: number, u1: number): number {
  return integrate(light.arc, light.beam, u0, u1);
}

/** Diffuse on the horizontal, integrated over u0..u1 of a row (0..1), W/m2 times hours. */
export function diffuseIn(light: RowLight, u0: number, u1: number): number {
  return light.evenWm2 * (u1 - u0) + integrate(light.arc, light.diffuse, u0, u1);
}
