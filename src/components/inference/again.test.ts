import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer } from '../contract.ts';
import { again } from './again.ts';
import { conditions, deployment, profile } from './fixtures/deployment.ts';
import { inference } from './index.ts';

const fresh = () =>
  inference.serve(deployment({ replicas: 4 }).spec, [profile('chat', 1000, 300), profile('code', 1000, 300)]);
const offer = (service: string, requestsPerS: number, batchPerS = 0): Offer => ({ service, requestsPerS, batchPerS });
const step = (spec: ReturnType<typeof fresh>, offers: readonly Offer[], replicas = 4) =>
  inference.step(spec, inference.initial(spec), { replicas, offers, limitKw: Number.POSITIVE_INFINITY }, conditions());

describe('what was asked before', () => {
  it('has the same outcome, to the last digit, however often and in whatever order', () => {
    const spec = fresh();
    const rate = fc.constantFrom(0, 0.3, 2, 7.77, 30);
    fc.assert(
      fc.property(rate, rate, fc.constantFrom(0, 1, 4), fc.boolean(), (a, b, replicas, turn) => {
        const offers = turn ? [offer('code', a), offer('chat', b, a)] : [offer('chat', a), offer('code', b, a)];
        const anew = step(fresh(), offers, replicas);
        for (let k = 0; k < 3; k++) expect(step(spec, offers, replicas)).toEqual(anew);
      }),
      { numRuns: 60 },
    );
  });

  it('is kept from the second time on, for each service by itself', () => {
    const spec = fresh();
    let made = 0;
    const ask = (...offers: readonly Offer[]) =>
      again(spec, offers, { on: 2, serving: 2, idleKw: 1 }, (_, own) => {
        made++;
        return { flows: {}, meters: {}, services: step(spec, own).services };
      });
    const [first, second, third] = [ask(offer('chat', 3)), ask(offer('chat', 3)), ask(offer('chat', 3))];
    expect(made).toBe(2);
    expect(second).toEqual(first);
    expect(third).toBe(second);
    expect(ask(offer('code', 3)).services[0]!.service).toBe('code');
    expect(ask(offer('chat', 3), offer('code', 0)).services).toHaveLength(2);
    expect(ask(offer('chat', 3.0000000000000004)).services[0]!.servedPerS).toBe(3.0000000000000004);
    expect(made).toBe(5);
  });
});
