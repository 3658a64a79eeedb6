import type { Engine } from '../engine.ts';
import { type Replica, replicaOf, type Step, stepOf } from '../performance.ts';
import type { Point } from './point.ts';

/** What the roofline says of a point, from data sheets and an engine's constants. Times in s, rates in tokens/s. */
export interface Estimate {
  /** Output tokens per second of the whole system. */
  readonly outputPerS: number;
  /** In the point's own kind. */
  readonly throughput: number;
  readonly ttftS: number;
  readonly tpotS: number;
  /** Sequences that run at once. */
  readonly batch: number;
  /** Sequences that fit in memory. */
  readonly slots: number;
  /** Shares of the time: memory, compute, link, fixed; by the parts' sums, so they may exceed 1 together. */
  readonly memoryShare: number;
  readonly computeShare: number;
  readonly linkShare: number;
  readonly fixedShare: number;
  /** Shares of the published bandwidth and compute rate that are used on average. */
  readonly bandwidthShare: number;
  readonly rateShare: number;
  /** Share of the time in which prompts are computed. */
  readonly prefillShare: number;
  /** What the sequences in the system ask for over what prompt devices can compute; 0 where prompts have none of their own. */
  readonly promptLoad: number;
}

/** Sequences an engine runs per device at most where a point does not say: its usual limit (vLLM, TensorRT-LLM: 256). */
const OFFLINE_PER_DEVICE = 256;

/** Devices beyond which nobody splits attention heads: those of a node. */
const NODE_DEVICES = 8;

/**
 * Sequences in the system come at once when a measurement starts, so their prompts queue; it then lasts ten requests a sequence
 * (the habit of InferenceX), of which the first waits for half of the others.
 */
const BURST_SHARE = 0.05;

/** Data sheets write GB and mean GiB of device memory (an "80 GB" H100 reports 81,559 MiB). Engines take some nine tenths. */
const MEMORY_USE = (0.92 * 2 ** 30) / 1e9;
/** What activations, graphs and buffers of collectives take of that where an engine is tuned for a benchmark, bytes (our choice). */
const RESERVE_BYTES = 1.5 * 2 ** 30;

function replica(point: Point, engine: Engine, devices: number, dataParallel: number): Replica {
  const serial = point.engine === 'llama.cpp' && devices > 1;
  const made = replicaOf(point.chip, point.model, {
    format: point.format,
    kvFormat: 'fp16',
    accelerators: devices,
    memoryUse: MEMORY_USE,
    reserveBytes: RESERVE_BYTES,
    maxBatch: 1e6,
    engine,
    tensorParallel: serial ? 1 : Math.min(point.tensorParallel, devices),
    pipelineParallel: serial ? 1 : point.pipelineParallel,
    expertParallel: Math.min(point.expertParallel, devices),
    dataParallel: Math.min(dataParallel, devices),
    contextTokens: point.inputTokens + point.outputTokens / 2,
    ...(point.capW === undefined ? {} : { knobs: { clock: 1, capW: point.capW } }),
  });
  if (!serial) return made;
  // llama.cpp lays layers on one device after the other (its split mode "layer"): one reads and computes at a time.
  return {
    ...made,
    bytesPerS: made.bytesPerS / devices,
    tokenS: made.tokenS * devices,
    attentionS: made.attentionS * devices,
  };
}

interface Parts {
  memory: number;
  compute: number;
  link: number;
  all: number;
}

function add(parts: Parts, step: Step, times: number): void {
  parts.memory += step.memoryS * times;
  parts.compute += step.computeS * times;
  parts.link += step.linkS * times;
  parts.all += step.stepS * times;
}

/**
 * Roofline of a point.
 *
 * A continuous batch of b gives b tokens a step and reads b x input / output prompt tokens with them, so its throughput is b
 * over the step; a static one computes all prompts, then `output` steps. With prompts and decodes on devices of their own the
 * rate follows from both: x = (x1^-4 + x2^-4)^(-1/4), the smooth minimum of what the sequences in the system allow and what
 * the prompt devices can compute.
 */
export function estimate(point: Point, engine: Engine): Estimate {
  const usual = estimateAs(point, engine, point.dataParallel);
  // With latent attention every device would hold the whole cache; where a table does not say how requests are spread over
  // the decode devices of a large pool, the engine is taken to do what is faster.
  const wide = point.mode === 'split' || point.tensorParallel > NODE_DEVICES;
  const spread = wide && point.model.mla !== undefined && point.dataParallel === 1;
  if (!spread || point.decodeDevices === 1) return usual;
  const other = estimateAs(point, engine, point.decodeDevices);
  return other.outputPerS > usual.outputPerS ? other : usual;
}

function estimateAs(point: Point, engine: Engine, dataParallel: number): Estimate {
  const { inputTokens: input, outputTokens: output } = point;
  const at = replica(point, engine, point.decodeDevices, dataParallel);
  const context = input + output / 2;
  const slots = Math.max(1, at.kvRoomBytes / (context * at.kvBytesPerToken + at.stateBytes));
  const wanted = point.batch > 0 ? point.batch : OFFLINE_PER_DEVICE * point.decodeDevices;
  const batch = point.mode === 'static' || point.batch === 0 ? Math.min(wanted, slots) : wanted;
  const promptS = at.tokenS + at.attentionS * input;
  const parts: Parts = { memory: 0, compute: 0, link: 0, all: 0 };
  const burstS = BURST_SHARE * batch * input * (at.tokenS + at.attentionS * input);
  const decode = stepOf(at, batch, batch * context, 0, 0);
  let outputPerS: number;
  let ttftS: number;
  let tpotS: number;
  let prefillShare: number;
  let promptLoad = 0;
  switch (point.mode) {
    case 'static': {
      const prompt = stepOf(at, 0, 0, batch * input, promptS);
      add(parts, prompt, 1);
      add(parts, decode, output);
      outputPerS = (batch * output) / parts.all;
      ttftS = prompt.stepS;
      tpotS = decode.stepS;
      prefillShare = prompt.stepS / parts.all;
      break;
    }
    case 'split': {
      const pre = replica(point, engine, point.prefillDevices, 1);
      const one = stepOf(pre, 0, 0, input, pre.tokenS + pre.attentionS * input);
      const many = stepOf(pre, 0, 0, 8 * input, pre.tokenS + pre.attentionS * input);
      const byLoad = batch / (one.stepS + output * decode.stepS);
      const byPrompts = 8 / many.stepS;
      const requests = (byLoad ** -4 + byPrompts ** -4) ** -0.25;
      add(parts, decode, output);
      outputPerS = requests * output;
      // What is in the system and does not decode waits for its prompt.
      ttftS = Math.max(one.stepS, batch / requests - output * decode.stepS);
      tpotS = decode.stepS;
      prefillShare = Math.min(1, requests / byPrompts);
      promptLoad = byLoad / byPrompts;
      break;
    }
    case 'prefill': {
      const prompt = stepOf(at, 0, 0, Math.max(1, point.batch) * input, promptS);
      add(parts, prompt, 1);
      outputPerS = (Math.max(1, point.batch) * input) / prompt.stepS;
      ttftS = prompt.stepS;
      tpotS = decode.stepS;
      prefillShare = 1;
      break;
    }
    case 'decode': {
      add(parts, decode, 1);
      outputPerS = batch / decode.stepS;
      ttftS = stepOf(at, 0, 0, input, promptS).stepS;
      tpotS = decode.stepS;
      prefillShare = 0;
      break;
    }
    default: {
      const step = stepOf(at, batch, batch * context, (batch * input) / output, promptS);
      add(parts, step, 1);
      outputPerS = batch / step.stepS;
      // A prompt joins in chunks beside the decodes.
      const chunk = Math.min(input, 2048);
      ttftS = (stepOf(at, batch, batch * context, chunk, promptS).stepS * input) / chunk + burstS;
      tpotS = step.stepS;
      prefillShare = 1 - decode.stepS / step.stepS;
    }
  }
  const perOutput =
    point.kind === 'output' || point.mode === 'prefill'
      ? 1
      : point.kind === 'total'
        ? (input + output) / output
        : input / output;
  return {
    outputPerS,
    throughput: outputPerS * perOutput,
    ttftS,
    tpotS,
    batch,
    slots,
    memoryShare: parts.memory / parts.all,
    computeShare: parts.compute / parts.all,
    linkShare: parts.link / parts.all,
    bandwidthShare: (engine.memoryShare * parts.memory) / parts.all,
    rateShare: (engine.computeShare * parts.compute) / parts.all,
    fixedShare: at.fixedS / decode.stepS,
    prefillShare: Math.max(0, Math.min(1, prefillShare)),
    promptLoad,
  };
}
