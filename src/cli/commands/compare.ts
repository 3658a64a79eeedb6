import type { AcceleratorRow, Catalog } from '../../catalog/catalog.ts';
import { FORMATS } from '../../catalog/catalog.ts';
import { modelNamed, need } from '../../catalog/choose.ts';
import { findAccelerator } from '../../catalog/find.ts';
import { loadCatalog } from '../../catalog/load.ts';
import type { Interval } from '../../components/inference/predict/predict.ts';
import { fail } from '../../errors/error.ts';
import { crf } from '../../finance/crf.ts';
import { type Comparison, type Ranked, compare as rank, SORTS } from '../../predict/compare.ts';
import { textTable } from '../../report/table.ts';
import { nearestWord } from '../../units/nearest.ts';
import { formatNumber } from '../../units/quantity.ts';
import { MIX_NAMES, MIXES } from '../../workload/lengths.ts';
import type { Command, Typed } from '../command.ts';
import { CALIBRATION_OPTION, predictorOf } from './predict.ts';

/** Uzbekistan, legal entities, 1,000 UZS with VAT, 8.3 US cents (caspianpost.com, as in the catalogue's tariff of 2025). */
const USD_PER_KWH = 0.083;
/** As sites have them by default: discount 8 % real, nodes replaced after five years, TTFT and TPOT. */
const DISCOUNT = 0.08;
const LIFE_YEARS = 5;
const TTFT_S = 2;
const TPOT_S = 0.1;
const TOP = 20;

const TIER_WORDS = {
  seen: 'measured',
  model: 'chip measured, model not',
  chip: 'model measured, chip not',
  neither: 'nothing measured',
} as const;

const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'compare' });

function number(typed: Typed, name: string, low: number, high: number): number | undefined {
  const text = typed.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value >= low && value <= high)) wrong(`--${name} takes ${low} to ${high}, not "${text}"`);
  return value;
}

function word<T extends string>(option: string, text: string, words: readonly T[]): T {
  const found = words.find((w) => w.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const near = nearestWord(text, words);
  return wrong(
    `--${option} does not know "${text}"; ${near === undefined ? '' : `did you mean ${near}? `}there is ${words.join(', ')}`,
  );
}

function serviceOf(typed: Typed): { inputTokens: number; outputTokens: number } {
  const name = typed.text('service');
  const mix = name === undefined ? undefined : MIXES[word('service', name, MIX_NAMES)];
  const inputTokens = number(typed, 'input', 1, 1e7) ?? mix?.input.mean;
  const outputTokens = number(typed, 'output', 1, 1e7) ?? mix?.output.mean;
  if (inputTokens === undefined || outputTokens === undefined)
    return wrong(`say what is served: --service ${MIX_NAMES.join('|')}, or --input TOKENS --output TOKENS`);
  return { inputTokens, outputTokens };
}

function chipNamed(catalog: Catalog, name: string): AcceleratorRow {
  const { row, near = [] } = findAccelerator(catalog.acceleratorRows, name);
  if (row !== undefined) return row;
  const meant = near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
  return fail('JW_CATALOG_NAME', {
    reason: `there is no accelerator "${name}" in the catalogue`,
    hint: `${meant}\`joulewright catalog accelerators\` lists them`,
  });
}

function rowsOf(typed: Typed, catalog: Catalog): readonly AcceleratorRow[] {
  const named = typed.texts('accelerators');
  const all = [...catalog.acceleratorRows.values()];
  const makers = [...new Set(all.map((row) => row.vendor))];
  const vendors = typed.texts('vendors').map((name) => word('vendors', name, makers));
  const rows = named.length === 0 ? all : [...new Set(named.map((name) => chipNamed(catalog, name)))];
  const kept = rows.filter((row) => vendors.length === 0 || vendors.includes(row.vendor));
  if (kept.length === 0) wrong(`none of these accelerators is of ${vendors.join(', ')}`);
  return kept;
}

function pricesOf(typed: Typed, catalog: Catalog): ReadonlyMap<string, number> {
  return new Map(
    typed.texts('price').map((text) => {
      const at = text.lastIndexOf('=');
      const usd = Number(text.slice(at + 1));
      if (at < 1 || !(usd > 0)) wrong(`--price takes CHIP=USD, not "${text}"`);
      return [chipNamed(catalog, text.slice(0, at)).id, usd] as const;
    }),
  );
}

const range = ({ value, low, high }: Interval): string =>
  `${formatNumber(value)} (${formatNumber(low)}..${formatNumber(high)})`;

function rankedTable(ranked: readonly Ranked[], limited: boolean): string {
  const heads = ['chip', 'format', 'devices', 'batch', 'bound by', 'tokens/J', 'USD/Mtoken', 'tokens/s a device'];
  const columns = [...heads, 'W a device', ...(limited ? ['replicas', 'tokens/s in all'] : []), 'known'];
  return textTable(
    columns.map((header) => ({ header })),
    ranked.map((c) => [
      c.chip.id,
      c.native ? c.format : `${c.format} *`,
      String(c.devices),
      String(c.batch),
      c.bound,
      range(c.tokensPerJoule),
      `${range(c.lcotUsd)}${c.priced ? '' : ' energy only'}`,
      range(c.tokensPerSPerDevice),
      range(c.wattsPerDevice),
      ...(limited ? [String(c.replicas), formatNumber(c.totalTokensPerS ?? 0)] : []),
      TIER_WORDS[c.tier],
    ]),
  );
}

function textOf({ ranked, excluded }: Comparison, top: number, limited: boolean, all: boolean): string {
  const shown = ranked.slice(0, top);
  const lines = ranked.length === 0 ? ['No chip can serve this.'] : [rankedTable(shown, limited)];
  if (ranked.length > top) lines.push(`and ${ranked.length - top} more (--top)`);
  lines.push(
    '',
    'In brackets: 90 % intervals (of costs wider: the bad ends of speed and energy together). Power, energy and tokens/J are of the boards at full load.',
  );
  if (shown.some((c) => !c.native)) lines.push('* not native: weights are unpacked and computed at 16 bit.');
  if (shown.some((c) => c.chip.vendor !== 'NVIDIA'))
    lines.push('All measured power is of NVIDIA chips: of others it is the same share of the board power.');
  if (shown.some((c) => !c.priced)) lines.push('"energy only": no price of the chip is known; give one with --price.');
  const listed = excluded.filter((e) => all || e.kind === 'unfit');
  const columns = [{ header: 'cannot' }, { header: 'why' }];
  if (listed.length > 0) {
    const rows = listed.slice(0, all ? listed.length : top).map((e) => [e.id, e.reason]);
    lines.push('', textTable(columns, rows));
    if (rows.length < listed.length) lines.push(`and ${listed.length - rows.length} more (--top, --json)`);
  }
  if (listed.length < excluded.length)
    lines.push('', `${excluded.length - listed.length} more lack published figures or a source; --json names them.`);
  return `${lines.join('\n')}\n`;
}

export const compare: Command = {
  name: 'compare',
  about: 'ranks chips for a model and a service by tokens per joule, cost or speed',
  details:
    'Every chip of the catalogue is given the number of devices, a power of two, and the largest batch that keep the latencies. Costs are of chips (price when it came out, or --price) and electricity; 8 % real discount.',
  positionals: [],
  options: {
    model: { type: 'string', value: 'NAME', about: 'a model of the catalogue' },
    service: { type: 'string', value: 'MIX', about: 'lengths of requests', words: MIX_NAMES },
    input: { type: 'string', value: 'TOKENS', about: 'mean prompt, in place of the mix' },
    output: { type: 'string', value: 'TOKENS', about: 'mean answer, in place of the mix' },
    ttft: { type: 'string', value: 'S', about: `time to the first token at most; ${TTFT_S} without it` },
    tpot: { type: 'string', value: 'S', about: `time per token at most; ${TPOT_S} without it` },
    vendors: { type: 'string', value: 'NAME,...', about: 'only these makers', multiple: true },
    accelerators: { type: 'string', value: 'ID,...', about: 'only these chips', multiple: true },
    precision: { type: 'string', value: 'FORMAT', about: 'fp8 where native, else fp16, without it', words: FORMATS },
    'max-devices': { type: 'string', value: 'N', about: 'devices of a replica at most; 8 without it' },
    'max-power': { type: 'string', value: 'KW', about: 'power for replicas, each at its board power limits' },
    price: { type: 'string', value: 'CHIP=USD', about: 'price of a chip', multiple: true },
    'electricity-price': {
      type: 'string',
      value: 'USD',
      about: `per kWh; ${USD_PER_KWH} (Uzbekistan 2025) without it`,
    },
    life: { type: 'string', value: 'YEARS', about: `until chips are replaced; ${LIFE_YEARS} without it` },
    utilisation: { type: 'string', value: 'SHARE', about: 'part of the time at full load; 1 without it' },
    overhead: { type: 'string', value: 'RATIO', about: 'site watts per board watt, in cost and power; 1 without it' },
    sort: {
      type: 'string',
      value: 'KEY',
      about: 'what the ranking goes by; tokens-per-joule without it',
      words: SORTS,
    },
    top: { type: 'string', value: 'N', about: `places that are shown; ${TOP} without it` },
    calibration: CALIBRATION_OPTION,
    json: { type: 'boolean', about: 'everything as JSON' },
  },
  examples: [
    'joulewright compare --model llama-3.1-70b-instruct --service azure-conversation',
    'joulewright compare --model llama-3.1-8b-instruct --input 1000 --output 500 --vendors NVIDIA,AMD --sort lcot',
  ],
  async run(typed) {
    const name = typed.text('model') ?? wrong('say which model: --model NAME');
    const catalog = loadCatalog();
    const model = need(modelNamed(catalog, name));
    const lengths = serviceOf(typed);
    if (lengths.inputTokens + lengths.outputTokens > model.context)
      wrong(`${model.id} holds a context of ${model.context} tokens, less than one request`);
    const precision = typed.text('precision');
    const maxPowerKw = number(typed, 'max-power', 1e-3, 1e7);
    const comparison = rank(predictorOf(typed), {
      rows: rowsOf(typed, catalog),
      model,
      service: {
        ...lengths,
        ttftS: number(typed, 'ttft', 1e-4, 1e5) ?? TTFT_S,
        tpotS: number(typed, 'tpot', 1e-5, 1e4) ?? TPOT_S,
      },
      ...(precision === undefined ? {} : { format: word('precision', precision, FORMATS) }),
      maxDevices: number(typed, 'max-devices', 1, 1024) ?? 8,
      sort: word('sort', typed.text('sort') ?? SORTS[0], SORTS),
      ...(maxPowerKw === undefined ? {} : { maxPowerKw }),
      priceUsd: pricesOf(typed, catalog),
      costs: {
        chargePerYear: crf(DISCOUNT, number(typed, 'life', 0.1, 100) ?? LIFE_YEARS),
        usdPerKwh: number(typed, 'electricity-price', 0, 100) ?? USD_PER_KWH,
        utilisation: number(typed, 'utilisation', 1e-3, 1) ?? 1,
        overhead: number(typed, 'overhead', 1, 10) ?? 1,
      },
    });
    const top = number(typed, 'top', 1, 1e4) ?? TOP;
    if (typed.flag('json')) {
      const ranked = comparison.ranked.map(({ chip, tier, ...c }) => ({
        accelerator: chip.id,
        vendor: chip.vendor,
        ...c,
        known: TIER_WORDS[tier],
      }));
      process.stdout.write(`${JSON.stringify({ model: model.id, ranked, excluded: comparison.excluded }, null, 2)}\n`);
    } else {
      const named = typed.texts('accelerators').length > 0;
      process.stdout.write(textOf(comparison, top, maxPowerKw !== undefined, named));
    }
    return comparison.ranked.length === 0 ? 1 : 0;
  },
};
