import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { checkModel } from '../../balance/check.ts';
import { SolverPool } from '../../balance/pool.ts';
import { checkText } from '../../site/load.ts';
import { LookAhead } from './lookAhead.ts';
import type { LookedAhead } from './looking.ts';
import { readOut } from './readOut.ts';
import { aheadSite } from './site.ts';
import { byHour, mildOutlook, NOON } from './testing/small.ts';

const pool = new SolverPool(1);
afterAll(() => pool.close());

const SITES = fileURLToPath(new URL('../../../sites', import.meta.url));
/** Idle 91 W each, of which a fifth asleep. */
const SLEEP = '{ power: 18 W, wake_time: 36 s, wake_power: 300 W }';

/** The AI zone with replicas that take two hours to boot, and sleep as said. */
function zone(sleep?: string) {
  const text = readFileSync(`${SITES}/nukus-ai-zone.yaml`, 'utf8');
  const says = `$&\n    boot_time: 2 h${sleep === undefined ? '' : `\n    sleep: ${sleep}`}`;
  const { site } = checkText(text.replace(/^ {4}replicas: \d+$/gm, says), SITES);
  if (site === undefined) throw new Error('the zone is broken');
  return site;
}

/** Chat at 1,000 requests/s with a lull of an hour from the third hour on. */
async function looked(sleep: string | undefined, awake: { serving: number; asleep?: number }) {
  const site = zone(sleep);
  const arrivals = Object.fromEntries(
    site.services.map((s) => [
      s.profile.id,
      byHour((hour) => (s.profile.id !== 'chat' ? 0 : hour >= 3 && hour < 4 ? 200 : 1000)),
    ]),
  );
  const start = { awake: new Map([['chat-235b', { ...awake, booting: [] }]]) };
  const ahead = await new LookAhead(aheadSite(site), pool).look(mildOutlook(NOON, arrivals), start);
  // Of the services that nobody asks for there is nothing to say.
  expect(checkModel(ahead.model).filter(({ kind }) => kind !== 'unused')).toEqual([]);
  const terms = site.units.flatMap((u) => (u.role === 'it' && u.id === 'chat-235b' ? [u.sleep] : []))[0];
  return { ahead, terms, segments: readOut(ahead, aheadSite(site), 'USD') };
}

/** A column of every segment by its name; undefined where there is none. */
function column({ model, solved }: LookedAhead, name: string): number[] | undefined {
  const group = model.columnGroups.find((g) => g.name === `chat-235b ${name}`);
  return group && Array.from(model.hours, (_, k) => solved.values[group.first + k]!);
}
const sum = (values: readonly number[] | undefined): number => (values ?? []).reduce((all, v) => all + v, 0);

describe('replicas that sleep in a look ahead', () => {
  it('sleep through a lull that a boot would cost more than, and wake after it with its time and energy', async () => {
    const { ahead, terms, segments } = await looked(SLEEP, { serving: 400 });
    const { hours } = ahead.model;
    let hour = 0;
    const inLull = Array.from(hours, (h) => {
      hour += h;
      return hour > 3 + 1e-9 && hour <= 4 + 1e-9;
    });
    const asleep = column(ahead, 'asleep')!;
    const needed = segments[0]!.deployments.find((d) => d.deployment === 'chat-235b')!.levels[0]!.replicas;
    asleep.forEach((count, k) => {
      // Four fifths of the demand pause.
      if (inLull[k]) expect(count / needed).toBeCloseTo(0.8, 1);
    });
    // A hundredth of the hour in which they wake goes to waking: so many more have to be there.
    expect(sum(column(ahead, 'woken'))).toBeCloseTo(0.01 * sum(column(ahead, 'woken from sleep')), 6);
    expect(sum(column(ahead, 'woken from sleep')) / needed).toBeCloseTo(0.8, 1);
    const lull = segments.findIndex((_, k) => inLull[k]);
    const told = segments[lull]!.deployments.find((d) => d.deployment === 'chat-235b')!;
    expect(told.asleep).toBeCloseTo(asleep[lull]!, 9);
    expect(told.levels.every(({ level }) => !level.startsWith('asleep'))).toBe(true);
    // Each draws its power asleep, and the energy of a hundredth of an hour of loading when it is woken.
    const { asleepKw, wakeKw } = terms!;
    const kwhOf = (name: string, k: number): number => {
      const group = ahead.model.columnGroups.find((g) => g.name === `chat-235b ${name}`)!;
      const counted = ahead.model.accounts.get('energyKwh')!;
      return counted.find(({ column: at }) => at(k) === group.first + k)!.amount[k]!;
    };
    for (const k of [0, lull]) {
      expect(kwhOf('asleep', k)).toBeCloseTo(asleepKw * hours[k]!, 9);
      expect(kwhOf('woken from sleep', k)).toBeCloseTo(wakeKw * 0.01, 9);
    }
  });

  it('are up without a boot, and have to be woken', async () => {
    const all = await looked(SLEEP, { serving: 400 });
    const needed = all.segments[0]!.deployments.find((d) => d.deployment === 'chat-235b')!.levels[0]!.replicas;
    const rested = await looked(SLEEP, { serving: 10, asleep: 390 });
    expect(sum(column(rested.ahead, 'woken'))).toBeLessThan(0.02 * needed);
    // Of the first five minutes 36 s go to waking.
    expect(column(rested.ahead, 'woken from sleep')![0]).toBeCloseTo((needed - 10) / (1 - 36 / 300), 4);
    const off = await looked(SLEEP, { serving: 10 });
    expect(sum(column(off.ahead, 'woken'))).toBeGreaterThan(needed / 2);
    expect(rested.ahead.solved.objective).toBeLessThan(off.ahead.solved.objective);
  });

  it('are no columns where sleeping saves nothing, or nobody says how', async () => {
    const sizes = [];
    for (const sleep of [undefined, '{}', '{ power: 18 W, wake_time: 3 h }']) {
      const { ahead } = await looked(sleep, { serving: 400 });
      expect(column(ahead, 'asleep')).toBeUndefined();
      expect(ahead.model.rowGroups.some(({ tag }) => tag === 'I7')).toBe(false);
      sizes.push(ahead.model.cost.length);
    }
    expect(new Set(sizes).size).toBe(1);
  });
});
