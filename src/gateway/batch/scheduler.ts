import type { Principal } from '../tenants/principal.ts';
import type { Job } from './job.ts';

/** Lines at work at once, of one model and of all. They fill an engine without filling the queue before it. Our choice. */
export const LINES_PER_MODEL = 32;
const LINES_IN_ALL = 256;
/** The longest wait after a model had no room or power for a line, ms. */
const LONGEST_WAIT_MS = 30_000;

export interface SchedulerParts {
  readonly nowMs: () => number;
  readonly requestId: () => string;
  /** In whose name a key's lines run; undefined = nobody's any more. */
  readonly principalOf: (keyId: string) => Principal | undefined;
  /** Wait after a model had no room or power for a line, ms; doubled each time. */
  readonly waitMs: number;
  /** The key of a batch is no longer good. */
  readonly onOrphan: (job: Job) => void;
}

interface Lane {
  running: number;
  waitMs: number;
  /** Not before this, ms. */
  untilMs: number;
}

/**
 * Says which line runs next. Each model has its own seats. Of the batches that want one, that of the organisation with the fewest
 * lines running goes, and of its batches the one whose deadline is next. A batch that waits for its plan wants none before.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #jobs = new Map<Job, number>();
  readonly #lanes = new Map<string, Lane>();
  #running = 0;
  #stopped = false;
  #timer: NodeJS.Timeout | null = null;
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  /** @param fromMs when its first line may begin */
  add(job: Job, fromMs: number): void {
    this.#jobs.set(job, fromMs);
    this.pump();
  }

  remove(job: Job): void {
    this.#jobs.delete(job);
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Begins whatever may begin now. */
  pump(): void {
    if (this.#stopped) return;
    const nowMs = this.#parts.nowMs();
    const models = new Set<string>();
    for (const [job, fromMs] of this.#jobs) {
      if (fromMs > nowMs) this.#wakeAt(fromMs, nowMs);
      else for (const model of job.models) models.add(model);
    }
    for (const model of models) this.#fill(model, nowMs);
  }

  #fill(model: string, nowMs: number): void {
    let lane = this.#lanes.get(model);
    if (lane === undefined) {
      lane = { running: 0, waitMs: 0, untilMs: 0 };
      this.#lanes.set(model, lane);
    }
    if (lane.untilMs > nowMs) {
      this.#wakeAt(lane.untilMs, nowMs);
      return;
    }
    // After a refusal one line feels its way before the others follow
    const most = lane.waitMs > 0 ? 1 : LINES_PER_MODEL;
    const idle = new Set<Job>();
    while (lane.running < most && this.#running < LINES_IN_ALL) {
      const job = this.#next(model, nowMs, idle);
      if (job === undefined) return;
      const principal = this.#parts.principalOf(job.batch.keyId);
      if (principal === undefined) {
        idle.add(job);
        this.#parts.onOrphan(job);
        continue;
      }
      const line = job.take(model);
      if (line === undefined) idle.add(job);
      else void this.#run(job, line, model, lane, principal);
    }
  }

  #next(model: string, nowMs: number, idle: ReadonlySet<Job>): Job | undefined {
    const runningOf = new Map<string, number>();
    for (const job of this.#jobs.keys()) {
      const { organisation } = job.batch;
      runningOf.set(organisation, (runningOf.get(organisation) ?? 0) + job.running);
    }
    let best: Job | undefined;
    for (const [job, fromMs] of this.#jobs) {
      if (fromMs > nowMs || idle.has(job) || ![...job.models].includes(model)) continue;
      if (best === undefined) best = job;
      else {
        const fewer = runningOf.get(job.batch.organisation)! - runningOf.get(best.batch.organisation)!;
        if (fewer < 0 || (fewer === 0 && job.batch.expiresMs < best.batch.expiresMs)) best = job;
      }
    }
    return best;
  }

  async #run(job: Job, line: number, model: string, lane: Lane, principal: Principal): Promise<void> {
    lane.running += 1;
    this.#running += 1;
    const taken = await job.run(line, model, principal, this.#parts.requestId());
    lane.running -= 1;
    this.#running -= 1;
    const nowMs = this.#parts.nowMs();
    if (taken) lane.waitMs = 0;
    else if (lane.untilMs <= nowMs) {
      lane.waitMs = Math.min(LONGEST_WAIT_MS, Math.max(this.#parts.waitMs, lane.waitMs * 2));
      lane.untilMs = nowMs + lane.waitMs;
    }
    this.pump();
  }

  #wakeAt(ms: number, nowMs: number): void {
    if (this.#timer !== null && this.#timerMs <= ms) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timerMs = ms;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.pump();
      },
      Math.max(1, ms - nowMs),
    );
  }
}
