import type { Policy, PolicyName, Setting } from './policy.ts';
import { siloed } from './siloed.ts';
import { tunedSilos } from './tunedSilos.ts';

/** Makes a policy by its name. */
export const POLICIES: Readonly<Record<PolicyName, (setting: Setting) => Policy>> = {
  siloed,
  'tuned-silos': tunedSilos,
};
