import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { command, ROOT, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);
const CAMPUS = path.join(ROOT, 'sites', 'tashkent-campus.yaml');
const WINDOW = ['--from', '2026-01-14T18:00', '--to', '2026-01-14T18:30'];
const simulate = (...words: string[]) => command(['simulate', CAMPUS, ...words]);

describe('joulewright simulate --detailed', () => {
  it('writes page, requests, ledger and results', async () => {
    const out = path.join(dir, 'out');
    const ended = await simulate('--detailed', ...WINDOW, '--out', out, '--rows', '5000');
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/energy of the facility +[\d.]+ kWh +[\d.]+ kWh +[+-]?[\d.]+ %, within 3 %/);
    expect(ended.out).toContain('code: within both targets');
    const name = 'tashkent-campus-siloed-detailed';
    const names = ['html', 'json', 'ledger.csv', 'requests.csv'].map((suffix) => `${name}.${suffix}`);
    expect(readdirSync(out).sort()).toEqual(names);
    const page = readFileSync(path.join(out, `${name}.html`), 'utf8');
    for (const title of ['IT power over time', 'Time to first token', 'Services beside the fluid twin']) {
      expect(page).toContain(title);
    }
    const results = JSON.parse(readFileSync(path.join(out, `${name}.json`), 'utf8'));
    const left = results.services.reduce(
      (sum: number, s: { arrived: number; underway: number }) => sum + s.arrived - s.underway,
      0,
    );
    const rows = readFileSync(path.join(out, `${name}.requests.csv`), 'utf8')
      .trim()
      .split('\n');
    const every = Number(/one in (\d+) requests/.exec(ended.out)![1]);
    expect(rows.length - 1).toBe(Math.ceil(left / every));
    expect(rows[0]).toContain('ttft_s,tpot_s,finish_s,prefill_j,decode_j');
    expect(
      readFileSync(path.join(out, `${name}.ledger.csv`), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(3);
  });

  it('prints JSON that adds up', async () => {
    const ended = await simulate(
      '--detailed',
      ...WINDOW,
      '--step',
      '5m',
      '--route',
      'round-robin',
      '--seed',
      '3',
      '--json',
    );
    const { manifest, comparison, timeline, services } = JSON.parse(ended.out);
    expect(manifest.seed).toBe(3);
    const row = (id: string) => comparison.find((r: { id: string }) => r.id === id);
    const kwh = (timeline.itKw.reduce((sum: number, kw: number) => sum + kw, 0) * timeline.beatS) / 3600;
    expect(kwh / row('itKwh').detailed).toBeCloseTo(1, 9);
    expect(row('itKwh').difference).toBeCloseTo(row('itKwh').fluid / row('itKwh').detailed - 1, 12);
    expect(row('tokensPerJoule').detailed).toBeCloseTo(
      row('outputTokens').detailed / (3.6e6 * row('facilityKwh').detailed),
      12,
    );
    for (const s of services) expect(s.arrived).toBe(s.answered + s.refused + s.shed + s.lost + s.underway);
  });

  it('plays recordings that services name', async () => {
    const file = path.join(dir, 'code.csv');
    const requests = Array.from({ length: 200 }, (_, i) => `${i * 0.5},${1000 + i},${5 + (i % 9)}`);
    writeFileSync(file, `t_s,input_tokens,output_tokens\n${requests.join('\n')}\n`);
    const out = path.join(dir, 'recorded');
    const ended = await simulate('--detailed', '--recorded', '--lengths', `code=${file}`, ...WINDOW, '--out', out);
    expect(ended.out).toContain('requests of code: as recorded');
    const rows = readFileSync(path.join(out, 'tashkent-campus-siloed-detailed.requests.csv'), 'utf8').split('\n');
    const lengths = rows.flatMap((row) => {
      const [, service, arrivalS, input, output] = row.split(',');
      return service === 'code' ? [[Number(arrivalS), Number(input), Number(output)] as const] : [];
    });
    lengths.sort((a, b) => a[0] - b[0]);
    lengths.slice(0, 450).forEach(([, input, output], i) => {
      expect([input, output]).toEqual([1000 + (i % 200), 5 + ((i % 200) % 9)]);
    });
  });

  it('says what cannot be', async () => {
    const long = await simulate('--detailed', '--days', '2', '--most-requests', '1000000');
    const nothing = await simulate('--detailed', ...WINDOW, '--demand', `code=${path.join(dir, 'none.csv')}`);
    const recorded = await simulate('--detailed', '--recorded');
    const winter = await simulate('--detailed', '--dark-weather', '3');
    const route = await simulate('--detailed', '--route', 'nearest');
    const alone = await simulate('--route', 'random');
    const days = await simulate('--detailed', '--days', 'many');
    const two = await simulate('--detailed', '--days', '1', '--to', '2026-02-01');
    expect(long.err).toMatch(/\d+ requests come in this window, more than the 1000000 .* about .* of CPU/);
    expect(long.err).toContain('[JW_DETAIL_LONG]');
    expect(nothing.err).toContain('[JW_FILE_MISSING]');
    expect(recorded.err).toContain('no service names a recording');
    expect(winter.err).toContain('--dark-weather and --detailed do not go together');
    expect(route.err).toContain('there is no route "nearest"');
    expect(alone.err).toContain('--route is for --detailed');
    expect(days.err).toContain('"many" is not a number of days');
    expect(two.err).toContain('give either --to or --days');
    for (const { code } of [long, recorded, winter, route, alone, days, two]) expect(code).toBe(64);
  }, 120_000);
});
