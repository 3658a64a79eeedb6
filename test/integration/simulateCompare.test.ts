import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { JOINT_PARTS } from '../../src/policy/joint/parameters.ts';
import { BUKHARA, command, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);

const PERIOD = ['--from', '2026-01-05', '--days', '3', '--step', '1h', '--policy', 'siloed,tuned-silos'];

interface Contender {
  readonly id: string;
  readonly corrected: Readonly<Record<string, number>>;
  readonly measured: Readonly<Record<string, number>>;
  readonly services: readonly { readonly id: string; readonly offered: number }[];
  readonly kpis: readonly { readonly id: string; readonly value: number | null }[];
}

interface Result {
  readonly contenders: readonly Contender[];
  readonly gains: readonly { readonly of: string; readonly saved: Readonly<Record<string, number>> }[];
}

interface Fall {
  readonly id: string;
  readonly from: { readonly value: number };
  readonly to: { readonly value: number };
  readonly parts: readonly { readonly part: string; readonly gain: number }[];
  readonly rest: number;
}

describe('simulate --compare', () => {
  it('sets policies side by side on the same demand: table, page, results, CSV', async () => {
    const out = path.join(dir, 'out');
    const ended = await command(['simulate', BUKHARA, '--compare', ...PERIOD, '--out', out]);
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/figure +siloed +tuned-silos +bound\n/);
    expect(ended.out).toMatch(/tuned-silos +siloed +-\d/);
    const read = (suffix: string) => readFileSync(path.join(out, `bukhara-compare.${suffix}`), 'utf8');
    const result = JSON.parse(read('json')) as Result;
    const [siloed, tuned] = result.contenders as [Contender, Contender];
    expect([siloed.id, tuned.id]).toEqual(['siloed', 'tuned-silos']);
    expect(tuned.services.map((s) => s.offered)).toEqual(siloed.services.map((s) => s.offered));
    expect(tuned.corrected['backlogEnd']).toBe(0);
    const perToken = (c: Contender) => c.kpis.find((k) => k.id === 'joulesPerToken')!.value!;
    expect(perToken(tuned)).toBeCloseTo(
      (3.6e6 * tuned.corrected['facilityKwh']!) / tuned.corrected['outputTokens']!,
      9,
    );
    expect(result.gains[0]!.saved['joulesPerToken']).toBeCloseTo(1 - perToken(tuned) / perToken(siloed), 9);
    const rows = read('csv').trimEnd().split('\n');
    expect(rows[0]).toBe('figure,unit,siloed,tuned-silos,bound');
    expect(
      Number(
        rows
          .find((r) => r.startsWith('"joules per token, facility"'))!
          .split(',')
          .at(-2),
      ),
    ).toBeCloseTo(perToken(tuned), 6);
    const html = read('html');
    expect(html).toContain('Against the baselines');
    expect(html).not.toMatch(/NaN|undefined/);
  });

  it('measures each part of joint by switching it off, and tells the rest by itself', async () => {
    const day = ['--from', '2026-01-05', '--days', '1', '--step', '1h', '--policy', 'tuned-silos,joint', '--json'];
    const ended = await command(['simulate', BUKHARA, '--compare', '--no-bound', ...day]);
    expect([ended.code, ended.err]).toEqual([0, '']);
    const { contenders, waterfalls } = JSON.parse(ended.out) as Result & { readonly waterfalls: readonly Fall[] };
    expect(contenders.map((c) => c.id)).toEqual(['tuned-silos', 'joint']);
    expect(waterfalls.map((w) => w.id)).toEqual(['energy', 'cost']);
    const [{ from, to, parts, rest }] = waterfalls as [Fall];
    expect(parts.map((p) => p.part)).toEqual(JOINT_PARTS.filter((part) => part !== 'chips'));
    expect(from.value - parts.reduce((sum, p) => sum + p.gain, 0) - rest).toBeCloseTo(to.value, 9);
    const perToken = (c: Contender) => c.kpis.find((k) => k.id === 'joulesPerToken')!.value!;
    expect([from.value, to.value]).toEqual(contenders.map(perToken));
  });

  it('gives the same on one thread as on two, and as a run of the policy alone', async () => {
    const json = async (more: readonly string[]) => {
      const ended = await command(['simulate', BUKHARA, ...PERIOD, '--json', ...more]);
      expect(ended.code).toBe(0);
      return JSON.parse(ended.out) as unknown;
    };
    const [one, two] = (await Promise.all([
      json(['--compare', '--jobs', '1']),
      json(['--compare', '--jobs', '2']),
    ])) as [Result, Result];
    expect(one.contenders.map((c) => c.measured)).toEqual(two.contenders.map((c) => c.measured));
    const alone = (await json([])) as readonly { readonly totals: Readonly<Record<string, number>> }[];
    expect(alone.map((run) => run.totals)).toEqual(one.contenders.map((c) => c.measured));
  });

  it('brings demand to a share of capacity, for all policies alike', async () => {
    const ended = await command(['simulate', BUKHARA, '--compare', ...PERIOD, '--demand-share', '30%', '--json']);
    expect(ended.code).toBe(0);
    const { contenders } = JSON.parse(ended.out) as Result;
    const offered = contenders.map((c) => c.services.map((s) => s.offered));
    expect(offered[0]).toEqual(offered[1]);
    const full = await command(['simulate', BUKHARA, '--compare', ...PERIOD, '--demand-share', '0.6', '--json']);
    const twice = (JSON.parse(full.out) as Result).contenders[0]!.services;
    twice.forEach((s, k) => {
      expect(s.offered / offered[0]![k]!).toBeCloseTo(2, 6);
    });
  });

  it('says what does not go together', async () => {
    for (const [more, reason] of [
      [['--weather-years', '3'], /--weather-years and --compare do not go together/],
      [['--detailed'], /--detailed and --compare do not go together/],
      [['--demand-share', '-3'], /--demand-share takes a share/],
      [['--policy', 'nobody'], /there is no policy "nobody"/],
    ] as const) {
      const ended = await command(['simulate', BUKHARA, '--compare', ...more]);
      expect(ended.code).toBe(64);
      expect(ended.err).toMatch(reason);
    }
  });
});
