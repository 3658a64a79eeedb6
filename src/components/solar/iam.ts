/**
 * Incidence angle modifiers: what the glass lets through beside what it lets through at normal incidence. All take the cosine of
 * the angle of incidence; 0 behind the plane.
 */

/** The modifiers by their names in a site file. */
export const IAM_MODELS = ['ashrae', 'physical', 'martin-ruiz'] as const;
export type IamModel = (typeof IAM_MODELS)[number];

/** Source: Souka and Safwat 1966; ASHRAE Standard 93-77; b 0.05 for one plain glass. */
export function ashraeIam(cosInc: number, b = 0.05): number {
  return cosInc <= 0 ? 0 : Math.max(0, 1 - b * (1 / cosInc - 1));
}

/**
 * Fresnel reflection at glass, with an anti-reflective coating where `coating` is above 1, and absorption in the glass. Source:
 * De Soto, Klein and Beckman 2006, Solar Energy 80; coating as in PVWatts 5 (Dobos 2014).
 *
 * @param index of refraction of the glass
 * @param extinction 1/m
 * @param thicknessM of the glass
 * @param coating index of refraction of the coating; 1 = none
 */
export function physicalIam(cosInc: number, index = 1.526, extinction = 4, thicknessM = 0.002, coating = 1): number {
  if (cosInc <= 0) return 0;
  return (
    passed(Math.min(1, cosInc), index, extinction, thicknessM, coating) /
    passed(1, index, extinction, thicknessM, coating)
  );
}

/** Light passed at one face between two indices and reflected, by polarisation. */
function reflected(n1: number, cos1: number, n2: number, cos2: number): readonly [s: number, p: number] {
  const s = (n1 * cos1 - n2 * cos2) / (n1 * cos1 + n2 * cos2);
  const p = (n1 * cos2 - n2 * cos1) / (n1 * cos2 + n2 * cos1);
  return [s * s, p * p];
}

/** Share of light that gets through the glass at an angle of incidence. */
function passed(cosInc: number, index: number, extinction: number, thicknessM: number, coating: number): number {
  const sin = Math.sqrt(1 - cosInc * cosInc);
  const cosGlass = Math.sqrt(1 - (sin / index) ** 2);
  let s: number;
  let p: number;
  if (coating > 1) {
    const cosCoat = Math.sqrt(1 - (sin / coating) ** 2);
    const [s12, p12] = reflected(1, cosInc, coating, cosCoat);
    const [s23, p23] = reflected(coating, cosCoat, index, cosGlass);
    s = ((1 - s12) * (1 - s23)) / (1 - s12 * s23);
    p = ((1 - p12) * (1 - p23)) / (1 - p12 * p23);
  } else {
    const [s12, p12] = reflected(1, cosInc, index, cosGlass);
    s = 1 - s12;
    p = 1 - p12;
  }
  return ((s + p) / 2) * Math.exp((-extinction * thicknessM) / cosGlass);
}

/** Source: Martin and Ruiz 2001, Solar Energy Materials 70; a_r 0.16 for clean glass. */
export function martinRuizIam(cosInc: number, ar = 0.16): number {
  return cosInc <= 0 ? 0 : (1 - Math.exp(-cosInc / ar)) / (1 - Math.exp(-1 / ar));
}

/** A modifier with its standard parameters. */
export function iamOf(model: IamModel, cosInc: number): number {
  if (model === 'physical') return physicalIam(cosInc);
  return model === 'ashrae' ? ashraeIam(cosInc) : martinRuizIam(cosInc);
}

/** Strips of the angle of incidence in the integral for diffuse light. */
const STRIPS = 400;

/**
 * Modifier of evenly bright sky and ground for a plane: the mean over the part of the sky (or ground) that the plane sees, weighed
 * by the cosine of incidence. Rings of equal incidence are integrated in closed form, so that one sum remains. Source: Marion
 * 2017, Solar Energy 147, eq. 8.
 *
 * @param tiltDeg 0..90; level planes see no ground, for which the modifier is 0
 */
export function diffuseIam(modifier: (cosInc: number) => number, tiltDeg: number): { sky: number; ground: number } {
  const tilt = (tiltDeg * Math.PI) / 180;
  let [sky, skyAll, ground, groundAll] = [0, 0, 0, 0];
  for (let i = 0; i < STRIPS; i++) {
    const angle = ((i + 0.5) / STRIPS) * (Math.PI / 2);
    const weight = Math.cos(angle) * Math.sin(angle);
    // Share of the ring above the horizon: cos tilt cos angle + sin tilt sin angle cos turn > 0
    const edge = -1 / (Math.tan(angle) * Math.tan(tilt));
    const above = tilt === 0 ? 1 : Math.acos(Math.max(-1, Math.min(1, edge))) / Math.PI;
    const value = modifier(Math.cos(angle));
    sky += value * weight * above;
    skyAll += weight * above;
    ground += value * weight * (1 - above);
    groundAll += weight * (1 - above);
  }
  return { sky: sky / skyAll, ground: groundAll < 1e-12 ? 0 : ground / groundAll };
}

/** diffuseIam by whole degrees of tilt, 0..90, for planes that turn. */
export interface DiffuseIam {
  readonly sky: Float64Array;
  readonly ground: Float64Array;
}

/** Tables of a model for every tilt. */
export function diffuseIamTable(model: IamModel): DiffuseIam {
  const table = { sky: new Float64Array(91), ground: new Float64Array(91) };
  for (let tilt = 0; tilt <= 90; tilt++) {
    const { sky, ground } = diffuseIam((cosInc) => iamOf(model, cosInc), tilt);
    table.sky[tilt] = sky;
    table.ground[tilt] = ground;
  }
  return table;
}

/** Value of such a table at a tilt of 0..90 degrees, linear between whole degrees. */
export function atTilt(table: Float64Array, tiltDeg: number): number {
  const below = Math.min(89, Math.floor(tiltDeg));
  return table[below]! + (table[below + 1]! - table[below]!) * (tiltDeg - below);
}
