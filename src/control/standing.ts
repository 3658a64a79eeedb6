import type { View } from '../policy/policy.ts';
import type { LeverSetting } from '../site/lever.ts';
import type { Decision } from '../twin/decision.ts';
import type { RecentDemand } from './demandWatch.ts';
import type { LostReplicas } from './faults/deviceWatch.ts';

/** How a site stands: what a plan begins from. */
export interface Standing {
  readonly view: View;
  /** Replicas that were told to serve, by hall and deployment. */
  readonly ordered: Decision['replicas'] | undefined;
  /** Site time since when the grid is away, ms; undefined while it is there. */
  readonly gridLostMs: number | undefined;
  /** What the operator's levers ask. */
  readonly settings: readonly LeverSetting[];
  /** The most that has arrived of interactive services of late. */
  readonly demand: readonly RecentDemand[];
  /** Replicas that are gone. */
  readonly lost: readonly LostReplicas[];
}
