import { describe, expect, it } from 'vitest';
import type { ItUnit } from '../components/unit.ts';
import { extent } from '../workload/rate.ts';
import { demandAtShare } from './demandShare.ts';
import { checkText } from './load.ts';
import { capacityShares, deploymentGroups } from './shares.ts';
import { twoChips, twoChipsText } from './testing/twoChips.ts';

const DAY_MS = 86_400_000;
const faultsOf = (text: Parameters<typeof twoChipsText>[0]) => checkText(twoChipsText(text), '/').faults;

describe('services with several deployments in a site file', () => {
  it('are read as those with one are', () => {
    expect(twoChips().services.map((s) => s.deployments)).toEqual([
      ['on-h200', 'on-ascend'],
      ['on-h200', 'on-ascend'],
    ]);
    const one = twoChips({ chat: 'deployment: on-h200', archive: 'deployments: [on-ascend]' });
    expect(one.services.map((s) => s.deployments)).toEqual([['on-h200'], ['on-ascend']]);
  });

  it('name one key of the two, known deployments, each once', () => {
    const both = faultsOf({ chat: 'deployment: on-h200\n    deployments: [on-h200, on-ascend]' });
    expect(both).toMatchObject([{ code: 'JW_SITE_VALUE', message: expect.stringContaining('exclude each other') }]);
    expect(faultsOf({ chat: 'deadline: 1 h' })[0]).toMatchObject({
      message: expect.stringContaining('one of deployment, deployments is needed'),
    });
    const [wrong] = faultsOf({ chat: 'deployments: [on-h200, on-ascent]' });
    expect(wrong).toMatchObject({ code: 'JW_SITE_REFERENCE', hint: expect.stringContaining('"on-ascend"') });
    expect(wrong!.where).toContain('services[0].deployments[1]');
    expect(faultsOf({ chat: 'deployments: [on-h200, on-h200]' })[0]).toMatchObject({
      message: expect.stringContaining('named twice'),
    });
  });

  it('have the same model everywhere', () => {
    const faults = faultsOf({ model: 'qwen3-14b' });
    expect(faults.map(({ code }) => code)).toEqual(['JW_SITE_MODELS', 'JW_SITE_MODELS']);
    expect(faults[0]!.message).toContain('on-h200 with qwen3-32b and by on-ascend with qwen3-14b');
  });
});

describe('deployments that serve together', () => {
  it('are scaled together to a share of what they serve', () => {
    const site = twoChips();
    const { services, notes } = demandAtShare(site, site.services, 1);
    expect(notes).toHaveLength(1);
    expect(notes[0]![0]).toBe('demand of on-h200 and on-ascend');
    const units = site.units.filter((u): u is ItUnit => u.role === 'it');
    const shares = capacityShares(units, services, 0.99);
    const monday = Date.UTC(2026, 0, 5);
    const extents = services.map((s) => extent(s.rate, monday, monday + 7 * DAY_MS, 3_600_000));
    const needed = units.map((unit, d) =>
      unit.replicasFor(
        [
          { service: 'chat', requestsPerS: shares[0]![d]! * extents[0]!.peakPerS, batchPerS: 0 },
          { service: 'archive', requestsPerS: 0, batchPerS: shares[1]![d]! * extents[1]!.meanPerS },
        ],
        0.99,
      ),
    );
    // All of one chip, and nearly all of the other.
    expect(Math.max(...needed.map((n, d) => n! / units[d]!.installed))).toBe(1);
    expect(Math.min(...needed.map((n, d) => n! / units[d]!.installed))).toBeGreaterThan(0.85);
  });

  it('stand together where any service has them both', () => {
    const services = [{ deployments: ['a', 'c'] }, { deployments: ['b'] }, { deployments: ['c', 'd'] }];
    expect(deploymentGroups(['a', 'b', 'c', 'd'], services)).toEqual([['a', 'c', 'd'], ['b']]);
  });
});
