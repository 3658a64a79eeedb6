/**
 * Irradiance on tilted planes and its split into beam and diffuse. Angles in degrees, irradiance in W/m2. Tilt 0 = level,
 * 90 = upright; azimuths clockwise from north, a plane's azimuth is where it faces.
 */

const RAD = Math.PI / 180;

/** Cosine of the zenith, not below 0. */
export function cosZenith(zenithDeg: number): number {
  return zenithDeg >= 90 ? 0 : Math.cos(zenithDeg * RAD);
}

/** Cosine of the angle between the sun and the normal of a plane, -1..1; negative when the sun is behind the plane. */
export function cosIncidence(
  tiltDeg: number,
  planeAzimuthDeg: number,
  zenithDeg: number,
  sunAzimuthDeg: number,
): number {
  const tilt = tiltDeg * RAD;
  const zenith = zenithDeg * RAD;
  const cos =
    Math.cos(tilt) * Math.cos(zenith) +
    Math.sin(tilt) * Math.sin(zenith) * Math.cos((sunAzimuthDeg - planeAzimuthDeg) * RAD);
  return Math.min(1, Math.max(-1, cos));
}

/** Angle between the sun and the normal of a plane, 0..180 degrees. */
export function incidenceDeg(
  tiltDeg: number,
  planeAzimuthDeg: number,
  zenithDeg: number,
  sunAzimuthDeg: number,
): number {
  return Math.acos(cosIncidence(tiltDeg, planeAzimuthDeg, zenithDeg, sunAzimuthDeg)) / RAD;
}

/** Diffuse light of an evenly bright sky on a plane. Source: Liu and Jordan 1963. */
export function skyIsotropicWm2(dhiWm2: number, tiltDeg: number): number {
  return (dhiWm2 * (1 + Math.cos(tiltDeg * RAD))) / 2;
}

/**
 * Diffuse light of the sky on a plane with the part around the sun treated as beam. `cosInc` from cosIncidence. The zenith is
 * held below 89° in the ratio of projections, as is usual. Source: Hay and Davies 1980; Loutzenhiser 2007, eq. 14.
 */
export function skyHayDaviesWm2(
  dhiWm2: number,
  dniWm2: number,
  extraterrestrialWm2: number,
  cosInc: number,
  zenithDeg: number,
  tiltDeg: number,
): number {
  const anisotropy = dniWm2 / extraterrestrialWm2;
  const ratio = Math.max(cosInc, 0) / Math.max(Math.cos(zenithDeg * RAD), 0.01745);
  return dhiWm2 * (anisotropy * ratio + ((1 - anisotropy) * (1 + Math.cos(tiltDeg * RAD))) / 2);
}

/** Light that even ground with this albedo (0..1) throws on a plane. Source: Loutzenhiser 2007. */
export function groundWm2(ghiWm2: number, albedo: number, tiltDeg: number): number {
  return (ghiWm2 * albedo * (1 - Math.cos(tiltDeg * RAD))) / 2;
}

/** Light on a plane by origin, W/m2. */
export interface PlaneIrradiance {
  readonly beamWm2: number;
  readonly skyWm2: number;
  readonly groundWm2: number;
  readonly totalWm2: number;
  /** Cosine of the angle of incidence of the beam. */
  readonly cosIncidence: number;
}

/** What planeIrradiance needs to know about sun and sky; a step's conditions have these fields. */
export interface SkyLight {
  readonly ghiWm2: number;
  readonly dhiWm2: number;
  readonly dniWm2: number;
  readonly sunZenithDeg: number;
  readonly sunAzimuthDeg: number;
  readonly extraterrestrialWm2: number;
}

/** Irradiance of a plane: beam, Hay-Davies sky and ground. `albedo` 0..1, grass and soil about 0.2. */
export function planeIrradiance(sky: SkyLight, tiltDeg: number, azimuthDeg: number, albedo: number): PlaneIrradiance {
  const cosInc = cosIncidence(tiltDeg, azimuthDeg, sky.sunZenithDeg, sky.sunAzimuthDeg);
  const beamWm2 = sky.dniWm2 * Math.max(0, cosInc);
  const skyWm2 = skyHayDaviesWm2(sky.dhiWm2, sky.dniWm2, sky.extraterrestrialWm2, cosInc, sky.sunZenithDeg, tiltDeg);
  const ground = groundWm2(sky.ghiWm2, albedo, tiltDeg);
  return { beamWm2, skyWm2, groundWm2: ground, totalWm2: beamWm2 + skyWm2 + ground, cosIncidence: cosInc };
}

/** Share of diffuse in global irradiance from the hourly clearness index (0..1). Source: Erbs, Klein and Duffie 1982. */
export function erbsDiffuseShare(clearness: number): number {
  if (clearness <= 0.22) return 1 - 0.09 * Math.max(0, clearness);
  if (clearness > 0.8) return 0.165;
  return 0.9511 + clearness * (-0.1604 + clearness * (4.388 + clearness * (-16.638 + clearness * 12.336)));
}

/** Relative air mass, 1 at the zenith, 38 at the horizon. Source: Kasten and Young 1989. */
export function airMass(zenithDeg: number): number {
  const z = Math.min(zenithDeg, 90);
  return 1 / (Math.cos(z * RAD) + 0.50572 * (96.07995 - z) ** -1.6364);
}

/**
 * Beam under a clear sky, W/m2 on the normal: a ceiling for what a split of global irradiance may call beam.
 * Source: Meinel and Meinel 1976, with the term for height (km) of Laue 1970.
 */
export function clearBeamWm2(extraterrestrialWm2: number, zenithDeg: number, elevationM: number): number {
  if (zenithDeg >= 90) return 0;
  const heightTerm = Math.min(1, 0.14e-3 * Math.max(0, elevationM));
  return extraterrestrialWm2 * ((1 - heightTerm) * 0.7 ** (airMass(zenithDeg) ** 0.678) + heightTerm);
}

/** Beam on the normal and diffuse on the horizontal, W/m2. */
export interface BeamDiffuse {
  readonly dniWm2: number;
  readonly dhiWm2: number;
}

/**
 * Splits global irradiance into beam and diffuse so that GHI = DNI cos z + DHI holds exactly. `cosZ` is the mean of the cosine
 * of the zenith over the interval, night as 0. Erbs et al. 1982, with the beam held below `ceilingWm2` where the sun is low.
 */
export function splitGlobal(
  ghiWm2: number,
  cosZ: number,
  extraterrestrialWm2: number,
  ceilingWm2 = extraterrestrialWm2,
): BeamDiffuse {
  if (cosZ <= 0 || ghiWm2 <= 0) return { dniWm2: 0, dhiWm2: Math.max(0, ghiWm2) };
  const beam = (1 - erbsDiffuseShare(ghiWm2 / (extraterrestrialWm2 * cosZ))) * ghiWm2;
  return closeBeam(ghiWm2, ghiWm2 - beam, cosZ, ceilingWm2);
}

/**
 * Beam that closes GHI = DNI cos z + DHI for given global and diffuse irradiance, not above `ceilingWm2`; what is above it
 * counts as diffuse.
 */
export function closeBeam(ghiWm2: number, dhiWm2: number, cosZ: number, ceilingWm2: number): BeamDiffuse {
  if (cosZ <= 0) return { dniWm2: 0, dhiWm2: ghiWm2 };
  const wanted = Math.max(0, ghiWm2 - dhiWm2) / cosZ;
  const dniWm2 = Math.min(wanted, ceilingWm2);
  return { dniWm2, dhiWm2: Math.max(0, ghiWm2 - dniWm2 * cosZ) };
}
