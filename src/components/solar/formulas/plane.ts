import type { CheckedInputs, Formula } from '../../../units/formula.ts';
import { cosIncidence, groundWm2, incidenceDeg, type SkyLight } from '../../../weather/irradiance.ts';
import { skyParts, type Transposition } from '../../../weather/transposition.ts';
import { litGroundShare, rearWm2 } from '../bifacial.ts';
import { rowShadeShare, trackerAzimuthDeg, trackerRotationDeg, trackerTiltDeg } from '../tracking.ts';
import {
  albedo,
  azimuth,
  dhi,
  dni,
  extraterrestrial,
  gcr,
  ghi,
  input,
  output,
  sunAzimuth,
  tilt,
  zenith,
} from './inputs.ts';

const RAD = Math.PI / 180;
const upZenith = { ...zenith, max: 89.99 };

/** Sun and sky out of inputs, global irradiance from its parts. */
function lightOf(i: CheckedInputs): SkyLight {
  const sunZenithDeg = i.number('zenith');
  const dniWm2 = i.number('dni');
  const dhiWm2 = i.number('dhi');
  return {
    dniWm2,
    dhiWm2,
    ghiWm2: dhiWm2 + dniWm2 * Math.cos(sunZenithDeg * RAD),
    sunZenithDeg,
    sunAzimuthDeg: i.number('sunAzimuth'),
    extraterrestrialWm2: i.number('extraterrestrial'),
  };
}

/** A formula for the sky's light on a plane. */
function sky(
  model: Transposition,
  name: string,
  about: string,
  equation: string,
  source: string,
  validity: string,
): Formula {
  return {
    name: `solar.transposition.${name}`,
    about,
    equation,
    inputs: [dhi, dni, ...(model === 'reindl' ? [ghi] : []), upZenith, sunAzimuth, tilt, azimuth, extraterrestrial],
    outputs: [
      output('sky', 'W/m2', 'sky light on the plane'),
      output('circumsolar', 'W/m2', 'its part from around the sun'),
      output('isotropic', 'W/m2', 'its even part'),
      output('horizon', 'W/m2', 'its part from the horizon'),
    ],
    source,
    validity,
    run: (i) => {
      const light = model === 'reindl' ? { ...lightOf(i), ghiWm2: i.number('ghi') } : lightOf(i);
      const cosInc = cosIncidence(i.number('tilt'), i.number('azimuth'), light.sunZenithDeg, light.sunAzimuthDeg);
      const parts = skyParts(model, light, cosInc, i.number('tilt'));
      return {
        sky: parts.isotropicWm2 + parts.circumsolarWm2 + parts.horizonWm2,
        circumsolar: parts.circumsolarWm2,
        isotropic: parts.isotropicWm2,
        horizon: parts.horizonWm2,
      };
    },
    example: {
      dhi: 110,
      dni: 860,
      ...(model === 'reindl' ? { ghi: 814.5 } : {}),
      zenith: 35,
      sunAzimuth: 200,
      tilt: 33,
    },
  };
}

const trackerInputs = [
  zenith,
  sunAzimuth,
  input('axisTilt', 'b_a', 'deg', 'of the axis from the level', [0, 45], 0),
  input('axisAzimuth', 'A_a', 'deg', 'where the axis points, clockwise from north', [0, 360], 180),
  { ...gcr, standard: 0.3, about: 'width of a row over the distance of rows; 0.3 in PVWatts 8' },
];

/** Light on planes: incidence, sky, ground, trackers, backs. */
export const PLANE_FORMULAS: readonly Formula[] = [
  {
    name: 'solar.incidence.plane',
    about: 'Angle between the sun and the normal of a plane',
    equation: 'cos i = cos b cos z + sin b sin z cos(A - A_p)',
    inputs: [tilt, azimuth, { ...zenith, max: 180 }, sunAzimuth],
    outputs: [output('incidence', 'deg', '0 facing the sun, above 90 the sun is behind the plane')],
    source: 'spherical geometry, e.g. Duffie and Beckman 2013, Solar Engineering of Thermal Processes, eq. 1.6.3',
    validity: 'everywhere',
    run: (i) => ({
      incidence: incidenceDeg(i.number('tilt'), i.number('azimuth'), i.number('zenith'), i.number('sunAzimuth')),
    }),
  },
  {
    name: 'solar.ground.albedo',
    about: 'Light that even ground throws on a plane',
    equation: 'GHI rho (1 - cos b) / 2',
    inputs: [ghi, albedo, tilt],
    outputs: [output('ground', 'W/m2', 'ground light on the plane')],
    source: 'Loutzenhiser et al. 2007, Solar Energy 81',
    validity: 'ground of one colour, evenly lit, without rows in front',
    run: (i) => ({ ground: groundWm2(i.number('ghi'), i.number('albedo'), i.number('tilt')) }),
  },
  sky(
    'isotropic',
    'isotropic',
    'Sky light on a plane from an evenly bright sky',
    'DHI (1 + cos b) / 2',
    'Liu and Jordan 1963, Solar Energy 7',
    'overcast skies; too low towards the sun under clear ones',
  ),
  sky(
    'haydavies',
    'hay-davies',
    'Sky light on a plane with the part around the sun treated as beam',
    'DHI (A R_b + (1 - A) (1 + cos b) / 2), A = DNI / E_0, R_b = max(cos i, 0) / max(cos z, 0.01745)',
    'Hay and Davies 1980; Loutzenhiser et al. 2007, Solar Energy 81, eq. 14',
    'all skies',
  ),
  sky(
    'reindl',
    'reindl',
    'Hay and Davies with a brighter horizon',
    'DHI (A R_b + (1 - A) (1 + cos b) / 2 (1 + sqrt(DNI cos z / GHI) sin^3(b / 2)))',
    'Reindl, Beckman and Duffie 1990, Solar Energy 45; Loutzenhiser et al. 2007, Solar Energy 81',
    'all skies',
  ),
  sky(
    'perez',
    'perez',
    'Sky light on a plane with brightness around the sun and at the horizon by clearness of the sky',
    'DHI ((1 - F1) (1 + cos b) / 2 + F1 a / b + F2 sin b), F1 and F2 from eight rows of coefficients',
    'Perez, Ineichen, Seals, Michalsky and Stewart 1990, Solar Energy 44(5), all sites composite',
    'all skies; steps at the edges of its eight classes',
  ),
  sky(
    'perez-driesse',
    'perez-driesse',
    'Perez with its steps smoothed',
    'as Perez, F1 and F2 from quadratic splines of the clearness, F1 at most 0.9',
    'Driesse, Jensen and Perez 2024, A continuous form of the Perez diffuse sky model, Solar Energy 267, 112093',
    'all skies',
  ),
  {
    name: 'solar.tracking.single-axis',
    about: 'Rotation of rows that follow the sun about one axis',
    equation:
      'tan R = x / z of the sun across the axis; backtracking R - sign(R) acos(|cos R| / gcr) where that is defined; at most the limit',
    inputs: [
      ...trackerInputs,
      input('maxAngle', 'R_max', 'deg', 'largest rotation to either side; 45 in PVWatts 8', [0, 90], 45),
      {
        name: 'backtrack',
        symbol: '',
        unit: '',
        about: 'turn away from a low sun so that rows do not shade each other',
        words: ['yes', 'no'],
      },
    ],
    outputs: [
      output('rotation', 'deg', 'to the right of someone who looks along the axis azimuth; west for 180'),
      output('tilt', 'deg', 'of the rows from the level'),
      output('azimuth', 'deg', 'where the rows face'),
      output('incidence', 'deg', 'between the sun and their normal'),
    ],
    source:
      'Lorenzo, Narvarte and Munoz 2011, Progress in Photovoltaics 19; Anderson and Mikofski 2020, NREL/TP-5K00-76626; Marion and Dobos 2013, NREL/TP-6A20-58891',
    validity: 'rows on ground level across the axis',
    run: (i) => {
      const tracker = trackerOf(i, i.number('maxAngle'), i.word('backtrack') === 'yes');
      const rotation = trackerRotationDeg(tracker, i.number('zenith'), i.number('sunAzimuth'));
      const rowTilt = trackerTiltDeg(tracker, rotation);
      const faces = trackerAzimuthDeg(tracker, rotation);
      const incidence = incidenceDeg(rowTilt, faces, i.number('zenith'), i.number('sunAzimuth'));
      return { rotation, tilt: rowTilt, azimuth: faces, incidence };
    },
    example: { zenith: 70, sunAzimuth: 110, backtrack: 'yes' },
  },
  {
    name: 'solar.tracking.row-shade',
    about: 'Share of a row that the next row shades',
    equation: '1 - |cos R_s| / (gcr cos(R_s - R)), 0 to 1, R_s the sun’s angle across the axis',
    inputs: [...trackerInputs, input('rotation', 'R', 'deg', 'of the rows', [-90, 90])],
    outputs: [output('shaded', '', 'share of the width')],
    source: 'Anderson and Jensen 2024, J. Renewable and Sustainable Energy 16, as in pvlib.shading.shaded_fraction1d',
    validity: 'long rows on ground level across the axis',
    run: (i) => ({
      shaded: rowShadeShare(trackerOf(i, 90, false), i.number('rotation'), i.number('zenith'), i.number('sunAzimuth')),
    }),
    example: { zenith: 80, sunAzimuth: 265, rotation: 60, gcr: 0.4 },
  },
  {
    name: 'solar.bifacial.infinite-rows',
    about: 'Light on the backs of modules in long rows',
    equation: 'beam behind, less the next row’s shade + DHI F_sky + rho (lit (GHI - DHI) + F_ground-sky DHI) F_ground',
    inputs: [dhi, dni, { ...zenith, max: 89.99 }, sunAzimuth, tilt, azimuth, { ...gcr, standard: 0.3 }, albedo],
    outputs: [
      output('rear', 'W/m2', 'irradiance on the backs'),
      output('lit', '', 'share of the ground that the beam reaches'),
    ],
    source:
      'Marion et al. 2017, A Practical Irradiance Model for Bifacial PV Modules, NREL/CP-5J00-67847; Mikofski et al. 2019, IEEE PVSC 46; as in pvlib.bifacial.infinite_sheds',
    validity: 'infinitely many infinitely long rows; evenly bright sky; posts and rails are not counted',
    run: (i) => {
      const [zenithDeg, sunDeg] = [i.number('zenith'), i.number('sunAzimuth')];
      const light = {
        dniWm2: i.number('dni'),
        dhiWm2: i.number('dhi'),
        ghiWm2: i.number('dhi') + i.number('dni') * Math.cos(zenithDeg * RAD),
        sunZenithDeg: zenithDeg,
        sunAzimuthDeg: sunDeg,
      };
      const rows = { gcr: i.number('gcr'), albedo: i.number('albedo') };
      return {
        rear: rearWm2(light, i.number('tilt'), i.number('azimuth'), rows),
        lit: litGroundShare(i.number('tilt'), i.number('azimuth'), rows.gcr, zenithDeg, sunDeg),
      };
    },
    example: { dhi: 110, dni: 860, zenith: 35, sunAzimuth: 200, tilt: 33 },
  },
];

function trackerOf(i: CheckedInputs, maxAngleDeg: number, backtrack: boolean) {
  return {
    axisTiltDeg: i.number('axisTilt'),
    axisAzimuthDeg: i.number('axisAzimuth'),
    maxAngleDeg,
    gcr: i.number('gcr'),
    backtrack,
  };
}
