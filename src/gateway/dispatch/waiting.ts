import type { Queued } from '../queue/fairQueue.ts';
import type { Shape } from '../router/estimate.ts';
import type { Ask, Waiter } from './ask.ts';

/** A request that has come in. */
export interface Entrant {
  readonly ask: Ask;
  readonly waiter: Waiter;
  readonly shape: Shape;
  /** Ids of engines that failed it before. */
  readonly tried: ReadonlySet<string>;
  readonly band: number;
  /** Virtual tokens that it is expected to cost its tenant. */
  readonly cost: number;
}

/** A request in the queue. */
export interface Waiting extends Entrant, Queued {
  readonly band: number;
  readonly cost: number;
  readonly patienceS: number;
  /** When it is due a sign of life. */
  beatMs: number;
}
