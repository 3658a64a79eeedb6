import { DAY_MS } from '../series/grid.ts';

/**
 * Where the sun stands, from the low-accuracy theory of Meeus (Astronomical Algorithms, 2nd ed. 1998, ch. 12, 22, 25, 40):
 * elliptic motion with three equation-of-centre terms, aberration, main terms of nutation, parallax, and the largest
 * perturbations. Within 0.005° of NREL SPA from 1950 to 2050 (4000 random instants and places; 200 of them are kept). Geometric positions: refraction is left out, because
 * beam irradiance on a horizontal surface is defined by the geometric zenith.
 */

const RAD = Math.PI / 180;
/** Total solar irradiance at 1 au, W/m2. Source: Gueymard 2018, Solar Energy 168. */
export const SOLAR_CONSTANT_WM2 = 1361.1;
/** Earth time minus universal time, days: 69 s, good to 0.0004° of solar longitude from 1950 to 2050. */
const DELTA_T_DAYS = 69 / 86400;
/** 2000-01-01T12:00Z in ms. */
const J2000_MS = Date.UTC(2000, 0, 1, 12);

/** Where the sun stands at instants at even distances; a column per figure, as seen from a place, from the earth's centre, or both. */
export interface SunColumns {
  readonly distanceAu: Float64Array;
  /** See SunCentre. */
  readonly centre?: { readonly declination: Float64Array; readonly greenwichHourAngle: Float64Array };
  /** See Sun. */
  readonly place?: { readonly zenithDeg: Float64Array; readonly azimuthDeg: Float64Array };
}

/** Instants that are walked in one call: the engine makes a function that is called often fast sooner than one long loop. */
const BLOCK = 64;
/** Obliquity of the ecliptic in 2000, degrees, and its sine and cosine; what it departs from it, below 0.01°, is added to first order. */
const OBLIQUITY_DEG = 23.4392911;
const SIN_OBLIQUITY = Math.sin(OBLIQUITY_DEG * RAD);
const COS_OBLIQUITY = Math.cos(OBLIQUITY_DEG * RAD);

/**
 * Walks the sun: `count` instants `stepMs` apart from `startMs` (ms UTC) on, 1950 to 2050, at a place (degrees north and east).
 * Source: Meeus 1998 ch. 12, 22, 25 for the centre; ch. 13 and 40, with parallax, for the place.
 */
export function walkSun(
  out: SunColumns,
  startMs: number,
  stepMs: number,
  count: number,
  latDeg: number,
  lonDeg: number,
): void {
  for (let from = 0; from < count; from += BLOCK) {
    walkBlock(out, startMs, stepMs, from, Math.min(count, from + BLOCK), latDeg, lonDeg);
  }
}

/** Instants `from` to before `to` of a walk. One loop without calls or objects: nothing is put into boxes on the way. */
function walkBlock(
  out: SunColumns,
  startMs: number,
  stepMs: number,
  from: number,
  to: number,
  latDeg: number,
  lonDeg: number,
): void {
  const { distanceAu, centre, place } = out;
  const sinLat = Math.sin(latDeg * RAD);
  const cosLat = Math.cos(latDeg * RAD);
  const lon = lonDeg * RAD;
  for (let i = from; i < to; i++) {
    const days = (startMs + i * stepMs - J2000_MS) / DAY_MS;
    const t = (days + DELTA_T_DAYS) / 36525;
    const anomaly = (357.52911 + t * (35999.05029 - 0.0001537 * t)) * RAD;
    const eccentricity = 0.016708634 - t * 0.000042037;
    const sinM = Math.sin(anomaly);
    const cosM = Math.cos(anomaly);
    // sin 2M and sin 3M from sin M: fewer calls per instant
    const centreDeg =
      (1.914602 - t * 0.004817) * sinM +
      (0.019993 - t * 0.000101) * 2 * sinM * cosM +
      0.000289 * sinM * (3 - 4 * sinM * sinM);
    // Cosine of the true anomaly, M + C, to second order in C: 1e-7 of the distance, since C is below 0.034
    const c = centreDeg * RAD;
    const cosTrue = cosM - c * sinM - 0.5 * c * c * cosM;
    distanceAu[i] = (1.000001018 * (1 - eccentricity * eccentricity)) / (1 + eccentricity * cosTrue);
    // Perturbations by the moon, Venus (two), Jupiter (two) and the long term: Meeus 1998, ch. 25 (from Newcomb's tables).
    const perturbation =
      0.00134 * Math.cos((22518.7541 * t + 351.98) * RAD) +
      0.00154 * Math.cos((45037.5082 * t + 254.08) * RAD) +
      0.002 * Math.cos((32964.3577 * t + 157.05) * RAD) +
      0.00179 * Math.sin((445267.1115 * t + 297.85) * RAD) +
      0.00178 * Math.sin((20.2 * t + 251.39) * RAD);
    const node = (125.04 - 1934.136 * t) * RAD;
    const nutation = -0.00478 * Math.sin(node);
    const longitude = (280.46646 + t * 36000.76983 + centreDeg + perturbation - 0.00569 + nutation) * RAD;
    const shift = (0.00256 * Math.cos(node) - 0.0130042 * t) * RAD;
    const sinObliquity = SIN_OBLIQUITY + shift * COS_OBLIQUITY;
    const cosObliquity = COS_OBLIQUITY - shift * SIN_OBLIQUITY;
    // The sun on the unit sphere of the equator: towards the equinox, a quarter turn east of it, and the pole.
    const sinL = Math.sin(longitude);
    const x = Math.cos(longitude);
    const y = cosObliquity * sinL;
    const z = sinObliquity * sinL;
    const sidereal = (280.46061837 + 360.98564736629 * days + nutation * cosObliquity) * RAD;
    if (centre !== undefined) {
      centre.declination[i] = Math.asin(z);
      centre.greenwichHourAngle[i] = sidereal - Math.atan2(y, x);
    }
    if (place === undefined) continue;
    // Turned by the local sidereal time: cos d cos h and cos d sin h without the angles themselves.
    const sinTime = Math.sin(sidereal + lon);
    const cosTime = Math.cos(sidereal + lon);
    const towards = x * cosTime + y * sinTime;
    const east = y * cosTime - x * sinTime;
    const north = z * cosLat - towards * sinLat;
    const up = z * sinLat + towards * cosLat;
    const level = Math.sqrt(east * east + north * north);
    // atan2 keeps its accuracy near the zenith, where acos loses it
    place.zenithDeg[i] = (Math.atan2(level, up) + (8.794 / 3600) * RAD * level) / RAD;
    const azimuth = level < 1e-12 ? Math.PI : Math.atan2(east, north);
    place.azimuthDeg[i] = (azimuth < 0 ? azimuth + 2 * Math.PI : azimuth) / RAD;
  }
}

/** Columns of the sun from the earth's centre for `count` instants, to be walked. */
export function centreColumns(count: number): Pick<Required<SunColumns>, 'distanceAu' | 'centre'> {
  const column = () => new Float64Array(count);
  return { distanceAu: column(), centre: { declination: column(), greenwichHourAngle: column() } };
}

/** Columns of the sun from a place for `count` instants, to be walked. */
export function placeColumns(count: number): Pick<Required<SunColumns>, 'distanceAu' | 'place'> {
  const column = () => new Float64Array(count);
  return { distanceAu: column(), place: { zenithDeg: column(), azimuthDeg: column() } };
}

/** Where single instants are walked into. */
const ONE_CENTRE = centreColumns(1);
const ONE_PLACE = placeColumns(1);

/** The sun seen from the earth's centre. */
export interface SunCentre {
  /** Angle above the equator, rad. */
  readonly declination: number;
  /** Hour angle at longitude 0, rad, growing westward (not reduced to one turn). */
  readonly greenwichHourAngle: number;
  /** Distance, au. */
  readonly distanceAu: number;
}

/** Apparent place of the sun at an instant (ms UTC), 1950 to 2050. Source: see walkSun. */
export function sunCentre(ms: number): SunCentre {
  walkBlock(ONE_CENTRE, ms, 0, 0, 1, 0, 0);
  return {
    declination: ONE_CENTRE.centre.declination[0]!,
    greenwichHourAngle: ONE_CENTRE.centre.greenwichHourAngle[0]!,
    distanceAu: ONE_CENTRE.distanceAu[0]!,
  };
}

/** Beam outside the atmosphere on a plane that faces the sun at a distance, W/m2. */
export function beamOutsideWm2(distanceAu: number): number {
  return SOLAR_CONSTANT_WM2 / (distanceAu * distanceAu);
}

/** The sun seen from a place. */
export interface Sun {
  /** From the vertical, degrees; above 90 the sun's centre is below the horizon. No refraction. */
  readonly zenithDeg: number;
  /** Clockwise from north, degrees, 0 .. < 360. */
  readonly azimuthDeg: number;
  /** Beam outside the atmosphere on a plane that faces the sun, W/m2. */
  readonly extraterrestrialWm2: number;
}

/** Sun at an instant (ms UTC) and a place (degrees north and east), with parallax, 1950 to 2050, to 0.005°. Source: see walkSun. */
export function sunAt(ms: number, latDeg: number, lonDeg: number): Sun {
  walkBlock(ONE_PLACE, ms, 0, 0, 1, latDeg, lonDeg);
  return {
    zenithDeg: ONE_PLACE.place.zenithDeg[0]!,
    azimuthDeg: ONE_PLACE.place.azimuthDeg[0]!,
    extraterrestrialWm2: beamOutsideWm2(ONE_PLACE.distanceAu[0]!),
  };
}
