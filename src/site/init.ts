import type { Catalog, Climate } from '../catalog/catalog.ts';
import { acceleratorNamed, modelNamed, need } from '../catalog/choose.ts';
import type { ItUnit } from '../components/unit.ts';
import { fail } from '../errors/error.ts';
import { nearestWord } from '../units/nearest.ts';
import { formatNumber, formatQuantity } from '../units/quantity.ts';
import { fittingFactor } from './fittingDemand.ts';
import { checkText } from './load.ts';

/** What `joulewright init` needs to know; everything has an answer already. */
export interface InitAnswers {
  readonly name: string;
  /** Id of a climate of the catalogue. */
  readonly climate: string;
  /** Full power of the IT, kW, 1 to 1,000,000. */
  readonly itKw: number;
  /** Ids of the catalogue. */
  readonly accelerator: string;
  readonly model: string;
  readonly grid: boolean;
  readonly solar: boolean;
  readonly wind: boolean;
  readonly battery: boolean;
  readonly generator: boolean;
}

/** Answers of somebody who only presses Enter. */
export const INIT_DEFAULTS: InitAnswers = {
  name: 'My site',
  climate: 'bukhara',
  itKw: 1000,
  accelerator: 'nvidia-h100-sxm-80gb',
  model: 'llama-3.1-8b-instruct',
  grid: true,
  solar: true,
  wind: false,
  battery: true,
  generator: true,
};

/** Accelerator power to node power at full load: host, fans and switches beside the boards (our choice for a first sizing). */
const NODE_FACTOR = 1.3;
/** Share of the requests within their targets in the busiest hour of a new site. */
const INIT_ATTAINMENT = 0.95;
/** Part of the installed replicas that the busiest hour takes (our choice: room for growth and for a node that is out). */
const BUSY_SHARE = 0.8;
const PER_NODE = 8;
/** What an engine keeps of a device's memory for itself (AIConfigurator: 3.87 GiB). */
const ENGINE_GB = 4.2;

function look<T>(known: ReadonlyMap<string, T>, id: string, what: string): T {
  const found = known.get(id);
  if (found !== undefined) return found;
  const near = nearestWord(id, known.keys());
  const hint = near === undefined ? `there are ${[...known.keys()].join(', ')}` : `did you mean "${near}"?`;
  return fail('JW_SITE_REFERENCE', { what, id, hint });
}

/** "My site!" -> "my-site". */
function slug(name: string): string {
  const text = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 48);
  return text === '' ? 'site' : text;
}

interface Sizes {
  readonly itKw: number;
  readonly count: number;
  readonly tensorParallel: number;
  readonly replicas: number;
  readonly liquid: boolean;
}

/** Accelerators for the power asked, whole nodes; as many per replica as the weights at 16 bit need, with half as much again for the cache. */
function sizesOf(answers: InitAnswers, catalog: Catalog): Sizes {
  const chip = need(acceleratorNamed(catalog, answers.accelerator));
  const model = need(modelNamed(catalog, answers.model));
  const nodeKw = (PER_NODE * chip.tdpW * NODE_FACTOR) / 1000;
  const nodes = Math.max(1, Math.floor(answers.itKw / nodeKw));
  const weightsGb = model.totalParamsB * 2;
  // What a small device keeps for its engine is a large part of it.
  const devices = Math.max((1.5 * weightsGb) / chip.memoryGb, (1.15 * weightsGb) / (0.9 * chip.memoryGb - ENGINE_GB));
  const tensorParallel = 2 ** Math.max(0, Math.ceil(Math.log2(devices)));
  const count = Math.max(nodes * PER_NODE, tensorParallel);
  return {
    itKw: (count / PER_NODE) * nodeKw,
    count,
    tensorParallel,
    replicas: Math.floor(count / tensorParallel),
    liquid: chip.tdpW >= 500,
  };
}

const kw = (value: number): string => formatQuantity(value, 'power', { digits: 2 });

function energy(answers: InitAnswers, itKw: number, country: string, catalog: Catalog): string[] {
  const lines: string[] = [];
  if (answers.solar) {
    lines.push(
      'solar:',
      '  - id: pv',
      `    peak: ${kw(3 * itKw)} # three times the IT: about half of the energy in Central Asia`,
    );
  }
  if (answers.wind) {
    lines.push('wind:', '  - id: wind', '    turbine: generic', `    rated: ${kw(itKw)}`, '    hub_height: 80 m');
  }
  if (answers.battery) {
    const hours = answers.grid ? 2 : 4;
    lines.push(
      'battery:',
      '  - id: bess',
      `    energy: ${formatQuantity(hours * 1.5 * itKw, 'energy', { digits: 2 })}`,
    );
    lines.push(`    power: ${kw(1.5 * itKw)} # carries the site through a start of the generators`);
  }
  if (answers.generator) {
    lines.push('generator:', '  - id: gensets', `    rated: ${kw(0.8 * itKw)}`, '    units: 2');
    lines.push(`    tank: ${formatNumber(Math.max(200, 20 * itKw), 2)} L # about two days of one set`);
    if (!catalog.prices.has(`diesel-${country.toLowerCase()}`)) {
      lines.push('    fuel_price: 1 USD/L # assumed; put your own here');
    }
  }
  if (answers.grid) {
    lines.push('grid:', '  - id: grid', '    feeder: main', `    import_limit: ${kw(1.5 * itKw)}`);
    const price = country === 'UZ' ? '0.083 USD/kWh # companies, May 2025' : '0.1 USD/kWh # assumed';
    lines.push(
      '    tariff:',
      `      energy: ${price}; put your own here, or the id of one of \`joulewright catalog tariffs\``,
    );
    if (!catalog.carbon.has(country)) lines.push('    carbon: 500 g/kWh # assumed; put your own here');
    lines.push('    outages:', '      unannounced: { per_month: 1, mean_duration: 2 h } # assumed');
  }
  return lines;
}

function head(answers: InitAnswers, climate: Climate): string[] {
  return [
    '# Written by `joulewright init`. Sizes follow from your answers by simple rules; they are a start, not a design.',
    '# Whatever is left out has a default with a source: `joulewright check --explain` prints every one.',
    'version: 1',
    `id: ${slug(answers.name)}`,
    `name: ${JSON.stringify(answers.name)}`,
    '',
    'location:',
    `  latitude: ${climate.latDeg} deg`,
    `  longitude: ${climate.lonDeg} deg`,
    `  elevation: ${climate.elevationM} m`,
    `  zone: ${climate.zone}`,
    `  country: ${climate.country}`,
    '',
    '# A year generated from monthly statistics. Put an hourly file of your own here: `file: weather.csv`.',
    'weather:',
    `  climate: ${climate.id}`,
    '',
    '# Every price is in this currency.',
    'money:',
    '  currency: USD',
    '  price_year: 2025',
    '',
  ];
}

/**
 * A commented site file for these answers; it passes `check`.
 *
 * @throws JW_SITE_REFERENCE for a climate, accelerator or model that the catalogue does not have, JW_SITE_VALUE for an IT
 * power outside 1 kW to 1 GW or a site without any source of energy
 */
export function initSite(given: Partial<InitAnswers>, catalog: Catalog): string {
  const answers: InitAnswers = { ...INIT_DEFAULTS, ...given };
  const climate = look(catalog.climates, answers.climate, 'climate');
  if (!(answers.itKw >= 1 && answers.itKw <= 1e6)) {
    fail('JW_SITE_VALUE', { reason: `the IT power is ${answers.itKw} kW`, hint: 'give 1 kW to 1 GW' });
  }
  if (!answers.grid && !answers.solar && !answers.wind && !answers.generator) {
    fail('JW_SITE_VALUE', {
      reason: 'this site has no source of energy',
      hint: 'keep a grid, sun, wind or a generator',
    });
  }
  const sizes = sizesOf(answers, catalog);
  const guessPerS = 0.2 * sizes.replicas;
  const guessed = textOf(answers, climate, sizes, guessPerS, catalog);
  const site = checkText(guessed, '.').site;
  const unit = site?.units.find((u): u is ItUnit => u.role === 'it');
  const factor =
    site === undefined || unit === undefined
      ? undefined
      : fittingFactor(unit, site.services, {
          attainment: INIT_ATTAINMENT,
          replicas: Math.max(1, Math.floor(BUSY_SHARE * unit.installed)),
          days: 7,
        });
  return factor === undefined ? guessed : textOf(answers, climate, sizes, guessPerS * factor, catalog);
}

function textOf(answers: InitAnswers, climate: Climate, sizes: Sizes, chatPerS: number, catalog: Catalog): string {
  const { itKw, count, tensorParallel, replicas, liquid } = sizes;
  const lines = [
    ...head(answers, climate),
    '# --- the building',
    'feeders:',
    `  - { id: main, limit: ${kw(2 * itKw)} }`,
    'halls:',
    '  - id: hall-1',
    '    feeder: main',
    '    cooling:',
    `      liquid_heat: ${liquid ? kw(0.85 * itKw) : '0 kW'}`,
    `      air_heat: ${kw((liquid ? 0.4 : 1.15) * itKw)} # with the losses of the UPS and some room`,
    '    power_chain:',
    `      rated: ${kw(1.2 * itKw)}`,
    '',
    '# --- energy',
    ...energy(answers, itKw, climate.country, catalog),
    '',
    '# --- accelerators, models and services',
    'pools:',
    '  - id: pool-1',
    '    hall: hall-1',
    `    accelerator: ${answers.accelerator}`,
    `    count: ${count}`,
    'deployments:',
    '  - id: main-model',
    '    pool: pool-1',
    `    model: ${answers.model}`,
    `    tensor_parallel: ${tensorParallel}`,
    `    replicas: ${replicas}`,
    'services:',
    '  - id: chat',
    '    kind: interactive',
    '    deployment: main-model',
    `    demand: { shape: office, mean: ${formatNumber(chatPerS, 2)} req/s } # assumed: its busiest hour fills four fifths; put your own here`,
    '    lengths: { mix: azure-conversation }',
    '    ttft: 5 s',
    '    tpot: 200 ms',
    '  - id: archive',
    '    kind: batch',
    '    deployment: main-model',
    `    demand: { shape: office, mean: ${formatNumber(chatPerS / 4, 2)} req/s } # assumed; put your own here`,
    '    lengths: { mix: azure-conversation }',
    '    deadline: 24 h',
    '',
  ];
  return lines.join('\n');
}
