import { describe, expect, it } from 'vitest';
import { deployment, profile } from '../components/inference/fixtures/deployment.ts';
import { inference } from '../components/inference/index.ts';
import { levelsReportHtml } from './levelsReport.ts';
import {
  boundBy,
  bySetting,
  joulesPerToken,
  LEVELS_HEAD,
  type LevelsReport,
  levelsNotes,
  levelsRow,
} from './levelsText.ts';
import type { Manifest } from './manifest.ts';

const spec = inference.serve(deployment({ replicas: 8 }).spec, [profile('chat', 1000, 300)]);
const offers = [{ service: 'chat', requestsPerS: 1, batchPerS: 0 }];
const asked = { clocks: [1, 0.7], capsW: [700, 690, 300] };
const report: LevelsReport = {
  title: 'test',
  services: ['chat'],
  replicas: 8,
  attainment: 0.95,
  all: inference.levels(spec, offers, { ...asked, keepAll: true }),
  best: inference.levels(spec, offers, asked),
};
const manifest: Manifest = {
  program: 'joulewright',
  version: '0',
  createdMs: 0,
  command: 'joulewright levels',
  inputs: [],
  seed: null,
  siteId: 'test',
  stepMs: null,
  fromMs: null,
  toMs: null,
  policy: null,
  warnings: [],
};

describe('a table of load levels', () => {
  it('has a cell for each head, and joules that add up to the power', () => {
    for (const level of report.all) {
      expect(levelsRow(level)).toHaveLength(LEVELS_HEAD.length);
      if (level.share === 0) continue;
      const [own] = level.services;
      const watts = level.computedTokensPerS * own!.prefillJPerToken + level.outputTokensPerS * own!.decodeJPerToken;
      expect(watts / (1000 * level.powerKw)).toBeCloseTo(1, 9);
      expect(joulesPerToken(level)).toBeCloseTo(watts / level.outputTokensPerS, 9);
    }
    expect(levelsRow(report.all[0]!).filter((cell) => cell === '-')).toHaveLength(7);
    expect(boundBy(report.all[1]!)).toMatch(/^(memory|compute|links|engine) \d+ %$/);
  });

  it('keeps clocks and caps apart, and says which cap saves nothing', () => {
    expect([...bySetting(report.all).keys()]).toEqual([
      '100 %, 700 W',
      '100 %, 690 W',
      '100 %, 300 W',
      '70 %, 700 W',
      '70 %, 690 W',
      '70 %, 300 W',
    ]);
    const notes = levelsNotes(report).join('\n');
    expect(notes).toMatch(/least energy per answer token is [\d.]+ J, at a clock of 70 %/);
    expect(notes).toContain('A cap of 690 W never binds here');
    expect(notes).not.toContain('A cap of 300 W never binds');
    expect(levelsNotes({ ...report, all: report.all.slice(0, 1) })).toEqual(['No load keeps the targets.']);
  });

  it('tells what the prefix cache has, and spreads its prompts’ joules over all their tokens', () => {
    const hit = inference.serve(spec, [profile('chat', 1000, 300, { prefixHitShare: 0.4 })]);
    const cached = { ...report, all: inference.levels(hit, offers, { ...asked, keepAll: true }) };
    expect(levelsNotes(cached).join('\n')).toMatch(/^40 % of the prompt tokens are in the prefix cache/m);
    expect(levelsNotes(report).join('\n')).not.toContain('prefix cache');
    const at = LEVELS_HEAD.indexOf('J/prompt token');
    const cell = (of: LevelsReport) => Number(levelsRow(of.all.at(-1)!)[at]);
    expect(cell(cached)).toBeLessThan(0.7 * cell(report));
  });

  it('is a page with a plot for energy, speed and what binds', () => {
    const html = levelsReportHtml(report, manifest);
    for (const title of ['Joules per token against batch', 'Power against speed', 'What binds, at 100 %, 700 W']) {
      expect(html).toContain(title);
    }
  });
});
