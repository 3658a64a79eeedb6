import { beforeAll, describe, expect, it } from 'vitest';
import { highs } from '../balance/highs.ts';
import type { FaultKind } from '../control/faults/fault.ts';
import { HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import { loadSite } from '../site/load.ts';
import { Planning } from './planning.ts';
import { replanned } from './testing/replanned.ts';

const site = loadSite(new URL('../../sites/bukhara.yaml', import.meta.url).pathname);
/** 20:00 at the site: what is drawn follows the requests, since no sun is left to spend on batch work. */
const START = Date.UTC(2026, 2, 2, 15);
const GATEWAY = { up: true, requests: 0, tokens: 0, joules: 0 };

type Running = ReturnType<typeof replanned>;

interface Injected {
  readonly what: string;
  readonly kind: FaultKind;
  readonly inject: (running: Running) => void;
  readonly mend: (running: Running) => void;
  /** What the control room says. */
  readonly says: RegExp;
  /** By when it is told, and by when control is back once it is mended. */
  readonly toldMs: number;
  readonly backMs: number;
}

const mended = () => undefined;
const solver = (how: Running['world']['solver']) => (running: Running) => {
  running.world.solver = how;
};
const lie = (id: string, how: 'stuck' | 'huge' | 'no number'): Pick<Injected, 'inject' | 'mend'> => ({
  inject: ({ breaks }) => breaks.lies.set(id, how),
  mend: ({ breaks }) => breaks.lies.delete(id),
});

const FAULTS: readonly Injected[] = [
  {
    what: 'a solver that is late',
    kind: 'solver',
    inject: solver('late'),
    mend: solver('well'),
    says: /^the solver is late: asked \d+ s ago$/,
    toldMs: 7 * MINUTE_MS,
    backMs: 6 * MINUTE_MS,
  },
  {
    what: 'a solver that finds no plan',
    kind: 'solver',
    inject: solver('infeasible'),
    mend: solver('well'),
    says: /^the solver has no plan \(the look ahead is infeasible\)$/,
    toldMs: 6 * MINUTE_MS,
    backMs: 6 * MINUTE_MS,
  },
  {
    what: 'a solver that is dead',
    kind: 'solver',
    inject: solver('dead'),
    mend: solver('well'),
    says: /^the solver is gone \(exit 1\)$/,
    toldMs: 6 * MINUTE_MS,
    backMs: 6 * MINUTE_MS,
  },
  {
    what: 'a forecast that is wrong',
    kind: 'forecast',
    inject: ({ demand }) => demand.set('chat', 0),
    mend: ({ demand }) => demand.delete('chat'),
    says: /^the forecast of requests of chat is wrong: .* were expected, 0 requests\/s is measured$/,
    toldMs: HOUR_MS,
    backMs: HOUR_MS,
  },
  {
    what: 'a clock that jumps',
    kind: 'clock',
    inject: ({ world }) => {
      world.clockMs += 3 * HOUR_MS;
    },
    mend: mended,
    says: /^the clock has jumped 3 h forwards$/,
    toldMs: MINUTE_MS / 4,
    backMs: 7 * MINUTE_MS,
  },
  {
    what: 'a meter that says what is not possible',
    kind: 'meter',
    ...lie('grid power', 'huge'),
    says: /^the power meter of grid says \d+ kW, which is not possible$/,
    toldMs: MINUTE_MS,
    backMs: 7 * MINUTE_MS,
  },
  {
    what: 'a meter that gives no number',
    kind: 'meter',
    ...lie('bess charge', 'no number'),
    says: /bess.* no number$/,
    toldMs: MINUTE_MS,
    backMs: 7 * MINUTE_MS,
  },
  {
    what: 'a meter that stands still',
    kind: 'meter',
    // It disagrees with the others once what it meters has moved
    inject: ({ breaks, run, pull }) => {
      breaks.lies.set('hall-1 feeder', 'stuck');
      run(15_000);
      pull({ lever: 'drain', deployment: 'chat-70b', for_s: 86_400 });
    },
    mend: ({ breaks }) => breaks.lies.delete('hall-1 feeder'),
    says: /^the power meter of the feeder of hall-1 .* and the other meters say/,
    toldMs: 3 * MINUTE_MS,
    backMs: 10 * MINUTE_MS,
  },
  {
    what: 'an engine that is gone',
    kind: 'engine',
    inject: ({ breaks, live }) => {
      const unit = live.plant.halls.flatMap(({ it }) => it).find(({ id }) => id === 'chat-70b');
      breaks.gone.set('chat-70b', unit!.installed - 1);
    },
    mend: ({ breaks }) => breaks.gone.delete('chat-70b'),
    says: /^\d+ of \d+ replicas of chat-70b are gone$/,
    toldMs: MINUTE_MS,
    backMs: 15 * MINUTE_MS,
  },
  {
    what: 'an inverter that is silent',
    kind: 'inverter',
    inject: ({ breaks }) => breaks.silent.add('pv'),
    mend: ({ breaks }) => breaks.silent.delete('pv'),
    says: /^pv does not answer; its own default holds$/,
    toldMs: MINUTE_MS,
    backMs: 7 * MINUTE_MS,
  },
];

describe('with each fault the rules go on alone, the control room says so, and control returns by itself:', () => {
  let planning: Planning;
  beforeAll(async () => {
    planning = new Planning(site, await highs());
  });

  it.each(FAULTS)('$what', ({ kind, inject, mend, says, toldMs, backMs }) => {
    const running = replanned(site, planning, START);
    const { live, run, events } = running;
    const room = () => live.tick(GATEWAY)!.snapshot.control;
    /** Time until something is so; Infinity where it does not come to be. */
    const until = (is: () => boolean, mostMs: number): number => {
      for (let ms = 0; ms <= mostMs; ms += 15_000) {
        if (is()) return ms;
        run(15_000);
      }
      return Number.POSITIVE_INFINITY;
    };
    run(11 * MINUTE_MS);
    expect(room()).toMatchObject({ decides: 'plan', faults: [] });
    inject(running);
    const isTold = () => room().faults.some((fault) => fault.kind === kind && says.test(fault.text));
    expect(until(isTold, toldMs)).toBeLessThanOrEqual(toldMs);
    expect(room().decides).toBe('rules');
    expect(events.some((event) => event.text.endsWith('the fast rules go on alone'))).toBe(true);
    const { shortKw } = live.tick(GATEWAY)!.snapshot.flows;
    expect(shortKw).toBe(0);
    mend(running);
    expect(until(() => room().decides === 'plan', backMs)).toBeLessThanOrEqual(backMs);
    expect(room().faults).toEqual([]);
    expect(events.some((event) => /^over: .*: plans are followed again$/.test(event.text))).toBe(true);
  });
});
