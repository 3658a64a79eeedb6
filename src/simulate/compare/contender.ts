import type { JointPart } from '../../policy/joint/parameters.ts';
import type { PolicyName } from '../../policy/policy.ts';

/** Who is compared: a policy, whole or with parts of it switched off. */
export interface Contender {
  /** Its policy's name, with `-part` for each part that is off. */
  readonly id: string;
  readonly policy: PolicyName;
  /** Parts that are decided as `tuned-silos` decides them. */
  readonly without: readonly JointPart[];
  /** Share of each service's requests that may miss a target, 0..1, by id; what the policy promises where it is left out. */
  readonly missed?: Readonly<Record<string, number>>;
}

/** A policy as it is. */
export function whole(policy: PolicyName): Contender {
  return { id: policy, policy, without: [] };
}

/** A policy with one part switched off. */
export function lacking(policy: PolicyName, part: JointPart): Contender {
  return { id: `${policy} -${part}`, policy, without: [part] };
}

/** The id of a policy that serves as another does. */
export function servingAs(policy: PolicyName, as: PolicyName): string {
  return `${policy} (as ${as})`;
}
