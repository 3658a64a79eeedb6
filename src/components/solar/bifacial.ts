/**
 * Light on the backs of modules in long rows over open ground. View factors are those of infinitely many infinitely long rows,
 * which follow from reciprocity and summation alone. Source: Marion et al. 2017, A Practical Irradiance Model for Bifacial PV
 * Modules (NREL/CP-5J00-67847); Mikofski et al. 2019, Bifacial Performance Modeling in Large Arrays (IEEE PVSC 46), as in
 * pvlib.bifacial.infinite_sheds, here without a limit to the rows seen.
 */

const RAD = Math.PI / 180;

/** Share of what a row's face sees that is sky: face tilted 0..180° (backs: 180 - tilt), ground cover 0..1. */
export function rowSkyView(faceTiltDeg: number, gcr: number): number {
  const a = 1 / gcr;
  const c = Math.cos(faceTiltDeg * RAD);
  return 0.5 * (1 + a - Math.sqrt(Math.max(0, a * a - 2 * a * c + 1)));
}

/** Share of what a row's face sees that is ground. */
export function rowGroundView(faceTiltDeg: number, gcr: number): number {
  return rowSkyView(180 - faceTiltDeg, gcr);
}

/** Share of what the ground sees that is sky: all that the two faces of the rows leave. */
export function groundSkyView(tiltDeg: number, gcr: number): number {
  return 1 - gcr * (rowSkyView(tiltDeg, gcr) + rowSkyView(180 - tiltDeg, gcr));
}

/** Tangent of the sun's zenith in the plane across the rows, positive towards where they face. */
function crossTangent(azimuthDeg: number, zenithDeg: number, sunAzimuthDeg: number): number {
  return Math.cos((sunAzimuthDeg - azimuthDeg) * RAD) * Math.tan(zenithDeg * RAD);
}

/** Below this height across the rows all of the ground counts as shaded. Source: pvlib, max_zenith 85°. */
const TAN_85 = Math.tan(85 * RAD);

/** Share of the ground that the beam reaches. */
export function litGroundShare(
  tiltDeg: number,
  azimuthDeg: number,
  gcr: number,
  zenithDeg: number,
  sunAzimuthDeg: number,
): number {
  const tan = crossTangent(azimuthDeg, zenithDeg, sunAzimuthDeg);
  if (zenithDeg >= 90 || Math.abs(tan) > TAN_85) return 0;
  const shadow = gcr * Math.abs(Math.cos(tiltDeg * RAD) + Math.sin(tiltDeg * RAD) * tan);
  return Math.max(0, 1 - shadow);
}

/** What rearWm2 needs to know about rows and ground. */
export interface Rows {
  readonly gcr: number;
  readonly albedo: number;
}

/** Sun and sky for rearWm2; a step's conditions have these fields. */
interface Light {
  readonly dniWm2: number;
  readonly dhiWm2: number;
  readonly ghiWm2: number;
  readonly sunZenithDeg: number;
  readonly sunAzimuthDeg: number;
}

/**
 * Irradiance on the backs of rows that face an azimuth with a tilt of 0..90°, W/m2: beam where the sun stands behind them, sky and
 * ground. The sky is evenly bright.
 */
export function rearWm2(light: Light, tiltDeg: number, azimuthDeg: number, { gcr, albedo }: Rows): number {
  const { dniWm2, dhiWm2, sunZenithDeg, sunAzimuthDeg } = light;
  const back = 180 - tiltDeg;
  const lit = litGroundShare(tiltDeg, azimuthDeg, gcr, sunZenithDeg, sunAzimuthDeg);
  const groundBeam = lit * Math.max(0, light.ghiWm2 - dhiWm2);
  const ground = albedo * (groundBeam + groundSkyView(tiltDeg, gcr) * dhiWm2) * rowGroundView(back, gcr);
  return beamBehind(light, tiltDeg, azimuthDeg, gcr, dniWm2) + dhiWm2 * rowSkyView(back, gcr) + ground;
}

/** Beam on the backs, less the part that the next row shades. */
function beamBehind(light: Light, tiltDeg: number, azimuthDeg: number, gcr: number, dniWm2: number): number {
  const { sunZenithDeg, sunAzimuthDeg } = light;
  if (dniWm2 <= 0 || sunZenithDeg >= 90) return 0;
  const cosTilt = Math.cos(tiltDeg * RAD);
  const sinTilt = Math.sin(tiltDeg * RAD);
  const tan = crossTangent(azimuthDeg, sunZenithDeg, sunAzimuthDeg);
  const cosInc = -Math.cos(sunZenithDeg * RAD) * (cosTilt + sinTilt * tan);
  if (cosInc <= 0) return 0;
  // Seen from behind, rows stand with tilt 180 - tilt towards a sun at tangent -tan
  const reach = gcr * (-sinTilt * tan - cosTilt);
  return dniWm2 * cosInc * (reach > 1 ? 1 / reach : 1);
}
