import { describe, expect, it } from 'vitest';
import { random } from '../../series/random.ts';
import { deployment } from './fixtures/deployment.ts';
import { drawRequests, faster, fluidOf, type Requests, replay, summarise } from './replay/index.ts';
import { gamma } from './replay/requests.ts';
import { overfull } from './roomWait.ts';
import type { InferenceSpec } from './spec.ts';

const TARGETS = { ttftS: 2, tpotS: 0.1 };

/** Prompts of up to 3,200 tokens, and some of 90,000 and more, at a share of the capacity of one replica. */
function uneven(spec: InferenceSpec, load: number): Requests {
  const inputTokens = Array.from({ length: 50 }, (_, k) => (k < 4 ? 90_000 + 10_000 * k : 200 + 60 * k));
  const drawn = drawRequests(random(11), 8000, {
    ratePerS: 1,
    arrivalCv2: 1,
    inputTokens,
    outputTokens: [150, 300, 600],
  });
  return faster(drawn, load / fluidOf(spec, drawn, TARGETS, 1).load);
}

/** The same deployment with as many times its KV memory. */
function roomier(spec: InferenceSpec, times: number): InferenceSpec {
  const { roofline, replica } = spec;
  const more = <R extends typeof replica>(r: R): R => ({ ...r, kvRoomBytes: times * r.kvRoomBytes });
  return { ...spec, roofline: more(roofline), replica: more(replica) };
}

describe('overfull', () => {
  it('is the mean of the logarithm over draws', () => {
    const draw = random(2);
    const [lengths, room] = [[1, 2, 4, 30], 40];
    const held = { endsPerS: 1, mean: 15, variance: 75 };
    let sum = 0;
    const count = 400_000;
    for (let k = 0; k < count; k++) {
      const full = Math.min(room, held.mean * gamma(draw, held.mean ** 2 / held.variance));
      for (const m of lengths) sum += Math.max(0, Math.log(full / (room - m))) / lengths.length;
    }
    // One midpoint between two lengths is coarse; nothing finer is needed where there are hundreds.
    const fine = Array.from({ length: 400 }, (_, k) => lengths[Math.floor(k / 100)]!);
    expect(Math.abs(overfull(fine, room, held) / (sum / count) - 1)).toBeLessThan(0.1);
  });

  it('leaves out prompts that are longer than the room, and is next to nothing in ample room', () => {
    const held = { endsPerS: 1, mean: 15, variance: 75 };
    expect(overfull([1, 50], 40, held)).toBeLessThan(overfull([1, 39], 40, held) / 10);
    expect(overfull([1, 2, 4, 30], 4000, held)).toBeLessThan(1e-100);
  });
});

describe('waiting for room in the KV memory', () => {
  const { spec } = deployment({ replicas: 1 });

  it('costs so many their target as in the replay', () => {
    const ample = roomier(spec, 20);
    for (const load of [0.3, 0.6]) {
      const requests = uneven(spec, load);
      const share = (of: InferenceSpec) => summarise(replay(of, requests), TARGETS).attainment;
      const fluid = (of: InferenceSpec) => fluidOf(of, requests, TARGETS, 1).attainment;
      const lost = share(ample) - share(spec);
      expect(Math.abs(fluid(ample) - fluid(spec) - lost)).toBeLessThan(0.005);
      if (load > 0.5) expect(lost).toBeGreaterThan(0.015);
    }
  });
});
