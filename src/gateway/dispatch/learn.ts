import type { Expected } from '../../engines/contract.ts';
import { isFault } from '../router/breaker.ts';
import type { Outcome, Seat } from './ask.ts';

/**
 * What a try that is over says of its engine: breaker, limit and measured times take it in. Says whether it was answered whole.
 * @param targetS target for the time to the first token; Infinity = none
 * @param expected what the controller expects of the engine now
 */
export function learn(
  { member, predictedTtftS, startMs }: Seat,
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
    if (why.fault.code === 'JW_ENGINE_BUSY') member.limit.late(member.running, nowMs);
    return false;
  }
  if (ttftS !== null && ttftS > targetS) member.limit.late(member.running, nowMs);
  else member.limit.good(member.running);
  if (callerGone) return false;
  member.ended({ serviceS: (nowMs - startMs) / 1000, ttftS, tpotS, predictedTtftS, expected });
  return true;
}
