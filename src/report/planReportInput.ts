import type { Alternative } from '../plan/alternative.ts';
import type { RuleReading } from '../plan/compliance.ts';
import type { Plan } from '../plan/plan.ts';
import type { PlanProof } from '../plan/proof.ts';
import type { ScenarioOutcome } from '../plan/scenario.ts';
import type { Tornado } from '../plan/sensitivity.ts';
import type { Explained } from '../site/explain.ts';
import type { Manifest } from './manifest.ts';

/** Alternatives that were asked for, and what came of each that could be asked. */
export interface PlannedAlternatives {
  readonly list: readonly Alternative[];
  readonly outcomes: readonly ScenarioOutcome[];
}

/** What was asked about a plan beside the plan; what was not asked is left out. */
export interface PlanQuestions {
  /** What was looked at after the sizing. */
  readonly proof?: PlanProof;
  readonly alternatives?: PlannedAlternatives;
  readonly tornado?: Tornado;
  /** Duties of the site in every reading. */
  readonly compliance?: readonly RuleReading[];
}

/** All that the report of a plan says. */
export interface PlanReport extends PlanQuestions {
  readonly plan: Plan;
  /** Weather years that it is made for. */
  readonly years: readonly string[];
  /** Every key of the site file and every default, with where it comes from. */
  readonly explained: readonly Explained[];
  readonly manifest: Manifest;
  readonly warnings: readonly string[];
}
