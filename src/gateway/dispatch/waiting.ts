import type { Queued } from '../queue/fairQueue.ts';
import type { Shape } from '../router/estimate.ts';
import type { Ask, Waiter } from './ask.ts';

/** A request in the queue. */
export interface Waiting extends Queued {
  readonly ask: Ask;
  readonly waiter: Waiter;
  readonly shape: Shape;
  /** Ids of engines that failed it before. */
  readonly tried: ReadonlySet<string>;
  readonly patienceS: number;
  /** When it is due a sign of life. */
  beatMs: number;
}
