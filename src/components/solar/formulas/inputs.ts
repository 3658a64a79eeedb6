import type { FormulaInput, FormulaOutput } from '../../../units/formula.ts';

/** An input with its domain. */
export function input(
  name: string,
  symbol: string,
  unit: string,
  about: string,
  [min, max]: readonly [number, number],
  standard?: number,
): FormulaInput {
  return { name, symbol, unit, about, min, max, ...(standard === undefined ? {} : { standard }) };
}

/** An output. */
export function output(name: string, unit: string, about: string): FormulaOutput {
  return { name, unit, about };
}

export const zenith = input('zenith', 'z', 'deg', 'of the sun’s centre from the vertical, without refraction', [0, 90]);
export const sunAzimuth = input('sunAzimuth', 'A', 'deg', 'of the sun, clockwise from north', [0, 360]);
export const tilt = input('tilt', 'b', 'deg', 'of the plane from the level', [0, 90]);
export const azimuth = input('azimuth', 'A_p', 'deg', 'where the plane faces, clockwise from north', [0, 360], 180);
export const ghi = input('ghi', 'GHI', 'W/m2', 'global irradiance on the horizontal', [0, 1600]);
export const dhi = input('dhi', 'DHI', 'W/m2', 'diffuse irradiance on the horizontal', [0, 1000]);
export const dni = input('dni', 'DNI', 'W/m2', 'beam on the normal', [0, 1400]);
export const extraterrestrial = input(
  'extraterrestrial',
  'E_0',
  'W/m2',
  'beam outside the atmosphere; 1361.1 at one astronomical unit',
  [1300, 1420],
  1361.1,
);
export const pressure = input('pressure', 'p', 'Pa', 'at the station', [30_000, 110_000], 101_325);
export const albedo = input('albedo', 'rho', '', 'share of light the ground throws back', [0, 1], 0.2);
export const poa = input('poa', 'G', 'W/m2', 'irradiance on the plane', [0, 1800]);
export const air = input('air', 'T_a', '°C', 'air', [-60, 60]);
export const wind = input('wind', 'v', 'm/s', 'wind at 10 m', [0, 60]);
export const gcr = input('gcr', 'gcr', '', 'width of a row over the distance of rows', [0.01, 0.99]);
