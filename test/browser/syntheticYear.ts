import type { SimulateReport } from '../../src/report/simulateInput.ts';
import { HOUR_MS } from '../../src/series/grid.ts';
import { random } from '../../src/series/random.ts';
import { zoneOf } from '../../src/series/zone.ts';

/** A year of hours that looks like a site: made from sines and seeded noise, for looking at the page and for its tests. */
export function syntheticYear(): SimulateReport {
  const zone = 'Asia/Samarkand';
  const grid = { startMs: zoneOf(zone).instant(2025, 1, 1), stepMs: HOUR_MS, count: 8760 };
  const noise = random(7);
  const make = (): Float64Array => new Float64Array(grid.count);
  const [solar, wind, generator, gridKw, battery, curtailed] = [make(), make(), make(), make(), make(), make()];
  const [it, cooling, losses, short, soc, tokens] = [make(), make(), make(), make(), make(), make()];
  let energy = 2000;
  let cloud = 0.8;
  let breeze = 5;
  for (let i = 0; i < grid.count; i++) {
    const t = zoneOf(zone).local(grid.startMs + i * HOUR_MS);
    const season = -Math.cos((2 * Math.PI * (t.dayOfYear - 10)) / 365);
    cloud = Math.min(1, Math.max(0.15, cloud + 0.12 * noise.normal() + 0.05 * (0.75 + 0.15 * season - cloud)));
    breeze = Math.max(0, breeze + 0.5 * noise.normal() + 0.08 * (5 - breeze));
    const day = 12 + 2.6 * season;
    const height = Math.sin((Math.PI * (t.hour - 12.5 + day / 2)) / day);
    const sun =
      t.hour > 12.5 - day / 2 && t.hour < 12.5 + day / 2
        ? Math.max(0, height) * 2300 * cloud * (0.82 + 0.18 * season)
        : 0;
    wind[i] = 400 * Math.min(1, (breeze / 11) ** 3);
    it[i] =
      560 + 170 * Math.max(0, Math.sin((Math.PI * (t.hour - 7)) / 16)) - (t.weekday > 4 ? 60 : 0) + 8 * noise.normal();
    cooling[i] = it[i]! * (0.05 + 0.045 * Math.max(0, season));
    losses[i] = it[i]! * 0.048;
    const load = it[i]! + cooling[i]! + losses[i]!;
    const over = sun + wind[i]! - load;
    battery[i] = over > 0 ? -Math.min(900, over, (3800 - energy) / 0.95) : Math.min(900, -over, energy - 400);
    if (battery[i]! < 0) energy -= battery[i]! * 0.95;
    else energy -= battery[i]!;
    soc[i] = energy / 4000;
    curtailed[i] = Math.max(0, over + Math.min(0, battery[i]!));
    solar[i] = Math.max(0, sun - curtailed[i]!);
    const missing = Math.max(0, -over - Math.max(0, battery[i]!));
    const down = t.dayOfYear > 12 && t.dayOfYear < 17 && t.hour > 16 && t.hour < 23;
    gridKw[i] = down ? 0 : Math.min(700, missing);
    generator[i] = Math.min(400, missing - gridKw[i]!);
    short[i] = missing - gridKw[i]! - generator[i]!;
    tokens[i] = Math.max(0, it[i]! - 250) * 690;
  }
  const kw = (values: Float64Array) => ({ unit: 'kW', values });
  return {
    title: 'Bukhara: a year under the joint policy',
    subtitle: '1 MW hall, 2.4 MW sun, 4 MWh battery',
    site: [
      ['place', '39.77° N, 64.42° E, 225 m; Asia/Samarkand'],
      ['sun', '2.4 MWp, single-axis tracker'],
      ['wind', '400 kW'],
      ['battery', '4 MWh, 900 kW, LFP'],
      ['generator', '400 kW diesel'],
      ['grid', '700 kW import'],
      ['hall', '96 nodes of 8 accelerators, liquid cooled'],
    ],
    kpis: [
      {
        id: 'tokensPerJoule',
        label: 'output tokens per joule, facility',
        value: 0.3987,
        unit: 'tokens/J',
        boundary: 'facility',
        basis: 'modelled',
      },
      {
        id: 'lcot',
        label: 'Cost per million tokens',
        value: 0.1184,
        unit: 'USD',
        boundary: 'site',
        basis: 'estimated',
        interval: [0.104, 0.139],
      },
      {
        id: 'pue',
        label: 'PUE',
        value: 1.121,
        unit: '',
        boundary: 'facility / IT',
        basis: 'modelled',
      },
      {
        id: 'sloAttainment',
        label: 'SLO attainment',
        value: 0.99962,
        unit: '',
        boundary: 'all interactive requests',
        basis: 'modelled',
      },
      {
        id: 'renewableShare',
        label: 'Renewable share',
        value: 0.8127,
        unit: '',
        boundary: 'source',
        basis: 'modelled',
      },
      {
        id: 'unservedEnergy',
        label: 'Unserved energy',
        value: 1.94,
        unit: 'MWh',
        boundary: 'site bus',
        basis: 'modelled',
      },
      {
        id: 'tokensPerJouleIt',
        label: 'Tokens per joule at IT',
        value: 0.446,
        unit: 'tokens/J',
        boundary: 'IT',
        basis: 'modelled',
      },
      {
        id: 'outputTokens',
        label: 'Output tokens',
        value: 8.31e12,
        unit: 'tokens',
        boundary: 'all services',
        basis: 'modelled',
      },
      {
        id: 'co2PerKtoken',
        label: 'CO2 per 1000 tokens',
        value: null,
        unit: 'g',
        boundary: 'source',
        basis: 'modelled',
        note: 'the catalogue has no factor for this year',
      },
      {
        id: 'wue',
        label: 'WUE',
        value: 0.42,
        unit: 'L/kWh',
        boundary: 'IT',
        basis: 'modelled',
        note: 'evaporation and bleed',
      },
    ],
    grid,
    zone,
    columns: {
      solarKw: kw(solar),
      windKw: kw(wind),
      generatorKw: kw(generator),
      gridKw: kw(gridKw),
      batteryKw: kw(battery),
      curtailedKw: kw(curtailed),
      itKw: kw(it),
      coolingKw: kw(cooling),
      lossesKw: kw(losses),
      shortKw: kw(short),
      socShare: { unit: '', values: soc },
      tokensPerS: { unit: 'tokens/s', values: tokens },
    },
    assumptions: [
      ['weather', 'made from sines and seeded noise, to show the page'],
      ['demand', 'a working day with a quiet weekend'],
    ],
    manifest: {
      program: 'joulewright',
      version: '0.1.0',
      createdMs: Date.UTC(2025, 10, 21, 9, 30),
      command: 'joulewright simulate sites/bukhara.yaml --policy joint --seed 7',
      inputs: [{ path: 'bukhara.yaml', sha256: 'a3f1'.repeat(16), bytes: 4182 }],
      seed: 7,
      siteId: 'bukhara',
      stepMs: HOUR_MS,
      fromMs: grid.startMs,
      toMs: grid.startMs + grid.count * HOUR_MS,
      policy: 'joint',
      warnings: [],
    },
    warnings: [
      'The weather of this page is synthetic: it shows the layout, not a place.',
      'Grid carbon is unknown for 2025; CO2 is left out.',
    ],
  };
}
