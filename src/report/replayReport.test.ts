import { describe, expect, it } from 'vitest';
import { deployment } from '../components/inference/fixtures/deployment.ts';
import { drawRequests, fluidOf, levelAt, replay, summarise } from '../components/inference/replay/index.ts';
import { random } from '../series/random.ts';
import { replayCsvPieces } from './replayCsv.ts';
import {
  admissibleText,
  bindsText,
  levelRow,
  type ReplayReport,
  replayReportHtml,
  replayRows,
} from './replayReport.ts';

const { spec } = deployment({ replicas: 2 });
const TARGETS = { ttftS: 2, tpotS: 0.1 };
const requests = drawRequests(random(1), 400, {
  ratePerS: 6,
  arrivalCv2: 1,
  inputTokens: [200, 900, 2500],
  outputTokens: [20, 100, 300],
});
const result = replay(spec, requests);
const levels = [0.5, 1, 2].map((factor) => levelAt(spec, requests, factor, TARGETS));
const report: ReplayReport = {
  title: 'a test <deployment>',
  result,
  summary: summarise(result, TARGETS),
  targets: [TARGETS],
  fluid: fluidOf(spec, requests, TARGETS, 2),
  levels,
  admissible: levels[1],
  attainment: 0.99,
  notes: ['a note'],
};
const manifest = {
  program: 'joulewright',
  version: '0',
  createdMs: 0,
  command: 'joulewright replay',
  inputs: [],
  seed: 1,
  siteId: 'x',
  stepMs: null,
  fromMs: null,
  toMs: null,
  policy: null,
  warnings: [],
};

describe('the report of a replay', () => {
  it('sets the fluid model beside the replay', () => {
    const rows = replayRows(report);
    expect(rows[0]).toEqual(['requests answered', '400 of 400', '']);
    const energy = rows.find(([name]) => name === 'energy per answer token')!;
    const [own, fluid] = energy.slice(1).map((text) => Number(text.split(' ')[0]));
    expect(Math.abs(own! / fluid! - 1)).toBeLessThan(0.05);
    expect(replayRows({ ...report, fluid: undefined }).every((row) => row[2] === '')).toBe(true);
  });

  it('says what binds, and how much may come', () => {
    expect(bindsText(levels[0]!)).toMatch(/^memory \d+ %$/);
    expect(bindsText({ ...levels[0]!, kvWaitShare: 0.5 })).toBe('KV memory');
    expect(levelRow(levels[0]!)).toHaveLength(11);
    expect(admissibleText(report)).toMatch(/^Up to .* requests\/s .* 99 % keep 2 s to the first token and 100 ms/);
    expect(admissibleText({ ...report, admissible: undefined })).toContain('At no rate');
  });

  it('is one page that loads nothing', () => {
    const html = replayReportHtml(report, manifest);
    for (const part of [
      'Throughput against latency',
      'Joules per token against batch',
      'What binds over time',
      'Power over time',
      'a note',
    ])
      expect(html).toContain(part);
    expect(html).toContain('a test &lt;deployment&gt;');
    expect(html).not.toMatch(/<script|src="http|NaN|Infinity/);
  });

  it('has a row for each request', () => {
    const lines = [...replayCsvPieces(result, ['chat'])].join('').trim().split('\n');
    expect(lines).toHaveLength(401);
    expect(lines[1]!.split(',')).toHaveLength(12);
    expect(lines[1]).toContain(',chat,');
  });
});
