import type { Versioned } from '../contract.ts';
import type { InferenceSpec } from './spec.ts';

/** Replicas that were switched on, or woken, together and do not serve yet. */
export interface Starting {
  readonly replicas: number;
  /** Until they serve, s. */
  readonly leftS: number;
}

/** What changes about a deployment: replicas that serve, sleep, boot and wake. Everything else is off. */
export interface InferenceState extends Versioned {
  readonly v: 2;
  readonly serving: number;
  readonly asleep: number;
  readonly booting: readonly Starting[];
  readonly waking: readonly Starting[];
}

/** How many replicas are to serve and to sleep; the others are to be off. */
export interface Wanted {
  readonly serving: number;
  readonly asleep: number;
}

/** A new deployment: all installed replicas are up. */
export function initial(spec: InferenceSpec): InferenceState {
  return { v: 2, serving: spec.racking.replicas, asleep: 0, booting: [], waking: [] };
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 0;

function startingOf(saved: unknown): Starting[] | undefined {
  if (!Array.isArray(saved)) return undefined;
  const groups: Starting[] = [];
  for (const group of saved as unknown[]) {
    if (typeof group !== 'object' || group === null || !('replicas' in group) || !('leftS' in group)) return undefined;
    const { replicas, leftS } = group;
    if (!isCount(replicas) || typeof leftS !== 'number' || !Number.isFinite(leftS) || leftS < 0) return undefined;
    groups.push({ replicas, leftS });
  }
  return groups;
}

/** Reads a saved state; undefined when it is none. Of the first version: nothing slept. */
export function revive(saved: unknown): InferenceState | undefined {
  if (typeof saved !== 'object' || saved === null || !('v' in saved)) return undefined;
  if ((saved.v !== 1 && saved.v !== 2) || !('serving' in saved) || !('booting' in saved)) return undefined;
  const booting = startingOf(saved.booting);
  const waking = saved.v === 1 ? [] : startingOf('waking' in saved ? saved.waking : undefined);
  const asleep = saved.v === 1 ? 0 : 'asleep' in saved ? saved.asleep : undefined;
  if (!isCount(saved.serving) || !isCount(asleep) || booting === undefined || waking === undefined) return undefined;
  return { v: 2, serving: saved.serving, asleep, booting, waking };
}

/** Replicas of groups that start. */
export function countOf(groups: readonly Starting[]): number {
  let sum = 0;
  for (const { replicas } of groups) sum += replicas;
  return sum;
}

/** Takes so many out of groups, the latest first; returns how many there were to take. */
function take(groups: Starting[], replicas: number): number {
  let left = replicas;
  while (left > 0 && groups.length > 0) {
    const last = groups.pop()!;
    const out = Math.min(last.replicas, left);
    left -= out;
    if (out < last.replicas) groups.push({ replicas: last.replicas - out, leftS: last.leftS });
  }
  return replicas - left;
}

/**
 * Brings the deployment to what is wanted. Too few serve: those asleep wake, others boot. Too many: they sleep where that is wanted
 * and are switched off elsewhere, what starts before what serves, the latest first.
 */
export function switchTo(state: InferenceState, wanted: Wanted, bootS: number, wakeS: number): InferenceState {
  const isAtRest = state.booting.length === 0 && state.waking.length === 0;
  if (isAtRest && state.serving === wanted.serving && state.asleep === wanted.asleep) return state;
  const booting = [...state.booting];
  const waking = [...state.waking];
  let { serving, asleep } = state;
  const short = wanted.serving - serving - countOf(waking);
  if (short > 0) {
    const woken = Math.min(asleep, short);
    if (woken > 0) waking.push({ replicas: woken, leftS: wakeS });
    asleep -= woken;
  } else {
    serving -= -short - take(waking, -short);
    asleep += Math.min(-short, Math.max(0, wanted.asleep - asleep));
  }
  const most = wanted.serving + wanted.asleep;
  let on = serving + asleep + countOf(waking) + countOf(booting);
  if (on > most) on -= take(booting, on - most);
  if (on > most) asleep -= on - most;
  else if (on < most) booting.push({ replicas: most - on, leftS: bootS });
  return { v: 2, serving, asleep, booting, waking };
}

/** The state after some time, and mean numbers of replicas meanwhile. */
export interface Passed {
  readonly state: InferenceState;
  readonly serving: number;
  readonly asleep: number;
  readonly booting: number;
  readonly waking: number;
}

/** Lets `dtS` seconds pass. What has booted serves where fewer than `most` do, and sleeps otherwise. */
export function pass(state: InferenceState, dtS: number, most = Number.POSITIVE_INFINITY): Passed {
  if (state.booting.length === 0 && state.waking.length === 0) {
    return { state, serving: state.serving, asleep: state.asleep, booting: 0, waking: 0 };
  }
  const end = { serving: state.serving, asleep: state.asleep };
  const mean = { ...end, booting: 0, waking: 0 };
  let room = most - state.serving - countOf(state.waking);
  const start = (groups: readonly Starting[], from: 'booting' | 'waking'): Starting[] => {
    const left: Starting[] = [];
    for (const group of groups) {
      const { replicas, leftS } = group;
      mean[from] += (replicas * Math.min(dtS, leftS)) / dtS;
      const serve = from === 'waking' ? replicas : Math.min(replicas, Math.max(0, room));
      if (from === 'booting') room -= serve;
      const part = Math.max(0, dtS - leftS) / dtS;
      mean.serving += serve * part;
      mean.asleep += (replicas - serve) * part;
      if (leftS > dtS) left.push({ replicas, leftS: leftS - dtS });
      else {
        end.serving += serve;
        end.asleep += replicas - serve;
      }
    }
    return left;
  };
  const waking = start(state.waking, 'waking');
  const booting = start(state.booting, 'booting');
  return { state: { v: 2, ...end, booting, waking }, ...mean };
}
