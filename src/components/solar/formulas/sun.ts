import type { Formula } from '../../../units/formula.ts';
import {
  absoluteAirMass,
  airMassKasten1966,
  discBeamWm2,
  haurwitzWm2,
  ineichen,
  standardPressurePa,
} from '../../../weather/clearSky.ts';
import { airMass, clearBeamWm2, erbsDiffuseShare } from '../../../weather/irradiance.ts';
import { sunAt } from '../../../weather/sun.ts';
import { refractionDeg, sunTimes } from '../../../weather/sunTimes.ts';
import { extraterrestrial, ghi, input, output, pressure, zenith } from './inputs.ts';

const year = input('year', 'Y', '', 'calendar year', [1950, 2050]);
const month = input('month', 'M', '', 'of the year', [1, 12]);
const day = input('day', 'D', '', 'of the month', [1, 31]);
const longitude = input('longitude', 'lambda', 'deg', 'east', [-180, 180]);
const SPA = 'Reda and Andreas 2004, Solar Position Algorithm for Solar Radiation Applications, Solar Energy 76(5)';

/** Where the sun stands, the air it shines through, and how global irradiance splits. */
export const SUN_FORMULAS: readonly Formula[] = [
  {
    name: 'solar.position.meeus',
    about: 'Place of the sun seen from the ground, without refraction',
    equation:
      'apparent longitude from elliptic motion, five perturbations, aberration and nutation; then equator and horizon',
    inputs: [
      year,
      month,
      day,
      input('hour', 'h', '', 'of the day in UTC, with its fraction', [0, 24]),
      input('latitude', 'phi', 'deg', 'north', [-90, 90]),
      longitude,
    ],
    outputs: [
      output('elevation', 'deg', 'above the horizon'),
      output('zenith', 'deg', 'from the vertical'),
      output('azimuth', 'deg', 'clockwise from north'),
      output('extraterrestrial', 'W/m2', 'beam outside the atmosphere on a plane that faces the sun'),
    ],
    source:
      'Meeus 1998, Astronomical Algorithms, 2nd ed., ch. 12, 13, 22, 25, 40; solar constant: Gueymard 2018, Solar Energy 168',
    validity: '1950 to 2050: within 0.005 degrees of NREL SPA at 200 random instants and places',
    run: (i) => {
      const ms = Date.UTC(i.number('year'), i.number('month') - 1, i.number('day')) + i.number('hour') * 3_600_000;
      const sun = sunAt(ms, i.number('latitude'), i.number('longitude'));
      return {
        elevation: 90 - sun.zenithDeg,
        zenith: sun.zenithDeg,
        azimuth: sun.azimuthDeg,
        extraterrestrial: sun.extraterrestrialWm2,
      };
    },
    example: { year: 2025, month: 6, day: 21, hour: 7.5, latitude: 39.77, longitude: 64.42 },
  },
  {
    name: 'solar.refraction.spa',
    about: 'Height at which the sun appears, lifted by refraction',
    equation: 'e + p/1010 hPa * 283/(273 + T) * 1.02 / (60 tan(e + 10.3/(e + 5.11)))',
    inputs: [
      input('elevation', 'e', 'deg', 'true height of the sun’s centre', [-5, 90]),
      pressure,
      input('air', 'T', '°C', 'air', [-60, 60], 12),
    ],
    outputs: [
      output('apparent', 'deg', 'height at which it is seen'),
      output('refraction', 'deg', 'how much refraction lifts it'),
    ],
    source: `${SPA}, eq. 42`,
    validity: 'usual layering of the air; 0 once the whole disc is under the horizon',
    run: (i) => {
      const lift = refractionDeg(i.number('elevation'), i.number('pressure'), i.number('air'));
      return { apparent: i.number('elevation') + lift, refraction: lift };
    },
  },
  {
    name: 'solar.day.spa',
    about: 'Sunrise, transit and sunset around the transit nearest to 12 h UTC',
    equation:
      'instants when the sun’s centre stands 0.8333 deg below the horizon, and when its hour angle is 0, by iteration',
    inputs: [
      year,
      month,
      day,
      input('latitude', 'phi', 'deg', 'north; beyond 65 days may have no night', [-65, 65]),
      longitude,
    ],
    outputs: [
      output('rise', 'h', 'sunrise after 0 h UTC; negative on the day before'),
      output('transit', 'h', 'transit after 0 h UTC'),
      output('set', 'h', 'sunset after 0 h UTC; above 24 on the day after'),
      output('daylight', 'h', 'from sunrise to sunset'),
    ],
    source: `${SPA}, appendix A.2`,
    validity: 'level horizon at sea level; within 2 s of NREL SPA',
    run: (i) => {
      const start = Date.UTC(i.number('year'), i.number('month') - 1, i.number('day'));
      const { riseMs, transitMs, setMs } = sunTimes(start, i.number('latitude'), i.number('longitude'));
      const hours = (ms: number | undefined): number => ((ms ?? Number.NaN) - start) / 3_600_000;
      return {
        rise: hours(riseMs),
        transit: hours(transitMs),
        set: hours(setMs),
        daylight: hours(setMs) - hours(riseMs),
      };
    },
    example: { year: 2025, month: 1, day: 14, latitude: 39.77, longitude: 64.42 },
  },
  {
    name: 'solar.air-mass.kasten-young',
    about: 'Air that the beam crosses, relative to the zenith',
    equation: '1 / (cos z + 0.50572 (96.07995 - z)^-1.6364)',
    inputs: [zenith, pressure],
    outputs: [output('relative', '', 'at sea level'), output('absolute', '', 'times p / 101,325 Pa')],
    source: 'Kasten and Young 1989, Revised optical air mass tables and approximation formula, Applied Optics 28',
    validity: 'zenith as seen, with refraction; at the horizon the difference is 1 in 38',
    run: (i) => {
      const relative = airMass(i.number('zenith'));
      return { relative, absolute: absoluteAirMass(relative, i.number('pressure')) };
    },
  },
  {
    name: 'solar.air-mass.kasten',
    about: 'Air mass that DISC was fitted with',
    equation: '1 / (cos z + 0.15 (93.885 - z)^-1.253)',
    inputs: [zenith],
    outputs: [output('relative', '', 'at sea level')],
    source:
      'Kasten 1966, A new table and approximation formula for the relative optical air mass, Arch. Met. Geoph. Biokl. B14',
    validity: 'for DISC; kasten-young is better',
    run: (i) => ({ relative: airMassKasten1966(i.number('zenith')) }),
  },
  {
    name: 'solar.pressure.standard-atmosphere',
    about: 'Pressure by height above sea level, for air mass',
    equation: '100 ((44331.514 - h) / 11880.516)^(1 / 0.1902632)',
    inputs: [input('elevation', 'h', 'm', 'above sea level', [-500, 11_000])],
    outputs: [output('pressure', 'Pa', 'at the station')],
    source:
      'Portland State Aerospace Society 2004, A quick derivation relating altitude to air pressure; as in pvlib.atmosphere.alt2pres',
    validity: 'standard atmosphere; weather moves it by up to 3 %',
    run: (i) => ({ pressure: standardPressurePa(i.number('elevation')) }),
  },
  {
    name: 'solar.clear-sky.haurwitz',
    about: 'Global irradiance under a clear sky from the sun’s height alone',
    equation: '1098 cos z exp(-0.059 / cos z)',
    inputs: [zenith],
    outputs: [output('ghi', 'W/m2', 'global irradiance on the horizontal')],
    source: 'Haurwitz 1945, J. Meteorology 2; 1946, J. Meteorology 3',
    validity: 'clear days of mean turbidity at low heights',
    run: (i) => ({ ghi: haurwitzWm2(i.number('zenith')) }),
  },
  {
    name: 'solar.clear-sky.ineichen',
    about: 'Global, beam and diffuse irradiance under a clear sky by turbidity',
    equation:
      'GHI = cg1 E_0 cos z exp(-cg2 AM (fh1 + fh2 (TL - 1))); DNI = E_0 b exp(-0.09 AM (TL - 1)), at most its limit by GHI',
    inputs: [
      input('zenith', 'z', 'deg', 'of the sun’s centre from the vertical, as seen', [0, 90]),
      input('airMass', 'AM', '', 'absolute air mass', [0, 40]),
      input('turbidity', 'TL', '', 'Linke turbidity: 2 cold clean air, 3 clean, 5 dusty', [1, 12]),
      input('elevation', 'h', 'm', 'above sea level', [0, 6000], 0),
      { ...extraterrestrial, standard: 1364, about: 'beam outside the atmosphere' },
    ],
    outputs: [
      output('ghi', 'W/m2', 'global irradiance on the horizontal'),
      output('dni', 'W/m2', 'beam on the normal'),
      output('dhi', 'W/m2', 'diffuse irradiance on the horizontal'),
    ],
    source:
      'Ineichen and Perez 2002, A new airmass independent formulation for the Linke turbidity coefficient, Solar Energy 73; as in pvlib.clearsky.ineichen',
    validity: 'cloudless sky',
    run: (i) => {
      const clear = ineichen(
        i.number('zenith'),
        i.number('airMass'),
        i.number('turbidity'),
        i.number('elevation'),
        i.number('extraterrestrial'),
      );
      return { ghi: clear.ghiWm2, dni: clear.dniWm2, dhi: clear.dhiWm2 };
    },
  },
  {
    name: 'solar.clear-beam.meinel',
    about: 'Beam under a clear sky, a ceiling for what a split of global irradiance calls beam',
    equation: 'E_0 ((1 - 0.14 h) 0.7^(AM^0.678) + 0.14 h), h in km',
    inputs: [zenith, input('elevation', 'h', 'm', 'above sea level', [0, 6000], 0), extraterrestrial],
    outputs: [output('dni', 'W/m2', 'beam on the normal')],
    source: 'Meinel and Meinel 1976, Applied Solar Energy; term for height: Laue 1970',
    validity: 'clear air; within about 10 %',
    run: (i) => ({ dni: clearBeamWm2(i.number('extraterrestrial'), i.number('zenith'), i.number('elevation')) }),
  },
  {
    name: 'solar.decomposition.erbs',
    about: 'Share of diffuse in hourly global irradiance',
    equation: '1 - 0.09 k for k <= 0.22; 0.9511 - 0.1604 k + 4.388 k^2 - 16.638 k^3 + 12.336 k^4; 0.165 above 0.8',
    inputs: [
      input('clearness', 'k_t', '', 'global irradiance over that outside the atmosphere on the horizontal', [0, 1.5]),
    ],
    outputs: [output('diffuse', '', 'share of diffuse')],
    source: 'Erbs, Klein and Duffie 1982, Solar Energy 28(4)',
    validity: 'hourly means',
    run: (i) => ({ diffuse: erbsDiffuseShare(i.number('clearness')) }),
  },
  {
    name: 'solar.decomposition.disc',
    about: 'Beam from hourly global irradiance',
    equation: 'DNI = I_0 (K_nc - (a + b exp(c AM))), K_nc a polynomial of AM, a b c polynomials of k_t',
    inputs: [ghi, { ...zenith, max: 87 }, input('dayOfYear', 'n', '', 'of the date in UTC', [1, 366]), pressure],
    outputs: [output('dni', 'W/m2', 'beam on the normal')],
    source:
      'Maxwell 1987, A quasi-physical model for converting hourly global horizontal to direct normal insolation, SERI/TR-215-3087',
    validity: 'hourly means; zenith up to 87 degrees',
    run: (i) => ({
      dni: discBeamWm2(i.number('ghi'), i.number('zenith'), i.number('dayOfYear'), i.number('pressure')),
    }),
    example: { ghi: 650, zenith: 45, dayOfYear: 172 },
  },
];
