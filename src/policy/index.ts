import { foresight, joint } from './joint/joint.ts';
import type { JointPart } from './joint/parameters.ts';
import type { Policy, PolicyName, Setting } from './policy.ts';
import { siloed } from './siloed.ts';
import { tunedSilos } from './tunedSilos.ts';

/** Makes a policy by its name. */
export const POLICIES: Readonly<Record<PolicyName, (setting: Setting) => Policy>> = {
  siloed,
  'tuned-silos': tunedSilos,
  joint: (setting) => joint(setting),
  foresight: (setting) => foresight(setting),
};

/** Makes a policy that leaves parts to the tuned silos; the silos themselves have none to leave. */
export function makePolicy(name: PolicyName, setting: Setting, without: readonly JointPart[]): Policy {
  if (name === 'joint') return joint(setting, without);
  return name === 'foresight' ? foresight(setting, without) : POLICIES[name](setting);
}

/** Policies that look ahead: they need a solver and what stands around the plant. */
export function looksAhead(policy: PolicyName): boolean {
  return policy === 'joint' || policy === 'foresight';
}
