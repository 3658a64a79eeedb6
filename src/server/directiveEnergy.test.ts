import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../series/clock.ts';
import { weatherOf } from '../simulate/air.ts';
import { loadSite } from '../site/load.ts';
import { LiveSite } from './liveSite.ts';

const NOON_MS = Date.UTC(2027, 5, 20, 8);

/** The site of the first example in its first seconds. */
function liveSite(clock: ManualClock): LiveSite {
  const site = loadSite(fileURLToPath(new URL('../../sites/bukhara.yaml', import.meta.url)));
  return new LiveSite({
    site,
    weather: weatherOf(site),
    siteClock: clock,
    wallClock: clock,
    steadyClock: clock,
    speed: 1,
    saved: undefined,
    onEvent: () => undefined,
    onCurve: () => undefined,
  });
}

describe('energy in a directive', () => {
  it('is what the hall draws, and above idle what the tokens take', () => {
    const clock = new ManualClock(NOON_MS);
    const live = liveSite(clock);
    clock.advanceMs(1000);
    const { directive, snapshot } = live.tick({ up: true, requests: 0, tokens: 0, joules: 0 })!;
    const watts = directive.engines.reduce((sum, { metered }) => sum + metered!.watts, 0);
    expect(watts / 1000).toBeCloseTo(snapshot.flows.itKw, 6);
    for (const { expected, metered } of directive.engines) {
      const { idleWatts, computedTokensPerS = 0, outputTokensPerS = 0 } = metered!;
      expect(idleWatts).toBeGreaterThan(0);
      expect(outputTokensPerS).toBeGreaterThan(0);
      const tokensW = computedTokensPerS * expected.prefillJPerToken + outputTokensPerS * expected.decodeJPerToken;
      // The figures are those of the service with the most tokens; another one on it has other lengths
      expect(Math.abs(tokensW / (metered!.watts - idleWatts) - 1)).toBeLessThan(0.01);
    }
  });
});
