import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ItUnit } from '../components/unit.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { extent } from '../workload/rate.ts';
import { demandAtShare } from './demandShare.ts';
import { loadSite } from './load.ts';

const site = loadSite(fileURLToPath(new URL('../../sites/bukhara.yaml', import.meta.url)));
const MONDAY_MS = Date.UTC(2026, 0, 5);
const week = (services: typeof site.services) =>
  services.map((s) => extent(s.rate, MONDAY_MS, MONDAY_MS + 7 * DAY_MS, HOUR_MS));

describe('demand at a share of capacity', () => {
  it('needs all replicas in the busiest hour at 100 %, and fewer in proportion below', () => {
    for (const share of [1, 0.6, 0.3]) {
      const { services } = demandAtShare(site, site.services, share);
      const peaks = week(services);
      for (const unit of site.units.filter((u): u is ItUnit => u.role === 'it')) {
        const offers = services.flatMap(({ profile, deployments }, s) => {
          if (!deployments.includes(unit.id)) return [];
          const batch = profile.kind === 'batch';
          const { peakPerS, meanPerS } = peaks[s]!;
          return [{ service: profile.id, requestsPerS: batch ? 0 : peakPerS, batchPerS: batch ? meanPerS : 0 }];
        });
        const needed = unit.replicasFor(offers, 0.99)!;
        expect(needed).toBeGreaterThan((share - 0.07) * unit.installed);
        // A small pool needs more replicas in proportion: more of its requests wait for each other.
        expect(needed).toBeLessThanOrEqual(Math.min(1, share + 0.12) * unit.installed);
      }
    }
  });

  it('keeps the mix of services that share replicas, and says by how much each deployment was scaled', () => {
    const { services, notes } = demandAtShare(site, site.services, 0.5);
    const [before, after] = [week(site.services), week(services)];
    const factor = (id: string) => {
      const s = site.services.findIndex(({ profile }) => profile.id === id);
      return after[s]!.meanPerS / before[s]!.meanPerS;
    };
    expect(factor('chat')).toBeCloseTo(factor('archive'), 9);
    expect(factor('chat')).not.toBeCloseTo(factor('code'), 2);
    expect(notes.map(([what]) => what)).toEqual(['demand of chat-70b', 'demand of code-32b']);
    expect(notes[0]![1]).toContain('50 % of what all 240 replicas serve');
  });

  it('says which deployment can serve nothing', () => {
    const hopeless = site.services.map((s) => ({ ...s, profile: { ...s.profile, ttftS: 1e-6, tpotS: 1e-6 } }));
    expect(() => demandAtShare(site, hopeless, 0.5)).toThrow(/chat-70b/);
  });
});
