import { POLICIES } from '../policy/index.ts';
import type { Policy, PolicyName } from '../policy/policy.ts';
import type { Decision } from '../twin/decision.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import type { ControlPlan, PlantPort } from './contract.ts';
import { type Bounds, withinEnvelope } from './envelope.ts';
import { plainDecision } from './plain.ts';

/** Something worth telling the operator. */
export interface LoopEvent {
  readonly siteMs: number;
  readonly text: string;
}

export interface LoopOptions {
  readonly plant: Plant;
  readonly port: PlantPort;
  readonly policy: PolicyName;
  /** `control` acts; `advise` and `shadow` decide all the same, but the plant runs on its plain default. */
  readonly mode: 'advise' | 'shadow' | 'control';
  readonly bounds: Bounds;
  /** Called with every step of the plant, before the next one overwrites the record. */
  readonly onStep: (record: StepRecord) => void;
  readonly onEvent: (event: LoopEvent) => void;
  /** Memory of the fast rules from an earlier run. */
  readonly savedPolicy?: unknown;
}

/** Longest step that the plant is asked to take at once; accelerated time is cut into such steps. */
const MOST_STEP_MS = 900_000;

/**
 * The fast loop: every second it looks at the plant, applies the plan in force with the policy's fast rules, keeps the result
 * within the safety envelope and lets the plant act. It needs neither the solver nor the gateway: without a valid plan all
 * installed replicas stay awake and the fast rules go on alone.
 */
export class ControlLoop {
  readonly #options: LoopOptions;
  #policy: Policy;
  #plan: ControlPlan | undefined;
  #siteMs: number;
  #last: StepRecord | undefined;
  #up: boolean | undefined;
  #complaint = '';
  readonly #plain: Decision;

  /** @param startMs site time at which the plant's state was valid */
  constructor(options: LoopOptions, startMs: number) {
    this.#options = options;
    this.#siteMs = startMs;
    this.#plain = plainDecision(options.plant);
    this.#policy = this.#make(options.savedPolicy);
  }

  #make(saved: unknown): Policy {
    const { plant, policy } = this.#options;
    const sized = this.#plan?.sized ?? this.#plain;
    return POLICIES[policy]({ plant, demand: [], sized, saved });
  }

  /** Takes a plan of the slow loop; an older one than that in force is ignored. */
  adopt(plan: ControlPlan): void {
    if (this.#plan !== undefined && plan.seq <= this.#plan.seq) return;
    const saved = this.#policy.save();
    const news = plan.reason !== this.#plan?.reason;
    this.#plan = plan;
    this.#policy = this.#make(saved);
    if (news) this.#options.onEvent({ siteMs: this.#siteMs, text: plan.reason });
  }

  /** Brings the plant to `siteMs`. Returns the last step, or undefined when no time has passed. */
  tick(siteMs: number, extraPerS: ArrayLike<number>): StepRecord | undefined {
    while (siteMs - this.#siteMs >= 1) {
      const stepMs = Math.min(MOST_STEP_MS, siteMs - this.#siteMs);
      this.#expire();
      const outlook = this.#options.port.look(this.#siteMs, stepMs / 3_600_000);
      const decided = this.#policy.decide({ ...outlook, last: this.#last });
      const { decision, changed } = withinEnvelope(decided, this.#options.plant, this.#options.bounds);
      this.#tell(changed, decided.reason);
      this.#last = this.#options.port.advance(this.#options.mode === 'control' ? decision : this.#plain, extraPerS);
      this.#siteMs += stepMs;
      this.#options.onStep(this.#last);
      this.#watch(this.#last);
    }
    return this.#last;
  }

  get siteMs(): number {
    return this.#siteMs;
  }

  /** A plan that has run out is dropped: the fast rules go on with everything awake. */
  #expire(): void {
    if (this.#plan === undefined || this.#siteMs <= this.#plan.validUntilMs) return;
    const saved = this.#policy.save();
    this.#plan = undefined;
    this.#policy = this.#make(saved);
    this.#options.onEvent({ siteMs: this.#siteMs, text: 'no valid plan: all replicas stay awake, plain rules go on' });
  }

  #tell(changed: readonly string[], reason: string | undefined): void {
    const acts = this.#options.mode === 'control';
    if (reason !== undefined)
      this.#options.onEvent({ siteMs: this.#siteMs, text: acts ? reason : `not acted on: ${reason}` });
    const complaint = changed.join('; ');
    if (complaint !== '' && complaint !== this.#complaint) {
      this.#options.onEvent({ siteMs: this.#siteMs, text: `safety envelope: ${complaint}` });
    }
    this.#complaint = complaint;
  }

  /** Tells when the grid goes and comes back, and when load is lost. */
  #watch(record: StepRecord): void {
    const { plant, onEvent } = this.#options;
    const slack = plant.dispatch.findIndex((unit) => unit.role === 'slack');
    if (slack < 0) return;
    const up = (record.dispatch[slack]!.meters['up'] ?? 1) > 0;
    if (this.#up !== undefined && up !== this.#up) {
      onEvent({
        siteMs: this.#siteMs,
        text: up ? 'the grid is back' : 'the grid has failed: the site runs as an island',
      });
    }
    this.#up = up;
  }

  /** What must survive a restart beside the plant's own state. */
  save(): { siteMs: number; policy: unknown } {
    return { siteMs: this.#siteMs, policy: this.#policy.save() };
  }
}
