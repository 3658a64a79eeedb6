import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { complaints, sampleConditions, sampleContext } from '../../../src/components/sample.ts';
import { solar } from '../../../src/components/solar/index.ts';
import { readText } from '../../../src/series/csv.ts';
import { sunAt } from '../../../src/weather/sun.ts';
import { below, compare, type Row } from '../row.ts';
import type { Suite } from '../suite.ts';

const RAD = Math.PI / 180;

/** Where and when a list of hours is; its hours count from the first of a year in local standard time. */
interface Station {
  readonly latDeg: number;
  readonly lonDeg: number;
  readonly utcOffsetH: number;
}
/** Hour of the year, beam, diffuse, air and wind. */
type Hour = readonly [hour: number, dniWm2: number, dhiWm2: number, airC: number, windMs: number];

/** Sums of an array over hours, as the twin steps it: plane irradiance kWh/m2, alternating current kWh by month. */
function yieldOf(station: Station, hours: readonly Hour[], said: Record<string, unknown>) {
  const { list, complain } = complaints();
  const file = solar.file.parse({ capex: '691 USD/kW', opex: '17 USD/kW/y', ...said });
  const spec = solar.spec(file, sampleContext(station), complain);
  if (list.length > 0) throw new Error(list[0]!.message);
  const months = new Array<number>(12).fill(0);
  let poaKwh = 0;
  let state = solar.initial(spec);
  for (const [hour, dniWm2, dhiWm2, tempC, windMs] of hours) {
    const localMs = Date.UTC(2025, 0, 1) + hour * 3_600_000;
    const startMs = localMs - station.utcOffsetH * 3_600_000;
    const sun = sunAt(startMs + 1_800_000, station.latDeg, station.lonDeg);
    const conditions = sampleConditions({
      startMs,
      tempC,
      windMs,
      dniWm2,
      dhiWm2,
      ghiWm2: dhiWm2 + dniWm2 * Math.max(0, Math.cos(sun.zenithDeg * RAD)),
      sunZenithDeg: sun.zenithDeg,
      sunAzimuthDeg: sun.azimuthDeg,
      extraterrestrialWm2: sun.extraterrestrialWm2,
    });
    const out = solar.step(spec, state, { powerKw: Number.POSITIVE_INFINITY }, conditions);
    state = out.state;
    poaKwh += out.meters['poaWm2']! / 1000;
    months[new Date(localMs).getUTCMonth()]! += out.flows['power']!;
  }
  return { poaKwh, months, acKwh: months.reduce((a, b) => a + b, 0) };
}

/** Golden, Colorado: a year of PVWatts 5 as its users download it. */
function golden(): readonly Row[] {
  const path = fileURLToPath(new URL('../data/pv-e2e.csv.gz', import.meta.url));
  const table = readText(path)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  const hours = table.map((row): Hour => [row[0]!, row[1]!, row[2]!, row[3]!, row[4]!]);
  const station = { latDeg: 39.73, lonDeg: -105.18, utcOffsetH: -7 };
  const said = { peak: '4 kWp', tilt: 20, azimuth: 180, losses: '14.08 %', gamma: -0.0047 };
  const source = 'PVWatts 5 export for Golden, Colorado, kept as pvlib-python tests/data/pvwatts_8760_rackmount.csv';
  const got = yieldOf(station, hours, said);
  const about = { id: 'PV-E2E', source };
  return [
    compare({ ...about, what: 'plane irradiance of the year', unit: 'kWh/m2' }, 1930.894, got.poaKwh, { rel: 0.01 }),
    compare({ ...about, what: 'alternating current of the year', unit: 'kWh' }, 6023.671, got.acKwh, { rel: 0.02 }),
  ];
}

/** Phoenix: PVWatts 8, fixed and tracking. */
function phoenix(): readonly Row[] {
  const url = new URL('../../../src/components/solar/fixtures/phoenix-year.json', import.meta.url);
  const year: Station & {
    readonly monthlyKwh: readonly number[];
    readonly annualKwh: Readonly<Record<'fixed' | 'singleAxis' | 'backtracking' | 'twoAxis', number>>;
    readonly rows: readonly Hour[];
  } = JSON.parse(readFileSync(url, 'utf8'));
  const base = { peak: '4 kWp', tilt: 20, losses: '14.0757 %' };
  const axis = { kind: 'single-axis', axis_tilt: '20 deg', gcr: 0.4 };
  const source = 'NREL ssc e97a19f, test/ssc_test/cmod_pvwattsv8_test.cpp, Phoenix TMY2';
  const rows: Row[] = [];
  const models: readonly (readonly [string, Record<string, unknown>])[] = [
    ['our defaults', {}],
    ['Perez and glass as in PVWatts 8', { transposition: 'perez', iam: 'physical' }],
  ];
  for (const [name, said] of models) {
    const row = (what: string, tracking: Record<string, unknown> | undefined, kwh: number): number[] => {
      const got = yieldOf(year, year.rows, { ...base, ...said, ...(tracking === undefined ? {} : { tracking }) });
      const head = { id: 'SAM-07', what: `${what}, ${name}`, source, unit: 'kWh' };
      rows.push(compare(head, kwh, got.acKwh, { rel: 0.02 }));
      return got.months;
    };
    const months = row('fixed, year', undefined, year.annualKwh.fixed);
    rows.push(
      compare({ id: 'SAM-07', what: `fixed, months, ${name}`, source, unit: 'kWh' }, year.monthlyKwh, months, {
        rel: 0.04,
      }),
    );
    row('one axis', { ...axis, backtrack: false }, year.annualKwh.singleAxis);
    row('one axis, backtracking', axis, year.annualKwh.backtracking);
    row('two axes', { kind: 'two-axis' }, year.annualKwh.twoAxis);
  }
  return rows;
}

/** The sun at 200 random instants and places. */
function position(): readonly Row[] {
  const url = new URL('../../../src/weather/fixtures/sun.json', import.meta.url);
  const { positions }: { readonly positions: readonly (readonly [number, number, number, number, number])[] } =
    JSON.parse(readFileSync(url, 'utf8'));
  let worst = 0;
  for (const [ms, latDeg, lonDeg, zenith, azimuth] of positions) {
    const sun = sunAt(ms, latDeg, lonDeg);
    const turn = ((sun.azimuthDeg - azimuth + 540) % 360) - 180;
    worst = Math.max(worst, Math.hypot(sun.zenithDeg - zenith, turn * Math.sin(zenith * RAD)));
  }
  const what = `largest angle between ours and SPA, ${positions.length} instants of 1950 to 2050`;
  return [below({ id: 'SPA', what, source: 'NREL SPA as coded in pvlib 0.16.1', unit: 'deg' }, worst, 0.01)];
}

export const photovoltaics: Suite = {
  title: 'Sun and photovoltaic years',
  about:
    'The place of the sun against NREL SPA, and whole years of a field, stepped as the twin does it, against PVWatts: hourly beam, diffuse light, air and wind in, alternating current out.',
  run: () => [...position(), ...golden(), ...phoenix()],
};
