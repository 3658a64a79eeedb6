import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BUKHARA, command, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);

const EVENT = '2025-01-14T18:00 3h -25% notice=30m';
const TASHKENT = BUKHARA.replace('bukhara', 'tashkent-campus');

interface Outcome {
  readonly quarters: readonly { readonly drawnKw: number; readonly limitKw: number; readonly reached: boolean }[];
  readonly baseline: { readonly kind: string; readonly counted: number; readonly days: readonly number[] };
  readonly interactiveHeld: boolean;
}

describe('simulate --event', () => {
  it('tells how the order was met: screen, page, results', async () => {
    const out = path.join(dir, 'out');
    const ended = await command(['simulate', TASHKENT, '--event', EVENT, '--policy', 'tuned-silos', '--out', out]);
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('Tue 14 Jan 2025, 18:00 to 21:00: 25 % below the baseline, announced at 17:30');
    expect(ended.out).toMatch(/\nmean .* 12 of 12 /);
    for (const what of ['interactive SLO', 'flexible share needed', 'flexible share there', 'batteries gave more'])
      expect(ended.out).toContain(what);
    const read = (suffix: string) => readFileSync(path.join(out, `tashkent-campus-tuned-silos.${suffix}`), 'utf8');
    const { events } = JSON.parse(read('json')) as { events: readonly Outcome[] };
    expect(events).toHaveLength(1);
    // Without a period it begins early enough for the ten weekdays of the baseline.
    expect(events[0]!.baseline).toMatchObject({ kind: 'days', counted: 10 });
    expect(events[0]!.quarters).toHaveLength(12);
    for (const q of events[0]!.quarters) expect(q.drawnKw).toBeLessThanOrEqual(q.limitKw + 1e-6);
    const html = read('html');
    expect(html).toContain('An order of the grid');
    expect(html).not.toMatch(/NaN|undefined/);
  });

  it('takes several, and those of the site file', async () => {
    const ended = await command([
      'simulate',
      TASHKENT,
      ...['--event', EVENT, '--event', '2025-01-15T08:00 90min -5kW', '--from', '2025-01-10', '--days', '6', '--json'],
    ]);
    const { events } = JSON.parse(ended.out) as { events: readonly Outcome[] };
    expect(events.map((e) => [e.quarters.length, e.baseline.counted])).toEqual([
      [12, 2],
      [6, 2],
    ]);
  });

  it('gives all policies the same order where they are compared', async () => {
    const folder = path.join(dir, 'compared');
    const words = ['--event', EVENT, '--compare', '--policy', 'siloed', '--policy', 'tuned-silos', '--policy', 'joint'];
    const period = ['--from', '2025-01-10', '--days', '6', '--step', '15m', '--no-bound', '--no-waterfall'];
    const ended = await command(['simulate', TASHKENT, ...words, ...period, '--out', folder]);
    expect(ended.err).toBe('');
    expect(ended.out).toContain('grid event Tue 14 Jan 2025, 18:00 to 21:00: 25 % below the baseline');
    const table = ended.out.slice(ended.out.indexOf('grid event'));
    for (const policy of ['siloed', 'tuned-silos', 'joint'])
      expect(table).toMatch(new RegExp(`\\n${policy} .* of 12 `));
    const { contenders } = JSON.parse(readFileSync(path.join(folder, 'tashkent-campus-compare.json'), 'utf8')) as {
      contenders: readonly { readonly id: string; readonly events: readonly Outcome[] }[];
    };
    expect(contenders.map(({ id }) => id)).toEqual(['siloed', 'tuned-silos', 'joint']);
    for (const { id, events } of contenders) {
      expect(events).toHaveLength(1);
      expect(events[0]!.quarters).toHaveLength(12);
      // Those who have storage and know of it keep what was asked
      if (id !== 'siloed')
        for (const q of events[0]!.quarters) expect(q.drawnKw).toBeLessThanOrEqual(1.001 * q.limitKw);
    }
    // The order is in the figures: the same as of a run by itself
    const alone = await command([
      'simulate',
      TASHKENT,
      '--event',
      EVENT,
      '--policy',
      'tuned-silos',
      ...period.slice(0, 6),
      '--json',
    ]);
    const { events } = JSON.parse(alone.out) as { events: readonly Outcome[] };
    expect(contenders[1]!.events[0]!.quarters).toEqual(events[0]!.quarters);
    const html = readFileSync(path.join(folder, 'tashkent-campus-compare.html'), 'utf8');
    expect(html).toContain('An order of the grid');
  }, 180_000);

  it.each([
    [['--event', '2025-01-14T18:00 3h'], 'JW_EVENT', 'is not a cut'],
    [['--event', EVENT, '--from', '2025-02-01', '--days', '3'], 'JW_EVENT', 'Feb 2025'],
    [['--event', EVENT, '--detailed'], 'JW_USAGE', '--event does not go with --detailed'],
    [['--event', EVENT, '--compare', '--from', '2025-02-01', '--days', '3'], 'JW_EVENT', 'Feb 2025'],
    [['--event', EVENT, '--weather-years', '3'], 'JW_USAGE', '--weather-years'],
  ])('says what is wrong with %j', async (words, code, part) => {
    const ended = await command(['simulate', TASHKENT, ...words]);
    expect(ended.code).toBe(64);
    expect(ended.err).toContain(code);
    expect(ended.err).toContain(part);
  });
});
