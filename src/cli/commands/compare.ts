import path from 'node:path';
import { FORMATS } from '../../catalog/catalog.ts';
import { loadCatalog } from '../../catalog/load.ts';
import { ENGINES } from '../../components/inference/engine.ts';
import { TIER_WORDS } from '../../components/inference/predict/calibration.ts';
import { RANKS, compare as rank, SORTS } from '../../predict/compare.ts';
import { type CompareReport, compareReportHtml, compareTitle, DETAILED } from '../../report/compareReport.ts';
import {
  chipText,
  excludedRows,
  inferredPower,
  LOAD_HEAD,
  loadRow,
  notesOf,
  rankedHead,
  rankedRow,
} from '../../report/compareText.ts';
import { jsonDocument } from '../../report/json.ts';
import { fileInput, type Manifest } from '../../report/manifest.ts';
import { textTable, wrapText } from '../../report/table.ts';
import { VERSION } from '../../report/version.ts';
import { writeAtomic } from '../../report/write.ts';
import { systemClock } from '../../series/clock.ts';
import { MIX_NAMES } from '../../workload/lengths.ts';
import type { Command, Typed } from '../command.ts';
import {
  compareInput,
  LIFE_YEARS,
  MAX_BATCH,
  MAX_DEVICES,
  numberOf,
  TPOT_S,
  TTFT_S,
  USD_PER_KWH,
} from './compareInput.ts';
import { CALIBRATION_OPTION, predictorOf } from './predict.ts';

const TOP = 20;
/** Sentences are broken at so many letters. */
const LINE = 120;

const plainTable = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  textTable(
    heads.map((header) => ({ header })),
    rows,
  );

/** The report for a terminal. */
function textOf(report: CompareReport, withBatches: boolean): string {
  const { options, comparison, top, named } = report;
  const { ranked } = comparison;
  const shown = ranked.slice(0, top);
  const lines = [compareTitle(report), ''];
  if (ranked.length === 0) lines.push('No chip can serve this.');
  else {
    const rows = shown.map((c, k) => rankedRow(c, k + 1));
    lines.push(plainTable(rankedHead(options.maxPowerKw !== undefined), rows));
    if (ranked.length > top) lines.push(`and ${ranked.length - top} more (--top)`);
    lines.push('', ...notesOf(ranked, shown, options).flatMap((note) => wrapText(note, LINE)));
  }
  if (withBatches) {
    for (const c of shown.slice(0, DETAILED)) {
      const inferred = inferredPower(c);
      const note = inferred === undefined ? '' : ` (${inferred})`;
      lines.push('', `${chipText(c)}, batch by batch${note}:`, plainTable(LOAD_HEAD, c.loads.map(loadRow)));
    }
  }
  const excluded = excludedRows(comparison, named);
  const rows = named ? excluded.rows : excluded.rows.slice(0, top);
  if (rows.length > 0) lines.push('', plainTable(['cannot', 'why'], rows));
  if (rows.length < excluded.rows.length) lines.push(`and ${excluded.rows.length - rows.length} more (--top, --json)`);
  if (excluded.more !== '') lines.push('', excluded.more);
  return `${lines.join('\n')}\n`;
}

async function manifestOf(typed: Typed): Promise<Manifest> {
  const calibration = typed.text('calibration');
  return {
    program: 'joulewright',
    version: VERSION,
    createdMs: systemClock.nowMs(),
    command: `joulewright compare ${process.argv.slice(3).join(' ')}`,
    inputs: calibration === undefined || calibration === 'none' ? [] : [await fileInput(calibration)],
    seed: null,
    siteId: null,
    stepMs: null,
    fromMs: null,
    toMs: null,
    policy: null,
    warnings: [],
  };
}

function jsonOf({ options, comparison }: CompareReport, manifest: Manifest): string {
  const { model, engine, service, sort, rank: by, costs } = options;
  const ranked = comparison.ranked.map(({ chip, tier, ...c }) => ({
    accelerator: chip.id,
    vendor: chip.vendor,
    ...c,
    speedKnown: TIER_WORDS[tier],
  }));
  const asked = { model: model.id, engine, service, by: sort, rank: by, costs };
  return jsonDocument(manifest, { ...asked, ranked, excluded: comparison.excluded });
}

export const compare: Command = {
  name: 'compare',
  about: 'ranks chips for a model and a service by tokens per joule, cost or speed',
  details:
    'Every chip of the catalogue is given the number of devices, a power of two, and the largest batch that keep the latencies. The order is by the worse end of each 90 % interval unless --rank says otherwise. Costs are of chips (price when it came out, or --price) and electricity; 8 % real discount.',
  positionals: [],
  options: {
    model: {
      type: 'string',
      value: 'NAME',
      about: 'a model of the catalogue',
      words: () => [...loadCatalog().models.keys()],
    },
    service: { type: 'string', value: 'MIX', about: 'lengths of requests', words: MIX_NAMES },
    input: { type: 'string', value: 'TOKENS', about: 'mean prompt, in place of the mix' },
    output: { type: 'string', value: 'TOKENS', about: 'mean answer, in place of the mix' },
    ttft: { type: 'string', value: 'S', about: `time to the first token at most; ${TTFT_S} without it` },
    tpot: { type: 'string', value: 'S', about: `time per token at most; ${TPOT_S} without it` },
    vendors: {
      type: 'string',
      value: 'NAME,...',
      about: 'only these makers',
      multiple: true,
      words: () => [...new Set([...loadCatalog().accelerators.values()].map((chip) => chip.vendor))],
    },
    accelerators: {
      type: 'string',
      value: 'ID,...',
      about: 'only these chips',
      multiple: true,
      words: () => [...loadCatalog().accelerators.keys()],
    },
    engine: { type: 'string', value: 'NAME', about: 'serving engine; vllm without it', words: ENGINES },
    precision: { type: 'string', value: 'FORMAT', about: 'fp8 where native, else fp16, without it', words: FORMATS },
    native: { type: 'boolean', about: 'only chips that compute in the format of the weights' },
    'max-devices': { type: 'string', value: 'N', about: `devices of a replica at most; ${MAX_DEVICES} without it` },
    'max-batch': { type: 'string', value: 'N', about: `sequences of a replica at most; ${MAX_BATCH} without it` },
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
    by: { type: 'string', value: 'KEY', about: 'what the ranking goes by; tokens-per-joule without it', words: SORTS },
    rank: {
      type: 'string',
      value: 'low|mid',
      about: 'by the worse end of the interval, or by its value; low without it',
      words: RANKS,
    },
    top: { type: 'string', value: 'N', about: `places that are shown; ${TOP} without it` },
    batches: { type: 'boolean', about: `the first ${DETAILED} batch by batch: speed, latency, joules, what binds` },
    calibration: CALIBRATION_OPTION,
    html: { type: 'string', value: 'FILE', about: 'write a page with tables and plots' },
    json: { type: 'boolean', about: 'everything as JSON' },
  },
  examples: [
    'joulewright compare --model llama-3.1-70b-instruct --service azure-conversation',
    'joulewright compare --model llama-3.1-8b-instruct --input 1000 --output 500 --vendors NVIDIA,AMD --by lcot',
    'joulewright compare --model mixtral-8x7b-instruct --service reasoning --engine sglang --html chips.html',
  ],
  async run(typed) {
    const { options, lengths } = compareInput(typed);
    const top = numberOf(typed, 'top', 1, 1e4, true) ?? TOP;
    const predictor = predictorOf(typed);
    const by = (sort: (typeof SORTS)[number]) => rank(predictor, { ...options, sort });
    const html = typed.text('html');
    const comparison = by(options.sort);
    const others = { 'tokens-per-joule': comparison, lcot: comparison, 'tokens-per-s': comparison };
    if (html !== undefined) for (const sort of SORTS) if (sort !== options.sort) others[sort] = by(sort);
    const report: CompareReport = {
      options,
      comparison,
      bySort: others,
      lengths,
      top,
      named: typed.texts('accelerators').length > 0,
    };
    const manifest = await manifestOf(typed);
    if (html !== undefined) await writeAtomic(html, compareReportHtml(report, manifest));
    if (typed.flag('json')) process.stdout.write(jsonOf(report, manifest));
    else {
      process.stdout.write(textOf(report, typed.flag('batches')));
      if (html !== undefined) process.stdout.write(`\nwritten: ${path.relative('.', html)}\n`);
    }
    return comparison.ranked.length === 0 ? 1 : 0;
  },
};
