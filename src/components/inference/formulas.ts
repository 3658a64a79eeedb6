import type { CheckedInputs, Formula, FormulaInput, FormulaOutput } from '../../units/formula.ts';
import { capacityOf, slotsOf } from './blend.ts';
import { shareAt } from './clock.ts';
import type { Mix } from './mix.ts';
import { operate } from './operating.ts';
import { prefillS, type Replica, stepOf, touchedBytes } from './performance.ts';
import { engineConstants, SHIPPED_POWER } from './predict/constants.ts';
import { STEP_TOKENS } from './replay/scheduling.ts';

/** Standard values are those of today's vLLM. */
const ENGINE = engineConstants('vllm');
/** Of a model of 32 layers, which eight billion parameters usually have. */
const STEP_MS = (ENGINE.stepS + 32 * ENGINE.layerS) * 1000;

const [RUN, READ, MORE] = SHIPPED_POWER.map((share) => share.toFixed(2));

const ROOFLINE =
  'Williams, Waterman, Patterson 2009, CACM 52(4), Roofline; Pope et al. 2023, Efficiently Scaling Transformer Inference, MLSys';
const FITTED =
  'one deployment on one engine within a factor of about 1.3 as the rule, 2 to 4 as possible (docs/validation.md); continuous batching, chunked prefill';

const input = (name: string, symbol: string, unit: string, about: string, min: number, max: number): FormulaInput => ({
  name,
  symbol,
  unit,
  about,
  min,
  max,
});
const or = (of: FormulaInput, standard: number): FormulaInput => ({ ...of, standard });
const out = (name: string, unit: string, about: string): FormulaOutput => ({ name, unit, about });

const weights = input('weights', 'W', 'GB', 'bytes of all weights', 0.01, 1e5);
const active = input('active_params', 'N', 'billion', 'parameters that a token passes through', 0.01, 1e4);
const kv = input('kv_bytes', 'k', 'B/token', 'KV cache of a token', 1, 1e8);
const bandwidth = input('bandwidth', 'B', 'GB/s', 'published memory bandwidth of the replica', 1, 1e6);
const tflops = input(
  'compute',
  'F',
  'TFLOP/s',
  'published compute rate of the replica in the format of the weights',
  0.1,
  1e6,
);
const chip = [
  weights,
  active,
  kv,
  bandwidth,
  tflops,
  or(input('memory_share', 'eta_B', '', 'share of the bandwidth that an engine reaches', 0.01, 1), ENGINE.memoryShare),
  or(
    input('compute_share', 'eta_F', '', 'share of the compute rate that an engine reaches', 0.01, 1),
    ENGINE.computeShare,
  ),
  or(input('step_fixed', 't0', 'ms', 'cost of a step beside the work', 0, 1000), STEP_MS),
  or(
    input('serial_share', 's', '', 'part of the shorter of reading and computing that adds', 0, 1),
    ENGINE.serialShare,
  ),
  or(input('idle_tokens', 'h', 'tokens', 'tokens that products are short of full rate by', 0, 1000), ENGINE.halfTokens),
];
const batch = input('batch', 'b', '', 'sequences that give a token each', 1, 1e5);
const context = input('context', 'c', 'tokens', 'mean context of a running sequence', 1, 1e7);
const promptTokens = input('prompt_tokens', 'p', 'tokens', 'prompt tokens that ride along in the step', 0, 1e7);

/** The largest clock and no cap. */
const FREE = { launchS: 0, clock: 1, capShare: 1, idleShare: 0, draw: 1 };

/** A dense model on a replica given by its sums; what a step does not need is zero. */
function replica(i: CheckedInputs, kvRoomBytes = 0, maxBatch = 1e6): Replica {
  return {
    accelerators: 1,
    weightBytes: i.number('weights') * 1e9,
    sharedBytes: i.number('weights') * 1e9,
    expertBytes: 0,
    expertMiss: 1,
    kvBytesPerToken: i.number('kv_bytes'),
    kvRoomBytes,
    maxBatch,
    bytesPerS: i.number('bandwidth') * 1e9 * i.number('memory_share'),
    tokenS: (2 * i.number('active_params') * 1e9) / (i.number('compute') * 1e12 * i.number('compute_share')),
    attentionS: 0,
    linkS: 0,
    sampleS: 0,
    stateBytes: 0,
    fixedS: i.number('step_fixed') / 1000,
    idleTokens: i.number('idle_tokens'),
    serialShare: i.number('serial_share'),
    stages: 1,
    ...FREE,
  };
}

/** A replica without anything, for what needs only a part. */
const EMPTY: Replica = {
  accelerators: 1,
  weightBytes: 0,
  sharedBytes: 0,
  expertBytes: 0,
  expertMiss: 1,
  kvBytesPerToken: 0,
  kvRoomBytes: 0,
  maxBatch: 1,
  bytesPerS: 1,
  tokenS: 0,
  attentionS: 0,
  linkS: 0,
  sampleS: 0,
  stateBytes: 0,
  fixedS: 0,
  idleTokens: 0,
  serialShare: 0,
  stages: 1,
  ...FREE,
};

const STEP =
  't_m = (W + b c k) / (eta_B B), t_c = 2 N (b + p + h) / (eta_F F), t = max(t_m, t_c) + s min(t_m, t_c) + t0';
const REQUESTS = [
  input('rate', 'λ', '1/s', 'requests per second', 0, 1e6),
  input('input_tokens', 'i', 'tokens', 'mean prompt of a request', 1, 1e7),
  input('output_tokens', 'o', 'tokens', 'mean answer of a request', 1, 1e6),
];

/** The running batch of one kind of request; a sequence holds its prompt and half its answer on average. */
function mix(i: CheckedInputs, at: Replica): Mix {
  const [rate, prompt, output] = [i.number('rate'), i.number('input_tokens'), i.number('output_tokens')];
  const one = {
    requestsPerS: rate,
    outputPerS: rate * output,
    decodePerS: rate * (output - 1),
    promptPerS: rate * prompt,
    readPerToken: 0,
    chunksPerS: rate * Math.max(1, prompt / STEP_TOKENS),
    contextTokens: prompt + output / 2,
    promptLoad: rate * prompt * at.tokenS,
    promptS: at.tokenS,
    arrivalCv2: 1,
    load: 1,
  };
  const scale = capacityOf(at, one);
  return { ...one, load: scale > 0 ? 1 / scale : Number.POSITIVE_INFINITY };
}

/** Serving of language models as formulas; attention's own compute and links between chips are left out here. */
export const FORMULAS: readonly Formula[] = [
  {
    name: 'inference.step-time.roofline',
    about: 'Time of one step of a serving engine and the tokens per second it gives',
    equation: STEP,
    inputs: [batch, context, or(promptTokens, 0), ...chip],
    outputs: [
      out('step', 'ms', 'time of the step, which is the time per output token'),
      out('tokens_per_s', 'tokens/s', 'output of all sequences'),
      out('memory', 'ms', 'reading weights and KV cache'),
      out('compute', 'ms', 'products'),
    ],
    source: ROOFLINE,
    validity: `dense model on one chip, or sums of several; ${FITTED}`,
    example: {
      batch: 32,
      context: 1024,
      weights: 16,
      active_params: 8,
      kv_bytes: 131072,
      bandwidth: 3350,
      compute: 989,
    },
    run: (i) => {
      const at = replica(i);
      const b = i.number('batch');
      const step = stepOf(at, b, b * i.number('context'), i.number('prompt_tokens'), at.tokenS);
      return {
        step: step.stepS * 1000,
        tokens_per_s: b / step.stepS,
        memory: step.memoryS * 1000,
        compute: step.computeS * 1000,
      };
    },
  },
  {
    name: 'inference.prefill.roofline',
    about: 'Time to compute a prompt with nothing else running',
    equation: 't_m = W / (eta_B B), t_c = 2 N (p + h) / (eta_F F), t = max(t_m, t_c) + s min(t_m, t_c) + t0',
    inputs: [{ ...promptTokens, min: 1, about: 'tokens of the prompt' }, ...chip],
    outputs: [out('prefill', 'ms', 'time')],
    source: ROOFLINE,
    validity: `without attention between prompt tokens, so for prompts of some thousand tokens; ${FITTED}`,
    example: { prompt_tokens: 2048, weights: 16, active_params: 8, kv_bytes: 131072, bandwidth: 3350, compute: 989 },
    run: (i) => ({ prefill: prefillS(replica(i), 1, i.number('prompt_tokens')) * 1000 }),
  },
  {
    name: 'inference.experts.touched',
    about: 'Weights that a step reads of a mixture-of-experts model: experts that no token uses are left alone',
    equation: 'W = W_s + W_e (1 - (1 - a / n)^b)',
    inputs: [
      { ...weights, name: 'shared', symbol: 'W_s', about: 'bytes that every step reads' },
      { ...weights, name: 'experts', symbol: 'W_e', about: 'bytes of all experts' },
      input('active', 'a', '', 'experts of a token', 1, 1000),
      input('count', 'n', '', 'experts of a layer, at least the active ones', 1, 10_000),
      { ...batch, about: 'tokens of the step' },
    ],
    outputs: [out('read', 'GB', 'bytes read'), out('share', '', 'share of all experts')],
    source:
      'expected number of occupied cells, Feller 1968, An Introduction to Probability Theory I, II.5, even routing',
    validity: 'tokens choose experts evenly and independently',
    example: { shared: 20, experts: 600, active: 8, count: 256, batch: 32 },
    run: (i) => {
      const miss = Math.max(0, 1 - i.number('active') / i.number('count'));
      const at: Pick<Replica, 'sharedBytes' | 'expertBytes' | 'expertMiss'> = {
        sharedBytes: i.number('shared') * 1e9,
        expertBytes: i.number('experts') * 1e9,
        expertMiss: miss,
      };
      const read = touchedBytes({ ...EMPTY, ...at }, i.number('batch')) / 1e9;
      return { read, share: (read - i.number('shared')) / i.number('experts') };
    },
  },
  {
    name: 'inference.batch.little',
    about: 'Where a replica settles under a steady load: batch, time per token, utilisation',
    equation: `n = λ (o - 1) t(batch) (Little), batch = n / busy; a step carries prompts with chance 1 - e^(-λ t) after one of length t; ${STEP}`,
    inputs: [...REQUESTS, input('kv_room', 'K', 'GB', 'memory for the KV cache', 0.001, 1e6), ...chip],
    outputs: [
      out('batch', '', 'mean sequences per step while steps run'),
      out('step', 'ms', 'time per output token'),
      out('utilisation', '', 'output over the most this mix could have'),
      out('busy', '', 'share of the time that steps run'),
      out('capacity', '1/s', 'most requests per second'),
      out('slots', '', 'sequences that fit at once'),
    ],
    source: `Little 1961, Operations Research 9(3); number in service Poisson (M/G/infinity); steps held against a replay of single requests; ${ROOFLINE}`,
    validity: `rates up to the capacity, beyond it the full replica; ${FITTED}`,
    example: {
      rate: 2,
      input_tokens: 512,
      output_tokens: 256,
      kv_room: 50,
      weights: 16,
      active_params: 8,
      kv_bytes: 131072,
      bandwidth: 3350,
      compute: 989,
    },
    run: (i) => {
      const at = replica(i, i.number('kv_room') * 1e9);
      const load = mix(i, at);
      const settled = operate(at, load);
      return {
        batch: settled.batch,
        step: settled.stepS * 1000,
        utilisation: settled.utilisation,
        busy: settled.busyShare,
        capacity: capacityOf(at, load) * i.number('rate'),
        slots: slotsOf(at, load),
      };
    },
  },
  {
    name: 'inference.power.step-shares',
    about: 'Power of an accelerator while a step runs',
    equation: `P = TDP min(1, ${RUN} + (${READ} (t_m + t_c) + ${MORE} t_c) / t)`,
    inputs: [
      input('tdp', 'TDP', 'W', 'thermal design power', 1, 1e5),
      input('memory', 't_m', 'ms', 'time that reading takes', 0, 1e6),
      input('compute', 't_c', 'ms', 'time that products take', 0, 1e6),
      or(input('fixed', 't0', 'ms', 'cost of a step beside the work', 0.001, 1000), STEP_MS),
    ],
    outputs: [out('power', 'W', 'while steps run'), out('share', '', 'of TDP')],
    source: 'own regression on ML.ENERGY v2 and v3 and Splitwise (Patel et al. 2024, ISCA)',
    validity: 'median error 12 % on H100 and B200 with current engines, 21 % with older ones (docs/validation.md)',
    example: { tdp: 700, memory: 8, compute: 3 },
    run: (i) => {
      const [memoryS, computeS] = [i.number('memory') / 1000, i.number('compute') / 1000];
      const serialS = ENGINE.serialShare * Math.min(memoryS, computeS);
      const stepS = Math.max(memoryS, computeS) + serialS + i.number('fixed') / 1000;
      const share = shareAt(0, { stepS, memoryS, computeS, linkS: 0 }, 1, 1);
      return { power: share * i.number('tdp'), share };
    },
  },
];
