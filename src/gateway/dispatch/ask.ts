import type { TrafficClass } from '../../control/contract.ts';
import type { Engine } from '../../engines/contract.ts';
import type { Failure } from '../../engines/failure.ts';
import type { Shape } from '../router/estimate.ts';
import type { Member } from '../router/member.ts';

/** A request that looks for an engine. */
export interface Ask {
  readonly tenant: string;
  /** The name by which the caller asked. */
  readonly model: string;
  readonly class: TrafficClass;
  readonly stream: boolean;
  /** Tokens by the estimate of `tokens.ts`. */
  readonly inputTokens: number;
  /** Most output tokens; null = no limit asked for. */
  readonly maxTokens: number | null;
  /** Requests of one session go to one engine where they can; null = none named. */
  readonly session: string | null;
  /** Hashes of its leading blocks; asked only where there is a choice of engines. */
  prefix(): Float64Array;
  /** Labels of the places outside the site where its data may go; null = anywhere. */
  readonly residency: readonly string[] | null;
  /** Whether an engine can serve it at all, such as its path; left out = every engine of the model can. */
  suits?(engine: Engine): boolean;
}

/** A place at an engine, for one try of one request. Given back with `Dispatcher.leave`. */
export interface Seat {
  readonly member: Member;
  readonly ask: Ask;
  readonly shape: Shape;
  readonly startMs: number;
  /** Requests under way at the engine when it was taken, itself included. */
  readonly running: number;
  /** What the seat was chosen with; null = nothing known. */
  readonly predictedTtftS: number | null;
  /** Joules at the IT boundary and watts that admission took for it. */
  readonly reservedJ: number;
  readonly drawsW: number;
  /** Virtual tokens that its tenant was charged. */
  readonly cost: number;
}

/** Who waits for a seat. Exactly one of `seated` and `refused` is called, perhaps before `Dispatcher.take` returns. */
export interface Waiter {
  seated(seat: Seat): void;
  refused(why: Failure): void;
  /** Now and then while a flexible stream waits: a good moment for a sign of life. */
  waits(): void;
}

/** What came of a seat. */
export interface Outcome {
  /** Null when it was answered, or its caller left. */
  readonly why: Failure | null;
  readonly callerGone: boolean;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly itJoules: number;
  /** From the start of the seat; null where it could not be seen. */
  readonly ttftS: number | null;
  readonly tpotS: number | null;
}

/** A wait that can be given up. */
export interface Ticket {
  /** Its caller has gone. Does nothing once it was seated or refused. */
  cancel(): void;
}
