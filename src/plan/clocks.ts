import { type ClockAndCap, clockIn, type Horizon } from '../components/model.ts';
import type { Dispatch } from './dispatch.ts';

/** Replicas of a deployment that a dispatch has at one clock and cap, by base step. */
export interface AtClock {
  readonly knobs: ClockAndCap;
  readonly replicas: Float64Array;
}

/** Set points of a deployment in a step that may do; clock and cap are its own where left out. */
export interface Choice {
  readonly knobs?: ClockAndCap;
  readonly replicas: number;
}

/** Clocks and caps that a dispatch chooses among for a deployment, the slowest first; [] where the site file names none. */
export function clocksAtWork(dispatch: Dispatch, deployment: string): readonly AtClock[] {
  const list = new Map<string, AtClock>();
  for (const { name, unit, values } of dispatch.columns.values()) {
    const knobs = clockIn(name);
    if (knobs === undefined || unit !== 'replicas' || !name.startsWith(`${deployment} `)) continue;
    const key = `${knobs.clock} ${knobs.capW}`;
    const held = list.get(key) ?? { knobs, replicas: new Float64Array(values.length) };
    list.set(key, held);
    for (let i = 0; i < values.length; i++) held.replicas[i]! += values[i]!;
  }
  return [...list.values()].sort((a, b) => a.knobs.clock - b.knobs.clock || a.knobs.capW - b.knobs.capW);
}

/**
 * What may be tried in a step, in order: the clock that most of the plan's replicas have, then each faster one with as many fewer
 * replicas as it is faster.
 *
 * @param planned replicas at work, whole or not
 * @param most replicas that are bought
 */
export function choicesAt(clocks: readonly AtClock[], i: number, planned: number, most: number): readonly Choice[] {
  const whole = (replicas: number): number => Math.min(most, Math.ceil(replicas - 1e-6));
  if (clocks.length === 0) return [{ replicas: whole(planned) }];
  let place = 0;
  clocks.forEach(({ replicas }, c) => {
    if (replicas[i]! > clocks[place]!.replicas[i]!) place = c;
  });
  return clocks.slice(place).map(({ knobs }) => ({
    knobs,
    replicas: whole(clocks.reduce((sum, of) => sum + of.replicas[i]! * Math.min(1, of.knobs.clock / knobs.clock), 0)),
  }));
}

/** How long the replicas of a deployment run at a clock and cap. */
export interface ClockShare {
  readonly deployment: string;
  readonly knobs: ClockAndCap;
  /** Of its replica-hours at work. */
  readonly share: number;
}

/** Share of its replica-hours from which one clock stands for all of a deployment. */
const NEARLY_ALL = 0.99;

/** What set points say of the clocks of the deployments that may choose, the longest first. */
export function clockShares(horizon: Horizon, deployments: readonly string[]): readonly ClockShare[] {
  return deployments.flatMap((deployment) => {
    const { knobs, replicas } = horizon.operated?.(deployment) ?? {};
    if (knobs === undefined || replicas === undefined) return [];
    const sums = new Map<string, { readonly knobs: ClockAndCap; hours: number }>();
    let all = 0;
    knobs.forEach((at, i) => {
      const key = `${at.clock} ${at.capW}`;
      const held = sums.get(key) ?? { knobs: at, hours: 0 };
      sums.set(key, held);
      held.hours += replicas[i]!;
      all += replicas[i]!;
    });
    return [...sums.values()]
      .filter(({ hours }) => hours > 0)
      .map(({ knobs: at, hours }) => ({ deployment, knobs: at, share: hours / all }))
      .sort((a, b) => b.share - a.share);
  });
}

/** The clock of deployments that run at one nearly always, for their design. */
export function steadyClocks(shares: readonly ClockShare[]): ReadonlyMap<string, ClockAndCap> {
  return new Map(shares.filter((s) => s.share >= NEARLY_ALL).map((s) => [s.deployment, s.knobs]));
}
