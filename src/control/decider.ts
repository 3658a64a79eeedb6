import { POLICIES } from '../policy/index.ts';
import type { Policy } from '../policy/policy.ts';
import type { Decision } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';
import type { ControlPlan } from './contract.ts';
import type { Follower } from './follow.ts';

/** The fast rules that go on when no plan may be followed: those of the plainest policy, with everything awake. */
const RULES = 'siloed';

/**
 * Who decides the steps.
 *
 * @param plan to be followed; undefined = the fast rules decide alone
 * @param follower who follows plans that look ahead; without one they are not followed
 * @param plain what the plant does when nobody decides: what is awake without a plan
 * @param saved memory of the one before
 */
export function deciderOf(
  plan: ControlPlan | undefined,
  follower: Follower | undefined,
  plant: Plant,
  plain: Decision,
  saved: unknown,
): Policy {
  if (plan?.ahead !== undefined && plan.sized === undefined && follower !== undefined) {
    return follower.policy(plan.ahead, saved);
  }
  const policy = plan?.sized === undefined ? RULES : plan.policy;
  return POLICIES[policy]({ plant, demand: [], sized: plan?.sized ?? plain, saved });
}
