import type { Expected } from '../../engines/contract.ts';
import { isFault } from '../router/breaker.ts';
import type { Outcome, Seat } from './ask.ts';

/** Part of the target for the first token that the engine may take; the rest is for waiting here, in fair turn. Our choice. */
const ENGINE_SHARE = 0.5;
/** A long prompt takes its time, however little is under way: up to this many times its prediction is no sign of crowding. */
const PROMPT_SHARE = 1.5;

/**
 * What a try that is over says of its engine: breaker, limit and measured times take it in. Says whether it was answered whole.
 * @param targetS target for the time to the first token; Infinity = none
 * @param expected what the controller expects of the engine now
 */
export function learn(
  { member, predictedTtftS, startMs, running }: Seat,
  outcome: Outcome,
  nowMs: number,
  targetS: number,
  expected: Expected | null,
): boolean {
  const { why, callerGone, ttftS, tpotS } = outcome;
  if (why !== null && isFault(why)) {
    // An engine that fails has probably lost its cache too
    if (member.breaker.failed(nowMs)) member.prefixes.clear();
    return false;
  }
  if (callerGone && ttftS === null) {
    member.breaker.undecided(nowMs);
    return false;
  }
  if (member.breaker.succeeded()) member.limit.cold(nowMs);
  if (why !== null) {
    if (why.fault.code === 'JW_ENGINE_BUSY') member.limit.full(member.running, nowMs);
    return false;
  }
  const allowedS = Math.max(ENGINE_SHARE * targetS, PROMPT_SHARE * (predictedTtftS ?? 0));
  if (ttftS !== null && ttftS > allowedS) member.limit.late(running, allowedS / ttftS);
  else member.limit.good(running);
  if (callerGone) return false;
  member.ended({ serviceS: (nowMs - startMs) / 1000, ttftS, tpotS, predictedTtftS, expected });
  return true;
}
