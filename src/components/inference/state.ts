import type { Versioned } from '../contract.ts';
import type { InferenceSpec } from './spec.ts';

/** Replicas that were switched on together and do not serve yet. */
export interface Booting {
  readonly replicas: number;
  /** Until they serve, s. */
  readonly leftS: number;
}

/** What changes about a deployment: replicas that serve, and those that boot. Everything else is off. */
export interface InferenceState extends Versioned {
  readonly v: 1;
  readonly serving: number;
  readonly booting: readonly Booting[];
}

/** A new deployment: all installed replicas are up. */
export function initial(spec: InferenceSpec): InferenceState {
  return { v: 1, serving: spec.racking.replicas, booting: [] };
}

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Reads a saved state; undefined when it is none. */
export function revive(saved: unknown): InferenceState | undefined {
  if (typeof saved !== 'object' || saved === null) return undefined;
  if (!('v' in saved) || saved.v !== 1 || !('serving' in saved) || !('booting' in saved)) return undefined;
  if (!isCount(saved.serving) || !Number.isInteger(saved.serving) || !Array.isArray(saved.booting)) return undefined;
  const booting: Booting[] = [];
  for (const group of saved.booting as unknown[]) {
    if (typeof group !== 'object' || group === null || !('replicas' in group) || !('leftS' in group)) return undefined;
    if (!isCount(group.replicas) || !Number.isInteger(group.replicas) || !isCount(group.leftS)) return undefined;
    booting.push({ replicas: group.replicas, leftS: group.leftS });
  }
  return { v: 1, serving: saved.serving, booting };
}

/** Brings the deployment to `target` replicas on: what boots is stopped before what serves, the latest first; new ones start to boot. */
export function switchTo(state: InferenceState, target: number, bootS: number): InferenceState {
  if (state.booting.length === 0 && state.serving === target) return state;
  const booting = [...state.booting];
  let on = state.serving + booting.reduce((sum, group) => sum + group.replicas, 0);
  while (on > target && booting.length > 0) {
    const last = booting.pop()!;
    const stop = Math.min(last.replicas, on - target);
    on -= stop;
    if (stop < last.replicas) booting.push({ replicas: last.replicas - stop, leftS: last.leftS });
  }
  const serving = Math.min(state.serving, target);
  if (target > on) booting.push({ replicas: target - on, leftS: bootS });
  return { v: 1, serving, booting };
}

/** Lets `dtS` seconds pass: the state after, and the mean number of replicas that served meanwhile. */
export function pass(state: InferenceState, dtS: number): { state: InferenceState; servingMean: number } {
  if (state.booting.length === 0) return { state, servingMean: state.serving };
  let servingMean = state.serving;
  let serving = state.serving;
  const booting: Booting[] = [];
  for (const group of state.booting) {
    servingMean += (group.replicas * Math.max(0, dtS - group.leftS)) / dtS;
    if (group.leftS <= dtS) serving += group.replicas;
    else booting.push({ replicas: group.replicas, leftS: group.leftS - dtS });
  }
  return { state: { v: 1, serving, booting }, servingMean };
}
