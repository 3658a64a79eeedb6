import type { Formula } from '../../../units/formula.ts';
import { faimanCellC, PVSYST_LOSS, pvsystCellC, SAPM_RACKS, sapmCellC } from '../cell.ts';
import { ashraeIam, diffuseIam, IAM_MODELS, iamOf, martinRuizIam, physicalIam } from '../iam.ts';
import { agedShare, PVWATTS_LOSSES, pvwattsAcKw, pvwattsDcKw, totalLossShare } from '../physics.ts';
import { KIMBER, kimberSeries } from '../soiling.ts';
import { air, input, output, poa, tilt, wind } from './inputs.ts';

const RAD = Math.PI / 180;
const incidence = input('incidence', 'i', 'deg', 'of the light from the normal', [0, 180]);
const cell = output('cell', '°C', 'cell temperature');
const modifier = output('iam', '', 'light let through over that at normal incidence');

/** Cosine that is 0 at 90°, which binary numbers miss. */
function cosOf(incidenceDeg: number): number {
  return incidenceDeg === 90 ? 0 : Math.cos(incidenceDeg * RAD);
}

const share = (name: string, about: string, standard: number) => input(name, 'L', '', about, [0, 1], standard);

/** Glass, cells, direct and alternating current, dust and age. */
export const MODULE_FORMULAS: readonly Formula[] = [
  {
    name: 'solar.iam.ashrae',
    about: 'Loss of light at the glass by its angle',
    equation: '1 - b (1 / cos i - 1), not below 0',
    inputs: [incidence, input('b', 'b', '', '0.05 for one plain glass', [0, 1], 0.05)],
    outputs: [modifier],
    source: 'Souka and Safwat 1966; ASHRAE Standard 93-77',
    validity: 'up to about 80 degrees',
    run: (i) => ({ iam: ashraeIam(cosOf(i.number('incidence')), i.number('b')) }),
  },
  {
    name: 'solar.iam.physical',
    about: 'Loss of light at the glass by refraction, reflection and absorption',
    equation: 'Snell and Fresnel at each face, exp(-K L / cos t) in the glass, over the same at normal incidence',
    inputs: [
      incidence,
      input('index', 'n', '', 'refraction of the glass', [1.01, 3], 1.526),
      input('extinction', 'K', '1/m', 'of the glass; 4 for water-white', [0, 100], 4),
      input('thickness', 'L', 'm', 'of the glass', [0, 0.02], 0.002),
      input('coating', 'n_ar', '', 'refraction of an anti-reflective coating; 1 = none, 1.3 usual', [1, 2], 1),
    ],
    outputs: [modifier],
    source:
      'De Soto, Klein and Beckman 2006, Solar Energy 80; coating: PVWatts 5 manual (Dobos 2014, NREL/TP-6A20-62641)',
    validity: 'flat clear glass',
    run: (i) => ({
      iam: physicalIam(
        cosOf(i.number('incidence')),
        i.number('index'),
        i.number('extinction'),
        i.number('thickness'),
        i.number('coating'),
      ),
    }),
  },
  {
    name: 'solar.iam.martin-ruiz',
    about: 'Loss of light at glass that may be dirty',
    equation: '(1 - exp(-cos i / a_r)) / (1 - exp(-1 / a_r))',
    inputs: [incidence, input('ar', 'a_r', '', '0.16 for clean glass, 0.20 dusty, 0.27 dirty', [0.01, 1], 0.16)],
    outputs: [modifier],
    source: 'Martin and Ruiz 2001, Solar Energy Materials and Solar Cells 70; correction 2013',
    validity: 'crystalline and amorphous modules',
    run: (i) => ({ iam: martinRuizIam(cosOf(i.number('incidence')), i.number('ar')) }),
  },
  {
    name: 'solar.iam-diffuse.marion',
    about: 'Loss at the glass for even light of sky and ground',
    equation: 'integral of iam cos i over the part of the sky (ground) that the plane sees, over that of cos i',
    inputs: [
      tilt,
      { name: 'model', symbol: '', unit: '', about: 'modifier with its standard parameters', words: IAM_MODELS },
    ],
    outputs: [
      output('sky', '', 'modifier for the sky'),
      output('ground', '', 'modifier for the ground; 0 for level planes, which see none'),
    ],
    source:
      'Marion 2017, Numerical method for angle-of-incidence correction factors for diffuse radiation, Solar Energy 147',
    validity: 'evenly bright sky and ground',
    run: (i) => {
      const model = IAM_MODELS.find((name) => name === i.word('model'))!;
      return diffuseIam((cosInc) => iamOf(model, cosInc), i.number('tilt'));
    },
  },
  {
    name: 'solar.cell-temperature.faiman',
    about: 'Cell temperature under sun and wind',
    equation: 'T_a + G / (u0 + u1 v)',
    inputs: [
      poa,
      air,
      wind,
      input('u0', 'u0', 'W/m2K', 'heat loss at rest', [5, 100], 25),
      input('u1', 'u1', 'W s/m3K', 'heat loss per wind', [0, 30], 6.84),
    ],
    outputs: [cell],
    source:
      'Faiman 2008, Assessing the outdoor operating temperature of photovoltaic modules, Progress in Photovoltaics 16',
    validity: 'open racks; steady over minutes',
    run: (i) => ({
      cell: faimanCellC(i.number('poa'), i.number('air'), i.number('wind'), i.number('u0'), i.number('u1')),
    }),
    example: { poa: 900, air: 20, wind: 5 },
  },
  {
    name: 'solar.cell-temperature.sapm',
    about: 'Cell temperature by mounting and build of the module',
    equation: 'T_a + G exp(a + b v) + G / 1000 dT',
    inputs: [
      poa,
      air,
      wind,
      { name: 'mounting', symbol: '', unit: '', about: 'rack and back of the module', words: Object.keys(SAPM_RACKS) },
    ],
    outputs: [cell],
    source:
      'King, Boyson and Kratochvil 2004, Photovoltaic array performance model, SAND2004-3535, eq. 11, 12 and table 1',
    validity: 'steady over minutes',
    run: (i) => {
      const [, rack] = Object.entries(SAPM_RACKS).find(([name]) => name === i.word('mounting'))!;
      return { cell: sapmCellC(i.number('poa'), i.number('air'), i.number('wind'), rack) };
    },
    example: { poa: 900, air: 20, wind: 5, mounting: 'open-rack-glass-glass' },
  },
  {
    name: 'solar.cell-temperature.pvsyst',
    about: 'Cell temperature by heat balance',
    equation: 'T_a + G alpha (1 - eta) / (u_c + u_v v)',
    inputs: [
      poa,
      air,
      wind,
      input(
        'uc',
        'u_c',
        'W/m2K',
        'heat loss: 29 free-standing, 20 semi-integrated, 15 insulated',
        [5, 100],
        PVSYST_LOSS.freestanding,
      ),
      input('uv', 'u_v', 'W s/m3K', 'heat loss per wind', [0, 30], 0),
      input('efficiency', 'eta', '', 'of the module', [0, 0.5], 0.1),
      input('absorption', 'alpha', '', 'share of the light absorbed', [0, 1], 0.9),
    ],
    outputs: [cell],
    source: 'PVsyst 7 help, Array thermal losses; as in pvlib.temperature.pvsyst_cell',
    validity: 'steady over minutes',
    run: (i) => ({
      cell: pvsystCellC(
        i.number('poa'),
        i.number('air'),
        i.number('wind'),
        i.number('uc'),
        i.number('uv'),
        i.number('efficiency'),
        i.number('absorption'),
      ),
    }),
    example: { poa: 900, air: 20, wind: 5 },
  },
  {
    name: 'solar.dc.pvwatts',
    about: 'Direct-current power of modules',
    equation: 'G / 1000 P_dc0 (1 + gamma (T_c - 25))',
    inputs: [
      poa,
      input('cell', 'T_c', '°C', 'cell temperature', [-60, 120]),
      input('peak', 'P_dc0', 'kW', 'at 1,000 W/m2 and 25 °C', [0, 1e7]),
      input(
        'gamma',
        'gamma',
        '1/°C',
        'change of power per degree; -0.0037 for standard modules of PVWatts 8',
        [-0.02, 0],
        -0.0037,
      ),
    ],
    outputs: [output('power', 'kW', 'direct current before losses')],
    source: 'Dobos 2014, PVWatts version 5 manual, NREL/TP-6A20-62641, eq. 8',
    validity: 'above about 125 W/m2; below it modules give a little less',
    run: (i) => ({
      power: pvwattsDcKw(i.number('poa'), i.number('cell'), i.number('peak'), i.number('gamma')),
    }),
    example: { poa: 900, cell: 30, peak: 100, gamma: -0.003 },
  },
  {
    name: 'solar.inverter.pvwatts',
    about: 'Alternating-current power of an inverter, clipped at its rating',
    equation: 'eta_nom / 0.9637 (-0.0162 l - 0.0059 / l + 0.9858) P_dc, l = P_dc / P_dc0, at most eta_nom P_dc0',
    inputs: [
      input('dc', 'P_dc', 'kW', 'into the inverter', [0, 1e7]),
      input('rated', 'P_dc0', 'kW', 'direct current at which it gives its rating', [1e-6, 1e7]),
      input('efficiency', 'eta_nom', '', 'nominal', [0.5, 1], 0.96),
    ],
    outputs: [output('power', 'kW', 'alternating current')],
    source: 'Dobos 2014, PVWatts version 5 manual, NREL/TP-6A20-62641, eq. 10 and 11',
    validity: 'inverters of the last decade',
    run: (i) => ({ power: pvwattsAcKw(i.number('dc'), i.number('rated'), i.number('efficiency')) }),
    example: { dc: 50, rated: 100, efficiency: 0.95 },
  },
  {
    name: 'solar.losses.pvwatts',
    about: 'Losses that act one after another',
    equation: '1 - product of (1 - L_i)',
    inputs: [
      share('soiling', 'dust', PVWATTS_LOSSES.soiling),
      share('shading', 'shade', PVWATTS_LOSSES.shading),
      share('snow', 'snow', PVWATTS_LOSSES.snow),
      share('mismatch', 'unequal modules', PVWATTS_LOSSES.mismatch),
      share('wiring', 'cables', PVWATTS_LOSSES.wiring),
      share('connections', 'plugs', PVWATTS_LOSSES.connections),
      share('lightInduced', 'first hours of light', PVWATTS_LOSSES.lightInduced),
      share('nameplate', 'less than the plate says', PVWATTS_LOSSES.nameplate),
      share('age', 'age', PVWATTS_LOSSES.age),
      share('availability', 'outages', PVWATTS_LOSSES.availability),
    ],
    outputs: [output('loss', '', 'all together')],
    source: 'Dobos 2014, PVWatts version 5 manual, NREL/TP-6A20-62641, table 5',
    validity: 'losses that do not depend on each other',
    run: (i) => ({
      loss: totalLossShare(Object.fromEntries(Object.keys(PVWATTS_LOSSES).map((name) => [name, i.number(name)]))),
    }),
  },
  {
    name: 'solar.degradation.annual',
    about: 'Power left at an age',
    equation: '(1 - d)^floor(age)',
    inputs: [
      input('loss', 'd', '', 'power lost per year; 0.005 is the median of crystalline modules', [0, 0.1], 0.005),
      input('age', 'a', '', 'years', [0, 60]),
    ],
    outputs: [output('left', '', 'share of a new field’s power')],
    source:
      'Jordan and Kurtz 2013, Photovoltaic degradation rates, Progress in Photovoltaics 21; counted as in NREL REopt.jl and SAM',
    validity: 'after the light-induced loss of the first days',
    run: (i) => ({ left: agedShare(i.number('loss'), i.number('age')) }),
  },
  {
    name: 'solar.soiling.kimber',
    about: 'Light lost to dust in every step of a series of rain',
    equation:
      'grows by the rate per dry day; 0 from rain above the threshold in 24 h for the grace days, and when washed; at most the maximum',
    inputs: [
      { name: 'rain', symbol: 'r', unit: 'mm', about: 'per step', min: 0, max: 500, list: true },
      input('step', 'dt', 'h', 'of the series; a whole number makes a day', [0.1, 24], 24),
      input('rate', 's', '', 'share of light lost per dry day', [0, 0.1], KIMBER.ratePerDay),
      input('grace', 'g', '', 'days after cleaning rain on which nothing settles', [0, 365], KIMBER.graceDays),
      input('threshold', 'r_c', 'mm', 'rain in 24 h above which it cleans', [0, 200], 6),
      input('max', 's_max', '', 'most that is lost', [0, 1], KIMBER.max),
      input('initial', 's_0', '', 'loss at the first step', [0, 1], 0),
    ],
    outputs: [output('loss', '', 'share of light lost in each step')],
    source: 'Kimber, Mitchell, Nogradi and Wenger 2006, IEEE WCPEC 4; as in pvlib.soiling.kimber',
    validity: 'places with a dry season; the rate is the place’s own',
    run: (i) => {
      const rule = { ratePerDay: i.number('rate'), graceDays: i.number('grace'), max: i.number('max') };
      return {
        loss: kimberSeries(i.list('rain'), i.number('step'), rule, i.number('threshold'), [], i.number('initial')),
      };
    },
  },
];
