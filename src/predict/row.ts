import type { Accelerator, AcceleratorRow, Catalog, Format, Model, ModelRow } from '../catalog/catalog.ts';
import { findAccelerator, findModel } from '../catalog/find.ts';
import { engineOf } from '../components/inference/engine.ts';
import { WEIGHT_BYTES } from '../components/inference/performance.ts';
import type { Limits, Mode, Point, PowerScope, ThroughputKind } from '../components/inference/predict/point.ts';
import { datasetOf } from './datasets.ts';

/** Sequences at once where a measurement under load does not say (our choice: within the range of most). */
const UNSTATED_BATCH = 16;

/** A row of a table of points: its cells by column. */
export type Cells = (column: string) => string;

/** A point that can be computed, or why it cannot. */
export type Asked =
  | { readonly point: Point; readonly reason?: undefined }
  | { readonly point?: undefined; readonly reason: string };

type Inferred = Point['inferred'][number];

/** A number of a cell: undefined when empty; zero counts as empty, since every figure here is positive. */
function figure(cells: Cells, column: string): number | undefined {
  const text = cells(column).trim();
  if (text === '') return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new RangeError(`${column} "${text}" is no number`);
  if (value < 0) throw new RangeError(`${column} ${text} is negative`);
  return value === 0 ? undefined : value;
}

/** Weight format of a free text; undefined for none or an unknown one. */
export function formatOf(text: string): Format | undefined {
  const name = text.trim().toLowerCase();
  if (/^(16-bit|bfloat16|bf16|float16|fp16|half)/.test(name)) return 'fp16';
  if (/fp8/.test(name)) return 'fp8';
  if (/fp4/.test(name)) return 'fp4';
  if (/^(int8|w8a8|q8)/.test(name)) return 'int8';
  if (/^(int4|w4a16|awq|gptq|gguf|q[34])/.test(name)) return 'int4';
  return undefined;
}

const FORMAT_WORDS =
  /16-bit|bfloat16|bf16|float16|fp16|half|fp8|fp4|int8|w8a8|q8|int4|w4a16|awq|gptq|gguf|q[34]|^unset$|^fp32$|^float32$|^$/;

/**
 * Format that the weights are served in: as named, 16 bit where none is. MLPerf submissions name the format of the published
 * weights; every one that says more serves eight bits on a chip that computes with them.
 */
function servedFormat(named: Format | undefined, mode: string, chip: Accelerator): Format {
  const published = named === undefined || named === 'fp16';
  if (published && /mlperf/i.test(mode) && chip.tflops.fp8 !== undefined) return 'fp8';
  return named ?? 'fp16';
}

function modeOf(text: string, batchKnown: boolean): Mode {
  const name = text.toLowerCase();
  if (name.includes('static') || /^batch1 (chat|instruct)/.test(name)) return 'static';
  if (name.includes('disagg') || name.includes('split')) return 'split';
  if (name.includes('prefill')) return 'prefill';
  if (/^(batch1 )?decode/.test(name)) return 'decode';
  return batchKnown || !/offline|mlperf|max/.test(name) ? 'continuous' : 'offline';
}

const limitsOf = (mode: string): Limits =>
  /interactive/i.test(mode) ? 'interactive' : /server/i.test(mode) ? 'server' : 'none';

/** The kind of prompts that a mode names ("steady-state gpqa"), '' for none. */
const taskOf = (mode: string): string =>
  mode
    .toLowerCase()
    .replace(/^(steady-state|batch1)\s+/, '')
    .replace('chat image', 'image-chat')
    .replace('instruct', 'chat');

/** Dense 16-bit rate over bandwidth where the rate is not published, FLOP/B: median of the catalogue's data-centre chips. */
const USUAL_FLOP_PER_BYTE = 230;

/** An accelerator with what throughput needs; power needs its board power, memory may be guessed. */
function chipOf(row: AcceleratorRow, inferred: Inferred[]): Accelerator | string {
  if (row.bandwidthGbPerS === undefined) return `nobody published the memory bandwidth of ${row.id}`;
  const { bandwidthGbPerS } = row;
  if (row.tflops.fp16 === undefined) inferred.push('compute');
  if (row.memoryGb === undefined) inferred.push('memory');
  const fp16 = row.tflops.fp16 ?? USUAL_FLOP_PER_BYTE * bandwidthGbPerS * 1e-3;
  return {
    ...row,
    tflops: { ...row.tflops, fp16 },
    memoryGb: row.memoryGb ?? 80,
    bandwidthGbPerS,
    tdpW: row.tdpW ?? 0,
  };
}

/**
 * A model with what the arithmetic needs. Where its layers are not known they are guessed from its size, with the
 * proportions of an 8-billion Llama (32 layers of 4,096, 8 KV heads of 128) scaled by the cube root.
 */
function modelOf(row: ModelRow, inferred: Inferred[]): Model | string {
  const { totalParamsB } = row;
  if (row.kind !== 'text' && row.kind !== 'multimodal') return `${row.id} is of kind ${row.kind} and gives no tokens`;
  if (totalParamsB === undefined) return `the size of ${row.id} is not known`;
  const scale = Math.cbrt(totalParamsB / 8);
  if (row.layers === undefined || row.hidden === undefined) inferred.push('layers');
  const layers = row.layers ?? Math.max(8, Math.round(32 * scale));
  const hidden = row.hidden ?? 128 * Math.max(4, Math.round(32 * scale));
  const headDim = row.headDim ?? 128;
  const heads = row.heads ?? Math.max(1, Math.round(hidden / headDim));
  const kvHeads = row.kvHeads ?? Math.max(1, Math.round(heads / 4));
  const kvBytesPerToken = row.kvBytesPerToken ?? layers * 2 * kvHeads * headDim * 2;
  return {
    ...row,
    totalParamsB,
    activeParamsB: row.activeParamsB ?? totalParamsB,
    layers,
    hidden,
    headDim,
    heads,
    kvHeads,
    kvBytesPerToken,
    context: row.context ?? 4096,
  };
}

const unknown = (kind: string, name: string, near: readonly string[]) =>
  `${kind} "${name}" is not in the catalogue${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`;

/** Devices of a row; AIConfigurator's table multiplies tensor and expert parallelism, which share the same devices. */
function devicesOf(cells: Cells, ep: number): { devices: number | undefined; tp: number | undefined; dp: number } {
  let devices = figure(cells, 'count');
  let tp = figure(cells, 'tp');
  let dp = figure(cells, 'dp') ?? 1;
  if (devices !== undefined && ep > 1 && devices === ep * ep && (tp === devices || dp === devices)) {
    if (tp === devices) tp = ep;
    if (dp === devices) dp = ep;
    devices = ep;
  }
  return { devices, tp, dp };
}

/** Devices, a power of two, that hold a model with a third more for its cache: what an operator would split it over. */
function leastDevices(chip: Accelerator, model: Model, format: Format, devices: number): number {
  const bytes = model.totalParamsB * 1e9 * WEIGHT_BYTES[format] * (4 / 3);
  let n = 1;
  while (n < devices && bytes > n * chip.memoryGb * 1e9 * 0.9) n *= 2;
  return Math.min(n, devices);
}

/** Rows of the catalogue that points are resolved against. */
export interface Named extends Pick<Catalog, 'acceleratorRows' | 'modelRows'> {
  /** Uses rows of grade D too, whose figures nobody looked up. */
  readonly allowUnsourced?: boolean;
}

/** Why a row may not be used; undefined when it may. */
function unsourced(what: string, row: { readonly id: string; readonly confidence: string }, named: Named) {
  if (row.confidence !== 'D' || named.allowUnsourced === true) return undefined;
  return `the figures of ${what} ${row.id} have no source that was looked up (grade D); --allow-unsourced uses them`;
}

/** What a table's row asks, with everything that it leaves out filled in and named. */
export function pointOf(cells: Cells, catalog: Named): Asked {
  try {
    return resolve(cells, catalog);
  } catch (error) {
    if (error instanceof RangeError) return { reason: error.message };
    throw error;
  }
}

function resolve(cells: Cells, catalog: Named): Asked {
  const inferred: Inferred[] = [];
  const chipName = cells('accelerator').trim() || cells('accelerator_raw').trim();
  if (chipName === '') return { reason: 'names no accelerator' };
  const foundChip = findAccelerator(catalog.acceleratorRows, chipName);
  if (foundChip.row === undefined) return { reason: unknown('accelerator', chipName, foundChip.near) };
  const chip = unsourced('accelerator', foundChip.row, catalog) ?? chipOf(foundChip.row, inferred);
  if (typeof chip === 'string') return { reason: chip };

  const names = [cells('model_key').trim(), cells('model').trim()].filter((name) => name !== '');
  if (names.length === 0) return { reason: 'names no model' };
  const found = names.map((name) => findModel(catalog.modelRows, name));
  const modelRow = found.find((f) => f.row !== undefined)?.row;
  if (modelRow === undefined) return { reason: unknown('model', names[0]!, found[0]!.near ?? []) };
  const model = unsourced('model', modelRow, catalog) ?? modelOf(modelRow, inferred);
  if (typeof model === 'string') return { reason: model };

  const modeText = cells('mode').trim();
  const precision = cells('precision').trim();
  const named = formatOf(precision);
  if (named === undefined && !FORMAT_WORDS.test(precision.toLowerCase())) {
    return { reason: `precision "${precision}" is not known; use fp16, fp8, fp4, int8 or int4` };
  }
  const format = servedFormat(named, modeText, chip);
  if (format !== named) inferred.push('format');

  const year = figure(cells, 'year');
  const engineText = cells('engine').trim();
  if (engineText === '') inferred.push('engine');
  const engine = engineText === '' ? 'vllm' : engineOf(engineText, year);

  const ep = figure(cells, 'ep') ?? 1;
  const pp = figure(cells, 'pp') ?? 1;
  const { devices: count, tp: givenTp, dp: givenDp } = devicesOf(cells, ep);
  if (count === undefined) inferred.push('devices');
  const devices = count ?? (givenTp ?? 1) * pp * givenDp;
  const alone = givenTp === undefined && pp === 1 && ep === 1 && givenDp === 1;
  const tp = alone ? leastDevices(chip, model, format, devices) : (givenTp ?? Math.max(1, devices / pp / givenDp));
  const dp = alone ? Math.max(1, Math.floor(devices / tp)) : givenDp;

  const batchCell = figure(cells, 'batch');
  const concurrency = figure(cells, 'concurrency');
  const mode = modeOf(modeText, batchCell !== undefined || concurrency !== undefined);
  // Where requests are spread over ranks the batch is that of one rank and the concurrency that of all.
  const spread = (dp > 1 || ep > 1) && concurrency !== undefined && batchCell !== undefined && concurrency > batchCell;
  const batch = spread ? concurrency : (batchCell ?? concurrency ?? (mode === 'continuous' ? UNSTATED_BATCH : 0));
  if (batchCell === undefined) inferred.push('batch');

  let prefillDevices = devices;
  let decodeDevices = devices;
  if (mode === 'split') {
    const split = /prefill (\d+) \+ decode (\d+)/.exec(cells('notes'));
    prefillDevices = split === null ? devices / 2 : Number(split[1]);
    decodeDevices = split === null ? devices / 2 : Number(split[2]);
    if (split === null) inferred.push('devices');
  }

  // Some tables count one worker of many: a pool that cannot hold the model is as large as it has to be.
  const bytes = model.totalParamsB * 1e9 * WEIGHT_BYTES[format];
  if (mode === 'split' && bytes > decodeDevices * chip.memoryGb * 1e9) {
    decodeDevices = leastDevices(chip, model, format, 1024);
    prefillDevices = Math.max(prefillDevices, decodeDevices);
    inferred.push('devices');
  }

  const dataset = datasetOf(modeText, model);
  const input = figure(cells, 'input_tokens');
  const output = figure(cells, 'output_tokens');
  if (input === undefined && mode !== 'decode') inferred.push('input');
  if (output === undefined && mode !== 'prefill') inferred.push('output');
  const task = input === undefined && mode !== 'decode' && mode !== 'prefill' ? taskOf(modeText) : '';
  const kindText = cells('throughput_kind').trim();
  const kind: ThroughputKind = kindText.startsWith('total') ? 'total' : kindText === 'prefill' ? 'prefill' : 'output';
  const scopeText = cells('power_scope').trim();
  const scope: PowerScope =
    scopeText === 'per_accelerator' || scopeText === 'system_wall' ? scopeText : 'accelerators_total';
  const cap = /power limit (\d+) W/.exec(modeText);

  return {
    point: {
      chip,
      model,
      format,
      engine,
      software: engineText.toLowerCase(),
      year: year ?? 2025,
      mode,
      limits: limitsOf(modeText),
      devices,
      prefillDevices,
      decodeDevices,
      tensorParallel: tp,
      pipelineParallel: pp,
      expertParallel: ep,
      dataParallel: dp,
      batch: mode === 'prefill' ? (batchCell ?? 1) : batch,
      inputTokens: input ?? dataset?.input ?? 256,
      outputTokens: output ?? dataset?.output ?? 256,
      task,
      kind,
      scope,
      capW: cap === null ? undefined : Number(cap[1]),
      inferred,
    },
  };
}
