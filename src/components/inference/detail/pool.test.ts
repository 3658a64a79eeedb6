import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../../series/random.ts';
import { deployment, profile } from '../fixtures/deployment.ts';
import { inference } from '../index.ts';
import { idleKw } from '../power.ts';
import { drawRequests, type Requests, replay } from '../replay/index.ts';
import type { InferenceSpec } from '../spec.ts';
import { FATES } from './ended.ts';
import { Pool, type PoolStep, type StepOrder, type StepRequests } from './pool.ts';

const spec = inference.serve(deployment({ replicas: 4 }).spec, [profile('a', 1000, 200)]);
const NOTHING: StepRequests = {
  count: 0,
  arrivalS: new Float64Array(0),
  input: new Int32Array(0),
  output: new Int32Array(0),
  service: new Uint8Array(0),
};

function some(count: number, ratePerS: number, seed: number): Requests {
  const drawn = drawRequests(random(seed), count, {
    ratePerS,
    arrivalCv2: 3,
    inputTokens: [20, 300, 900, 1500, 2500, 5000],
    outputTokens: [1, 2, 17, 100, 400],
  });
  // Bunched arrivals may fall on the same instant to the last digit, and a request is told by when it came.
  return { ...drawn, arrivalS: drawn.arrivalS.map((t, i) => t + 1e-6 * i) };
}

/** The requests of a list that come from one time to another, of one service. */
function between(
  { arrivalS, input, output, cached }: Requests,
  fromS: number,
  untilS: number,
  service = 0,
): StepRequests {
  const at = Array.from(arrivalS.keys()).filter((i) => arrivalS[i]! >= fromS && arrivalS[i]! < untilS);
  return {
    count: at.length,
    arrivalS: Float64Array.from(at, (i) => arrivalS[i]!),
    input: Int32Array.from(at, (i) => input[i]!),
    output: Int32Array.from(at, (i) => output[i]!),
    ...(cached === undefined ? {} : { cached: Int32Array.from(at, (i) => cached[i]!) }),
    service: new Uint8Array(at.length).fill(service),
  };
}

const order = (of: InferenceSpec, fromS: number, untilS: number, more: Partial<StepOrder> = {}): StepOrder => ({
  spec: of,
  requests: NOTHING,
  fromS,
  untilS,
  replicas: of.racking.replicas,
  mostOn: of.racking.replicas,
  share: 1,
  batchPerS: of.services.map(() => 1e9),
  ...more,
});

/** Runs requests through steps of a length until all have left; rows of those that left, in order of arrival. */
function through(
  pool: Pool,
  of: InferenceSpec,
  requests: Requests,
  [stepS, lengthS]: readonly [number, number],
  full?: StepOrder['full'],
) {
  const steps: PoolStep[] = [];
  const rows: { arrivalS: number; firstTokenS: number; finishS: number; joules: number; fate: string }[] = [];
  for (let fromS = 0; fromS < lengthS; fromS += stepS) {
    const untilS = fromS + stepS;
    steps.push(pool.run(order(of, fromS, untilS, { requests: between(requests, fromS, untilS), full })));
    const { ended } = pool;
    for (let i = 0; i < ended.count; i++) {
      rows.push({
        arrivalS: ended.arrivalS[i]!,
        firstTokenS: ended.firstTokenS[i]!,
        finishS: ended.finishS[i]!,
        joules: ended.prefillJ[i]! + ended.decodeJ[i]!,
        fate: FATES[ended.fate[i]!]!,
      });
    }
  }
  rows.sort((a, b) => a.arrivalS - b.arrivalS);
  return { steps, rows };
}

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

describe('a pool over steps', () => {
  it('is the replay of the same requests, however its time is cut', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 2, max: 60, noNaN: true }),
        fc.double({ min: 0.9, max: 41, noNaN: true }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(1e6, 8000),
        fc.constantFrom(undefined, 0.6),
        fc.constantFrom(undefined, { requests: 6, promptTokens: 8000 }),
        (seed, ratePerS, stepS, beats, kvTokens, hit, full) => {
          // With little room, sequences are thrown out and begin again.
          const kvRoomBytes = kvTokens * spec.replica.kvBytesPerToken;
          const own = { ...spec, replica: { ...spec.replica, kvRoomBytes, maxBatch: 16 } };
          const cold = some(250, ratePerS, seed);
          const cached = cold.input.map((tokens) => Math.floor((hit ?? 0) * tokens));
          const requests = hit === undefined ? cold : { ...cold, cached };
          const whole = replay(own, requests, { full });
          const lengthS = Math.ceil((whole.lengthS + 1) / stepS) * stepS;
          const { steps, rows } = through(
            new Pool(own, 'least-requests', beats, 1),
            own,
            requests,
            [stepS, lengthS],
            full,
          );
          expect(rows).toHaveLength(250);
          rows.forEach((row, i) => {
            expect(row.fate).toBe('answered');
            expect(row.firstTokenS).toBeCloseTo(whole.book.firstTokenS[i]!, 7);
            expect(row.finishS).toBeCloseTo(whole.book.finishS[i]!, 7);
            const joules = whole.book.prefillJ[i]! + whole.book.decodeJ[i]!;
            expect(Math.abs(row.joules / joules - 1)).toBeLessThan(1e-6);
          });
          const idle = idleKw(spec.power, spec.racking, 4);
          const aboveJ = sum(steps.map((s) => 1000 * stepS * (s.powerKw - idle)));
          expect(aboveJ / whole.totals.energyJ).toBeCloseTo(1, 9);
          expect(sum(steps.map((s) => s.services[0]!.output))).toBe(sum(requests.output));
          expect(sum(steps.map((s) => s.services[0]!.input))).toBe(sum(requests.input));
          expect(sum(steps.map((s) => s.services[0]!.computed))).toBe(sum(requests.input) - sum(cached));
          const ownJ = sum(steps.map((s) => s.services[0]!.prefillJ + s.services[0]!.decodeJ));
          expect(ownJ / whole.totals.energyJ).toBeCloseTo(1, 7);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('gives a step the power of its beats, and the step again the same', () => {
    const requests = some(400, 20, 3);
    const [pool, kept] = [new Pool(spec, 'random', 6, 1), new Pool(spec, 'random', 6, 1)];
    pool.run(order(spec, 0, 8, { requests: between(requests, 0, 8) }));
    kept.become(pool);
    const next = order(spec, 8, 16, { requests: between(requests, 8, 16) });
    const first = pool.run(next);
    const ended = Array.from(pool.ended.finishS.subarray(0, pool.ended.count));
    pool.become(kept);
    const cut = pool.run({ ...next, share: 0.3 });
    expect(cut.powerKw).toBeLessThan(first.powerKw);
    pool.become(kept);
    expect(pool.run(next)).toEqual(first);
    expect(Array.from(pool.ended.finishS.subarray(0, pool.ended.count))).toEqual(ended);
    expect(sum(first.beatsKw) / 6).toBeCloseTo(first.powerKw, 12);
  });

  it('lets replicas drain and boot', () => {
    const requests = some(600, 12, 5);
    const pool = new Pool(spec, 'least-requests', 1, 1);
    pool.run(order(spec, 0, 10, { requests: between(requests, 0, 10) }));
    const fewer = pool.run(order(spec, 10, 20, { requests: between(requests, 10, 20), replicas: 2 }));
    expect(fewer.servingMean).toBe(2);
    expect(fewer.services[0]!.lost).toBe(0);
    expect(fewer.idleKw).toBeGreaterThan(idleKw(spec.power, spec.racking, 2) - 1e-9);
    const rest = pool.run(order(spec, 20, 60, { requests: between(requests, 20, 60), replicas: 2 }));
    expect(rest.on).toBe(2);
    const boots = pool.run(order({ ...spec, bootS: 15 }, 60, 80, { replicas: 4 }));
    expect(boots.servingMean).toBeCloseTo(2 + (2 * 5) / 20, 9);
    expect(boots.idleKw).toBeCloseTo(idleKw(spec.power, spec.racking, 4), 9);
  });

  it('loses what runs with the power, and turns away what nobody serves', () => {
    const requests = some(400, 30, 7);
    const pool = new Pool(spec, 'least-requests', 1, 1);
    const first = pool.run(order(spec, 0, 5, { requests: between(requests, 0, 5) })).services[0]!;
    const dark = pool.run(order(spec, 5, 10, { requests: between(requests, 5, 10), replicas: 0, mostOn: 0 }));
    const own = dark.services[0]!;
    expect(dark.powerKw).toBe(0);
    expect(own.lost).toBeGreaterThan(0);
    expect(own.shed).toBe(own.arrived);
    expect(first.answered + own.lost).toBe(first.arrived);
    expect(pool.underway()).toEqual([0]);
    const back = pool.run(order({ ...spec, bootS: 0 }, 10, 60, { requests: between(requests, 10, 60) })).services[0]!;
    expect(back.answered).toBe(back.arrived);
  });
});

describe('batch in a pool', () => {
  const late = { kind: 'batch', ttftS: Number.POSITIVE_INFINITY, tpotS: Number.POSITIVE_INFINITY } as const;
  const profiles = [profile('a', 1000, 200), profile('b', 1000, 200, late)];
  const both = inference.serve(deployment({ replicas: 2 }).spec, profiles);
  const [interactive, batch] = [some(300, 6, 11), some(300, 1000, 12)];
  /** Interactive requests of service 0 over 60 s; batch of service 1, all at the start. */
  const mixed = (fromS: number, untilS: number, withBatch: boolean): StepRequests => {
    const a = between(interactive, fromS, untilS);
    const b = withBatch ? between(batch, fromS, untilS, 1) : NOTHING;
    const at = [
      ...Array.from({ length: a.count }, (_, i) => [a, i] as const),
      ...Array.from({ length: b.count }, (_, i) => [b, i] as const),
    ].sort(([p, i], [q, k]) => p.arrivalS[i]! - q.arrivalS[k]!);
    return {
      count: at.length,
      arrivalS: Float64Array.from(at, ([of, i]) => of.arrivalS[i]!),
      input: Int32Array.from(at, ([of, i]) => of.input[i]!),
      output: Int32Array.from(at, ([of, i]) => of.output[i]!),
      service: Uint8Array.from(at, ([of, i]) => of.service[i]!),
    };
  };

  it('begins in its allowance and is all done in the end', () => {
    const pool = new Pool(both, 'least-requests', 1, 1);
    const held = pool.run(order(both, 0, 10, { requests: mixed(0, 10, true), batchPerS: [0, 2] }));
    const begun = held.services[1]!.answered + pool.underway()[1]!;
    expect(begun).toBe(300);
    expect(held.services[1]!.answered).toBeLessThanOrEqual(20);
    expect(held.services[1]!.answered).toBeGreaterThan(5);
    const free = pool.run(order(both, 10, 400, { requests: mixed(10, 400, false) }));
    expect(free.services[1]!.answered + held.services[1]!.answered).toBe(300);
  });

  it('does not begin without an allowance', () => {
    const pool = new Pool(both, 'least-requests', 1, 1);
    const step = pool.run(order(both, 0, 10, { requests: mixed(0, 10, true), batchPerS: [0, 0] }));
    expect(step.services[1]!.output).toBe(0);
    expect(pool.underway()[1]).toBe(300);
  });

  it('begins anew when its replica loses power', () => {
    const pool = new Pool(both, 'least-requests', 1, 1);
    const first = pool.run(order(both, 0, 2, { requests: mixed(0, 2, true) }));
    const dark = pool.run(order(both, 2, 3, { replicas: 0, mostOn: 0 }));
    expect(dark.services[1]!.lost).toBe(0);
    expect(pool.underway()[1]).toBe(300 - first.services[1]!.answered);
    const back = pool.run(order({ ...both, bootS: 0 }, 3, 400, {}));
    expect(back.services[1]!.answered + first.services[1]!.answered).toBe(300);
  });
});
