import { foresight, joint } from './joint/joint.ts';
import type { Policy, PolicyName, Setting } from './policy.ts';
import { siloed } from './siloed.ts';
import { tunedSilos } from './tunedSilos.ts';

/** Makes a policy by its name. */
export const POLICIES: Readonly<Record<PolicyName, (setting: Setting) => Policy>> = {
  siloed,
  'tuned-silos': tunedSilos,
  joint: (setting) => joint(setting),
  foresight,
};

/** Policies that look ahead: they need a solver and what stands around the plant. */
export function looksAhead(policy: PolicyName): boolean {
  return policy === 'joint' || policy === 'foresight';
}
