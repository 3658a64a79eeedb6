import type { Placed } from '../engines/crowd.ts';
import type { Failure } from '../engines/failure.ts';

/** A request under way. */
export interface UnderWay extends Placed {
  /** Breaks it off from this side. */
  breakOff(why: Failure): void;
}
