import { describe, expect, it } from 'vitest';
import { highs } from '../balance/highs.ts';
import { SECOND_MS } from '../series/grid.ts';
import { twoChips } from '../site/testing/twoChips.ts';
import { Planning } from './planning.ts';
import { replanned } from './testing/replanned.ts';

const GATEWAY = { up: true, requests: 0, tokens: 0, joules: 0 };

describe('the directive of a site with a service on two chips', () => {
  it('has the shares of the plan, as the plant serves them, and none without one', async () => {
    const site = twoChips();
    const planning = new Planning(site, await highs());
    const { live, run, breaks } = replanned(site, planning, Date.UTC(2026, 2, 2, 7));
    const first = live.tick(GATEWAY);
    expect(first?.directive.shares).toBeUndefined();
    run(600 * SECOND_MS);
    const { directive } = live.tick(GATEWAY)!;
    expect(live.loop.follows).toBe(true);
    expect(directive.shares!.map(({ service }) => service)).toContain('chat');
    const chat = directive.shares!.find(({ service }) => service === 'chat')!;
    expect(chat.engines.map(({ id }) => id)).toEqual(['on-h200', 'on-ascend']);
    expect(chat.engines.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    const planned = live.loop.plan!.ahead!.segments[0]!.split!.filter(({ service }) => service === 'chat');
    const all = planned.reduce((sum, { perS }) => sum + perS, 0);
    for (const { deployment, perS } of planned) {
      const { share } = chat.engines.find(({ id }) => id === deployment)!;
      expect(Math.abs(share - perS / all)).toBeLessThan(0.15);
    }
    // While a fault stands nobody has decided
    breaks.gone.set('on-ascend', 16);
    run(60 * SECOND_MS);
    expect(live.loop.follows).toBe(false);
    expect(live.tick(GATEWAY)!.directive.shares).toBeUndefined();
  }, 60_000);
});
