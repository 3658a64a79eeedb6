import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planProofText } from '../report/planProofText.ts';
import { editedText } from '../site/edit.ts';
import { checkText } from '../site/load.ts';
import { plan } from './plan.ts';
import { proofOf } from './proof.ts';

const FOLDER = join(import.meta.dirname, '../../sites');

describe('what is looked at after a sizing', () => {
  it('is the year, the outages and the twin', async () => {
    const text = editedText(readFileSync(join(FOLDER, 'bukhara.yaml'), 'utf8'), [
      { path: ['solar', 0, 'peak'], value: { max: '10 MWp' } },
      { path: ['generator', 0, 'units'], value: { max: 2 } },
    ]);
    const { site, faults } = checkText(text, FOLDER, 'bukhara.yaml');
    expect(faults).toEqual([]);
    const made = await plan(site!, { days: 7, gap: 0.02, segments: 2000, jobs: 2 });
    const proof = proofOf(made, { hours: 8, unseen: 0 });
    expect(proof.byYear).toHaveLength(1);
    const [year] = proof.byYear;
    expect(year!.renewableKwh + year!.curtailedKwh).toBeGreaterThan(0);
    expect(year!.shortKwh).toBeCloseTo(0, 6);
    const { mean, least } = proof.survival.survival;
    for (let h = 0; h < 8; h++) {
      expect(least[h]!).toBeLessThanOrEqual(mean[h]! + 1e-9);
      expect(mean[h]!).toBeLessThanOrEqual(1 + 1e-9);
    }
    // The file expects outages, so that they have a price.
    expect(proof.survival.risk!.lossesPerYear).toBeGreaterThanOrEqual(0);
    const it_ = proof.replay.figures.find((f) => f.name === 'energy into IT')!;
    expect(Math.abs(it_.differenceShare)).toBeLessThan(0.02);
    const told = planProofText(proof);
    expect(told).toContain('hours carried');
    expect(told).toContain('output tokens');
    // Every difference above 2 % has its reason beside it.
    for (const f of proof.replay.figures) {
      const line = told.split('\n').find((l) => l.startsWith(f.name))!;
      if (Math.abs(f.differenceShare) > 0.02) expect(line.length).toBeGreaterThan(70);
    }
  }, 120_000);
});
