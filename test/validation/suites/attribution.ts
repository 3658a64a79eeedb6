import { fileURLToPath } from 'node:url';
import { deployment } from '../../../src/components/inference/fixtures/deployment.ts';
import { marginalEnergy } from '../../../src/components/inference/marginal.ts';
import {
  drawRequests,
  faster,
  fluidOf,
  profileOf,
  quantileOf,
  type ReplayResult,
  type Requests,
  replay,
  requestsOf,
  spreadTicks,
} from '../../../src/components/inference/replay/index.ts';
import { serveOffers } from '../../../src/components/inference/serving.ts';
import { type InferenceSpec, serveWith } from '../../../src/components/inference/spec.ts';
import type { Directive } from '../../../src/control/contract.ts';
import { Attribution } from '../../../src/gateway/attribution.ts';
import type { Work } from '../../../src/gateway/progress.ts';
import { random } from '../../../src/series/random.ts';
import { mixLengths } from '../../../src/workload/lengths.ts';
import { readRecording } from '../../../src/workload/requests.ts';
import { below, compare, type Row, skipped } from '../row.ts';
import { NO_DATA, type Suite, sharedData } from '../suite.ts';

const TARGETS = { ttftS: 2, tpotS: 0.1 };
const ID = 'ENERGY';
const SOURCE = 'our own replay of single requests, which shares the joules of each engine step';
/** What a request may be off by, half of them less. */
const MOST_PERCENT = 10;
const T0 = 1_800_000_000_000;
const TRACES = [
  { name: 'azure conversation 2023', path: 'traces/azure_llm_2023_conv.csv.gz' },
  { name: 'azure code 2023', path: 'traces/azure_llm_2023_code.csv.gz' },
  { name: 'mooncake conversation', path: 'traces/mooncake_conversation.csv.gz' },
] as const;
/** What the controller expects of the deployment at the mean load of the requests, as the directive says it. */
function expectedOf(bare: InferenceSpec, requests: Requests, replicas: number, idleKw: number) {
  const spec = serveWith(bare, [profileOf(requests, TARGETS)], bare.correction);
  const spanS = requests.arrivalS[requests.count - 1]!;
  const offers = [{ service: 'recorded', requestsPerS: requests.count / spanS, batchPerS: 0 }];
  const pool = { on: replicas, serving: replicas, idleKw };
  const { powerKw, services } = serveOffers(spec, offers, pool, Number.POSITIVE_INFINITY);
  const of = services[0]!;
  const above = (powerKw - idleKw) / of.powerKw;
  const lengths = marginalEnergy(spec, 'recorded', offers, { replicas })?.lengths;
  return {
    queueS: of.queueS,
    prefillSPerToken: of.prefillSPerToken,
    tpotS: of.tpotS,
    prefillJPerToken: above * of.prefillJPerToken,
    decodeJPerToken: above * of.decodeJPerToken,
    ...(lengths === undefined ? {} : { lengths }),
  };
}

/** How the gateway sees requests. */
interface Sight {
  /** Whether tokens are seen as they come, or the end of an answer only. */
  readonly streams: boolean;
  /** Whether each replica is an engine of its own, or all stand behind one address. */
  readonly apart: boolean;
}

/** A request as the gateway sees it at an instant of the replay. */
function seenAt({ requests, book }: ReplayResult, id: number, nowS: number, { streams, apart }: Sight): Work {
  const [startS, firstS, endS] = [requests.arrivalS[id]!, book.firstTokenS[id]!, book.finishS[id]!];
  const output = requests.output[id]!;
  const hasEnded = endS <= nowS;
  const isBegun = firstS <= nowS;
  const part = endS > firstS ? Math.min(1, (nowS - firstS) / (endS - firstS)) : 1;
  const soFar = isBegun ? 1 + part * (output - 1) : 0;
  return {
    requestId: String(id),
    deployment: 'd',
    server: apart ? `d-${book.replica[id]}` : 'd',
    startMs: T0 + 1000 * startS,
    endMs: hasEnded ? T0 + 1000 * endS : null,
    ttftMs: streams && isBegun ? 1000 * (firstS - startS) : null,
    inputTokens: requests.input[id]!,
    cachedTokens: requests.cached?.[id] ?? 0,
    outputTokens: hasEnded ? output : streams ? soFar : null,
  };
}

/** Errors of single requests, shares, and everything that was booked, J. */
function attribute(result: ReplayResult, expected: Directive['engines'][number]['expected'], sight: Sight) {
  const { requests, book, timeline, idleKw } = result;
  const attribution = new Attribution();
  const idleWatts = 1000 * idleKw;
  const directive = (second: number, watts: number): Directive => ({
    seq: second + 1,
    issuedMs: T0 + 1000 * second,
    validUntilMs: T0 + 1000 * second + 10_000,
    classes: [],
    engines: [
      { id: 'd', state: 'serving', replicas: result.replicas, clock: null, expected, metered: { watts, idleWatts } },
    ],
    facilityFactor: 1,
    carbonGPerKwh: 0,
    waterLPerKwh: 0,
    pricePerKwh: 0,
    currency: 'USD',
  });
  attribution.take(directive(0, 0), []);
  const errors: number[] = [];
  let bookedJ = 0;
  let next = 0;
  let running: number[] = [];
  const ended: number[] = [];
  const settle = (): void => {
    while (ended.length > 0 && T0 + 1000 * book.finishS[ended[0]!]! <= attribution.untilMs) {
      const id = ended.shift()!;
      const joules = attribution.close(String(id))?.itJoules ?? 0;
      bookedJ += joules;
      errors.push(Math.abs(joules / (book.prefillJ[id]! + book.decodeJ[id]!) - 1));
    }
  };
  for (let k = 0; k < timeline.count; k++) {
    const nowS = k + 1;
    const aboveW = timeline.aboveIdleW.reduce((sum, replica) => sum + replica[k]!, 0);
    while (next < requests.count && requests.arrivalS[next]! <= nowS) running.push(next++);
    running = running.filter((id) => book.refused[id] === 0);
    const works = running.map((id) => seenAt(result, id, nowS, sight));
    for (const { energy } of attribution.take(directive(nowS, aboveW + idleWatts), works)) bookedJ += energy.itJoules;
    const over = running.filter((id) => book.finishS[id]! <= nowS);
    ended.push(...over.sort((a, b) => book.finishS[a]! - book.finishS[b]!));
    settle();
    running = running.filter((id) => !(book.finishS[id]! <= nowS));
  }
  return { errors: errors.sort((a, b) => a - b), bookedJ };
}

function rows(name: string, requests: Requests, replicas: number, load: number): Row[] {
  const { spec } = deployment({ replicas });
  const at = faster(requests, load / fluidOf(spec, requests, TARGETS, replicas).load);
  const result = replay(spec, at, { binS: 1 });
  const expected = expectedOf(spec, at, replicas, result.idleKw);
  const pool = `${name}, ${replicas === 1 ? 'one replica' : `${replicas} replicas`} at ${100 * load} %`;
  const about = (what: string) => ({ id: ID, source: SOURCE, what: `${pool}: ${what}` });
  const streamed = attribute(result, expected, { streams: true, apart: false });
  const whole = attribute(result, expected, { streams: false, apart: false });
  const errorRow = ({ errors }: { errors: readonly number[] }, kind: string): Row => {
    const ninetieth = (100 * quantileOf(errors, 0.9)).toFixed(0);
    const note = `of ${errors.length} requests; one in ten is off by ${ninetieth} % and more`;
    const median = 100 * quantileOf(errors, 0.5);
    return below({ ...about(`median error of a request, ${kind}`), unit: '%', note }, median, MOST_PERCENT);
  };
  const metered = (result.totals.energyJ + 1000 * result.idleKw * result.timeline.count) / 1000;
  const apart = (streams: boolean) => attribute(result, expected, { streams, apart: true });
  return [
    errorRow(streamed, 'streams'),
    errorRow(whole, 'whole answers'),
    ...(replicas === 1
      ? []
      : [
          errorRow(apart(true), 'streams, each replica an engine of its own'),
          errorRow(apart(false), 'whole answers, each replica an engine of its own'),
        ]),
    compare(
      { ...about('requests, idle and what nobody took, of all that was metered'), unit: 'kJ' },
      metered,
      streamed.bookedJ / 1000,
      {
        rel: 1e-9,
      },
    ),
  ];
}

function run(): readonly Row[] {
  const drawn = drawRequests(random(7), 8000, { ratePerS: 1, arrivalCv2: 1, ...mixLengths('azure-conversation') });
  const all = [0.1, 0.3, 0.6, 0.9].flatMap((load) => rows('drawn from the azure conversation mix', drawn, 4, load));
  for (const { name, path } of TRACES) {
    const url = sharedData(path);
    if (url === undefined) {
      all.push(skipped({ id: ID, source: SOURCE, what: name }, NO_DATA));
      continue;
    }
    const { timeS, inputTokens, outputTokens } = readRecording(fileURLToPath(url));
    const requests = requestsOf(spreadTicks(timeS, random(1)).arrivalS, inputTokens, outputTokens);
    for (const [replicas, load] of [
      [1, 0.3],
      [8, 0.3],
      [8, 0.6],
    ] as const) {
      all.push(...rows(name, requests, replicas, load));
    }
  }
  return all;
}

export const attribution: Suite = {
  title: 'Energy of a request against the replay',
  about: `The gateway does not see the steps of an engine. It sees when a request came, when its tokens came, how many they were, and once a second what the deployment drew, and divides that among the requests that ran. Here it is given just that of a replay, which knows the steps and shares the joules of each among the sequences in it; the joules per token that it weighs with are those of the fluid model at the mean load. Compared are joules above idle power, request by request: half of the requests must be off by less than ${MOST_PERCENT} %. Sequences that decode together share their steps: the gateway knows how many there are at each moment, and which of them are together where each replica is an engine that it sends to itself. Streams tell their tokens as they come; of a whole answer only its end is seen, so the seconds in which it ran are divided once it has ended, 15 s later at the latest.`,
  run,
};
