import type { TrafficClass } from '../../control/contract.ts';

/** How long requests may wait here for an engine or for power, s. */
export interface Patience {
  /** Protected classes of a model without a target for the first token. */
  readonly untargetedS: number;
  /** Flexible requests that stream: comments keep their connection alive. */
  readonly flexStreamS: number;
  /** Flexible requests whose answer comes whole: nothing can be sent while they wait, and proxies give up on silence. */
  readonly flexWholeS: number;
  /** Batch requests: their sender is a program that comes back. */
  readonly batchS: number;
}

/** Our choice: a minute is what proxies commonly allow, ten what the OpenAI clients wait for an answer. */
export const PATIENCE: Patience = { untargetedS: 10, flexStreamS: 600, flexWholeS: 50, batchS: 600 };

/** Part of the target that wait and the engine's predicted time may fill together: predictions err. Our choice. */
const QUEUE_SHARE = 0.8;

/**
 * How long a request may wait before it starts, s: for the protected classes what the target leaves beside the engine's own
 * time to the first token; at least a tenth of the target, because predictions err.
 */
export function patienceS(
  patience: Patience,
  name: TrafficClass,
  stream: boolean,
  ttftS: number,
  engineTtftS: number,
): number {
  if (name === 'batch') return patience.batchS;
  if (name === 'flex') return stream ? patience.flexStreamS : patience.flexWholeS;
  if (!Number.isFinite(ttftS)) return patience.untargetedS;
  return Math.max(0.1 * ttftS, QUEUE_SHARE * ttftS - engineTtftS);
}
