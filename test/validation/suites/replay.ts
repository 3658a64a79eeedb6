import { fileURLToPath } from 'node:url';
import { fillOf, fullAt } from '../../../src/components/inference/fill.ts';
import { deployment } from '../../../src/components/inference/fixtures/deployment.ts';
import { withKnobs } from '../../../src/components/inference/knobs.ts';
import { profileOf } from '../../../src/components/inference/replay/fluid.ts';
import {
  drawRequests,
  faster,
  fluidOf,
  type Requests,
  replay as replayed,
  requestsOf,
  spreadTicks,
  summarise,
} from '../../../src/components/inference/replay/index.ts';
import { serveWith } from '../../../src/components/inference/spec.ts';
import { random } from '../../../src/series/random.ts';
import { mixLengths } from '../../../src/workload/lengths.ts';
import { hitTokens, readRecording } from '../../../src/workload/requests.ts';
import { compare, explained, type Row, skipped } from '../row.ts';
import { NO_DATA, type Suite, sharedData } from '../suite.ts';

/** Targets of the sites that come with the program: 2 s and 100 ms. */
const TARGETS = { ttftS: 2, tpotS: 0.1 };
const ID = 'FLUID';
const SOURCE = 'our own replay of single requests';
const LOADS = [0.3, 0.6];

const MOONCAKE = 'traces/mooncake_conversation.csv.gz';
/** A recording, and whether the prompt tokens that came before are in a prefix cache. */
const TRACES = [
  { name: 'azure conversation 2023', path: 'traces/azure_llm_2023_conv.csv.gz', cached: false },
  { name: 'azure code 2023', path: 'traces/azure_llm_2023_code.csv.gz', cached: false },
  { name: 'mooncake conversation', path: MOONCAKE, cached: false },
  { name: 'mooncake conversation, prefixes cached', path: MOONCAKE, cached: true },
] as const;

/** Why rows of a trace may be red; they must say so by themselves first. */
const REASONS: Readonly<Record<string, string>> = {
  'azure code 2023':
    'in its bursts some replicas of a pool have several prompts while others have none; the fluid model divides them evenly',
};

/** The same for pools that are filled one after the other. */
const FILLED_REASONS: Readonly<Record<string, string>> = {
  'azure conversation 2023':
    'what is taken off for work that comes to replicas which were not needed before is more than this recording loses: on the cautious side',
  'azure code 2023':
    'its bursts are shorter than the time in which the model lets replicas be taken and left again, so that it credits the filling with less than it saves: on the cautious side',
};

function recorded(path: URL, cached: boolean): Requests {
  const recording = readRecording(fileURLToPath(path));
  const { timeS, inputTokens, outputTokens } = recording;
  const hits = cached ? hitTokens(recording, Number.POSITIVE_INFINITY) : undefined;
  return requestsOf(spreadTicks(timeS, random(1)).arrivalS, inputTokens, outputTokens, hits);
}

/** Requests of a mix at random, at one a second on average. */
function drawn(count: number): Requests {
  return drawRequests(random(7), count, { ratePerS: 1, arrivalCv2: 1, ...mixLengths('azure-conversation') });
}

/** Tokens, energy and attainment of the fluid model against the replay, at a share of the capacity. */
function rows(name: string, requests: Requests, replicas: number, load: number): Row[] {
  const { spec } = deployment({ replicas });
  const now = fluidOf(spec, requests, TARGETS, replicas).load;
  const at = faster(requests, load / now);
  const fluid = fluidOf(spec, at, TARGETS, replicas);
  const result = replayed(spec, at);
  const found = summarise(result, TARGETS);
  const spanS = at.arrivalS[at.count - 1]!;
  const idleJ = 1000 * result.idleKw * spanS;
  const pool = `${name}, ${replicas === 1 ? 'one replica' : `${replicas} replicas`}`;
  const about = (what: string) => ({ id: ID, source: SOURCE, what: `${pool} at ${100 * load} %: ${what}` });
  const reason = REASONS[name];
  return [
    compare({ ...about('answer tokens'), unit: 'k' }, found.outputTokens / 1000, (fluid.outputPerS * spanS) / 1000, {
      rel: 0.03,
    }),
    compare(
      { ...about('energy, idle power included'), unit: 'kJ' },
      (found.prefillJ + found.decodeJ + idleJ) / 1000,
      (fluid.aboveIdleW * spanS + idleJ) / 1000,
      { rel: 0.03 },
    ),
    compare({ ...about('within 2 s and 100 ms'), unit: '%' }, 100 * found.attainment, 100 * fluid.attainment, {
      abs: 2,
    }),
  ].map((row) => (reason === undefined ? row : explained(row, reason)));
}

/** Share of the requests that must be within the targets on replicas that the router fills, as the joint policy has it. */
const FILLING = 0.999;

/** Energy and attainment of a pool that is filled one replica after the other, and that it is less energy than evenly spread. */
function filledRows(name: string, requests: Requests, replicas: number, load: number): Row[] {
  const { spec: bare } = deployment({ replicas });
  const spec = serveWith(bare, [profileOf(requests, TARGETS)], bare.correction);
  const at = faster(requests, load / fluidOf(bare, requests, TARGETS, replicas).load);
  const spanS = at.arrivalS[at.count - 1]!;
  const perS = at.count / spanS / replicas;
  const rates = { interactive: [perS], batch: [0] };
  const fill = fillOf(spec, rates, FILLING);
  if (fill <= load) return [];
  const result = replayed(bare, at, { full: fullAt(withKnobs(spec, { fill }), rates) });
  const found = summarise(result, TARGETS);
  const fluid = fluidOf(withKnobs(bare, { fill }), at, TARGETS, replicas);
  const idleJ = 1000 * result.idleKw * spanS;
  const about = (what: string) => ({
    id: ID,
    source: SOURCE,
    what: `${name}, ${replicas} replicas filled to ${Math.round(100 * fill)} % one after the other, at ${100 * load} %: ${what}`,
  });
  const reason = FILLED_REASONS[name];
  return [
    compare(
      { ...about('energy, idle power included'), unit: 'kJ' },
      (found.prefillJ + found.decodeJ + idleJ) / 1000,
      (fluid.aboveIdleW * spanS + idleJ) / 1000,
      { rel: 0.05 },
    ),
    compare({ ...about('within 2 s and 100 ms'), unit: '%' }, 100 * found.attainment, 100 * fluid.attainment, {
      abs: 2,
    }),
  ].map((row) => (reason === undefined ? row : explained(row, reason)));
}

function run(): readonly Row[] {
  const all = LOADS.flatMap((load) => rows('drawn from the azure conversation mix', drawn(8000), 4, load));
  for (const { name, path, cached } of TRACES) {
    const url = sharedData(path);
    if (url === undefined) {
      all.push(skipped({ id: ID, source: SOURCE, what: name }, NO_DATA));
      continue;
    }
    const requests = recorded(url, cached);
    for (const replicas of [1, 8]) for (const load of LOADS) all.push(...rows(name, requests, replicas, load));
    if (!cached) for (const load of LOADS) all.push(...filledRows(name, requests, 8, load));
  }
  return all;
}

export const replay: Suite = {
  title: 'Fluid load levels against single requests',
  about:
    'A year is stepped with means: rates, a batch in steady state, waits from queueing formulas. Here the same requests are replayed one by one on the same step times and watts (Llama 3.1 8B on H100, at 30 % and 60 % of the capacity, which changes how fast the trace runs), with the replicas chosen by fewest requests, or filled one after the other; of one recording also with the prefixes cached that it says came before. Held against each other are only the two models; how far both are from a machine is the section on measurements.',
  run,
};
