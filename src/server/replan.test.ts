import { beforeAll, describe, expect, it } from 'vitest';
import { highs } from '../balance/highs.ts';
import type { SegmentAhead } from '../policy/lookahead/index.ts';
import { HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { loadSite } from '../site/load.ts';
import { Planning } from './planning.ts';
import { replanned } from './testing/replanned.ts';

const site = loadSite(new URL('../../sites/bukhara.yaml', import.meta.url).pathname);
/** 20:00 at the site. */
const START = Date.UTC(2026, 2, 2, 15);
const SOON_MS = MINUTE_MS;

describe('a running site is planned anew', () => {
  let planning: Planning;
  beforeAll(async () => {
    planning = new Planning(site, await highs());
  });

  function started() {
    const running = replanned(site, planning, START);
    running.run(6 * MINUTE_MS);
    const { live, made } = running;
    /** Plans since an instant that were made for a reason of their own. */
    const since = (ms: number) => made.filter(({ atMs, why }) => atMs > ms && why !== 'time for a new plan');
    const segments = (): readonly SegmentAhead[] => live.loop.plan!.ahead!.segments;
    const hour = () => segments().filter(({ endMs }) => endMs <= live.loop.siteMs + HOUR_MS - 5 * MINUTE_MS);
    /** Requests/s of chat that a segment is planned for, served or not. */
    const chat = ({ services }: SegmentAhead): number => {
      const { servedPerS, givenUpPerS } = services.find(({ service }) => service === 'chat')!;
      return servedPerS + givenUpPerS;
    };
    return { ...running, since, segments, hour, chat };
  }

  it('within a minute of a jump of demand, once, and follows the plan that knows of it', () => {
    const { live, run, demand, since, segments, hour, chat, events } = started();
    const before = live.loop.plan!.ahead!.bands.find(({ series }) => series === 'requests of chat')!.middle[0]!;
    const jumpMs = live.loop.siteMs;
    demand.set('chat', 2);
    run(SOON_MS);
    expect(since(jumpMs).map(({ why }) => why.replace(/ to .*/, ''))).toEqual(['demand of chat has jumped']);
    expect(events.some(({ text }) => text.startsWith('demand of chat has jumped'))).toBe(true);
    for (const segment of hour()) {
      expect(chat(segment)).toBeGreaterThan(1.7 * before);
      // As soon as the replicas for it have booted, all of it is served
      if (segment.startMs > jumpMs + 15 * MINUTE_MS) expect(segment.services[0]!.givenUpPerS).toBe(0);
    }
    run(50 * MINUTE_MS);
    expect(since(jumpMs)).toHaveLength(1);
    expect(live.loop.faults).toEqual([]);
    expect(live.loop.follows).toBe(true);
    expect(chat(segments()[0]!)).toBeGreaterThan(1.7 * before);
    demand.delete('chat');
    run(25 * MINUTE_MS);
    expect(since(jumpMs)).toHaveLength(1);
    expect(chat(segments()[0]!)).toBeLessThan(1.6 * before);
  }, 120_000);

  it('is not kept busy by demand that swings, nor by what forecasts stray by', () => {
    const { live, run, demand, since } = started();
    const swingMs = live.loop.siteMs;
    for (let k = 0; k < 10; k++) {
      demand.set('chat', k % 2 === 0 ? 2 : 1);
      run(2 * MINUTE_MS);
    }
    expect(since(swingMs)).toHaveLength(1);
    demand.set('chat', 1.15);
    run(16 * MINUTE_MS);
    const strayMs = live.loop.siteMs;
    run(20 * MINUTE_MS);
    expect(since(strayMs)).toEqual([]);
  }, 120_000);

  it('when the grid goes and when it comes back', () => {
    const { live, run, breaks, since, hour, events } = started();
    const bought = () => hour().map(({ grids }) => grids.reduce((sum, { powerKw }) => sum + Math.max(0, powerKw), 0));
    const outMs = live.loop.siteMs;
    const grids = live.plant.dispatch.filter(({ role }) => role === 'slack').map(({ id }) => id);
    for (const id of grids) breaks.silent.add(id);
    run(SOON_MS);
    expect(since(outMs).map(({ why }) => why)).toEqual(['the grid has failed: the site runs as an island']);
    for (const kw of bought()) expect(kw).toBe(0);
    expect(live.loop.follows).toBe(true);
    for (const id of grids) breaks.silent.delete(id);
    run(SOON_MS);
    expect(since(outMs).map(({ why }) => why)).toEqual([expect.anything(), 'the grid is back']);
    expect(events[0]!.text).toBeDefined();
    expect(live.loop.follows).toBe(true);
  }, 60_000);

  it('when an engine is lost, with what is left, and when it is back; meanwhile the rules go on alone', () => {
    const { live, run, breaks, since, hour } = started();
    const lostMs = live.loop.siteMs;
    const most = () =>
      Math.max(...hour().map((s) => s.deployments.find(({ deployment }) => deployment === 'chat-70b')!.replicas));
    expect(most()).toBeGreaterThan(2);
    const { installed } = live.plant.halls.flatMap(({ it }) => it).find(({ id }) => id === 'chat-70b')!;
    breaks.gone.set('chat-70b', installed - 1);
    run(SOON_MS);
    const [lost] = since(lostMs);
    expect(lost!.why).toMatch(/replicas of chat-70b are gone$/);
    expect(live.loop.follows).toBe(false);
    // The engine is not counted on before somebody has brought it back
    const { replicas } = live.standing!.standing.lost[0]!;
    expect(replicas).toBeGreaterThan(1);
    expect(most()).toBeLessThanOrEqual(installed - replicas);
    breaks.gone.delete('chat-70b');
    run(10 * MINUTE_MS);
    expect(since(lostMs).at(-1)!.why).toMatch(/^over: .*chat-70b/);
    expect(live.standing!.standing.lost).toEqual([]);
    expect(live.loop.follows).toBe(true);
    expect(most()).toBeGreaterThan(2);
  }, 60_000);

  it('when an operator pulls a lever, and when an order of the grid arrives', () => {
    const { live, run, pull, since, hour } = started();
    run(HOUR_MS + 5 * MINUTE_MS);
    const atMs = live.loop.siteMs;
    pull({ lever: 'hold-battery', unit: null, for_s: 3600 });
    run(SOON_MS);
    expect(since(atMs)).toHaveLength(1);
    for (const { batteries } of hour()) expect(batteries.every(({ powerKw }) => powerKw === 0)).toBe(true);
    const startMs = live.loop.siteMs + HOUR_MS;
    live.desk.announce({ startMs, endMs: startMs + HOUR_MS, announcedMs: live.loop.siteMs, cut: { powerKw: 1e6 } });
    run(SOON_MS);
    expect(since(atMs).at(-1)!.why).toBe('orders of the grid have changed');
    expect(live.standing!.standing.view.limits).toHaveLength(1);
    expect(since(atMs)).toHaveLength(2);
  }, 60_000);

  it('for an event that is announced, when it is given notice of and not before', () => {
    const { live, run, pull, since, segments } = started();
    run(HOUR_MS);
    const atMs = live.loop.siteMs;
    const startMs = Math.ceil((atMs + 30 * MINUTE_MS) / (15 * MINUTE_MS)) * 15 * MINUTE_MS;
    const inEvent = () => segments().filter((s) => s.startMs >= startMs && s.endMs <= startMs + HOUR_MS);
    const bought = () =>
      Math.max(...inEvent().map(({ grids }) => grids.reduce((sum, { powerKw }) => sum + powerKw, 0)));
    pull({ lever: 'hold-battery', unit: null, for_s: 7200 });
    run(MINUTE_MS);
    const before = bought();
    expect(before).toBeGreaterThan(100);
    const start = new Date(startMs).toISOString();
    const event = { lever: 'event', import_max_kw: before / 2, start, for_s: 3600 } as const;
    const noticeS = 1200;
    pull({ ...event, notice_s: noticeS });
    run(MINUTE_MS);
    expect(bought()).toBeGreaterThan(0.9 * before);
    expect(live.loop.limits).toEqual([]);
    run(startMs - 1000 * noticeS - live.loop.siteMs - MINUTE_MS / 2);
    expect(bought()).toBeGreaterThan(0.9 * before);
    run(MINUTE_MS);
    expect(since(atMs).at(-1)!.why).toBe('orders of the grid have changed');
    expect(bought()).toBeLessThan(0.5 * before + 1e-3);
    expect(live.loop.bounds.mostImportKw).toBeGreaterThan(before);
    run(startMs - live.loop.siteMs + MINUTE_MS);
    expect(live.loop.bounds.mostImportKw).toBe(before / 2);
    const importKw = live.tick({ up: true, requests: 0, tokens: 0, joules: 0 })!.snapshot.flows.gridKw;
    expect(importKw).toBeLessThan(before / 2 + 1e-3);
  }, 120_000);
});
