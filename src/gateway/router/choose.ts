import type { Estimate } from './estimate.ts';
import type { Member } from './member.ts';

/** Latency that a model's callers were promised, s; Infinity = nothing was. */
export interface Target {
  readonly ttftS: number;
  readonly tpotS: number;
}

export const NO_TARGET: Target = { ttftS: Number.POSITIVE_INFINITY, tpotS: Number.POSITIVE_INFINITY };

/** An engine that could take a request now. */
export interface Candidate {
  readonly member: Member;
  readonly estimate: Estimate;
  /** Requests under way over its limit, 0..1. */
  readonly load: number;
  /** Requests that it takes before the next engine of its deployment is taken; none where they are spread evenly. */
  readonly full?: number | undefined;
  /** Requests that its deployment is owed by the share that the site's controller asks for; none where it asks for no share. */
  readonly owed?: number | undefined;
  /** It served this session last. */
  readonly session: boolean;
}

/** Joules within which two engines count as equal, so that the less busy one is taken: finer than any prediction. Our choice. */
const SAME_JOULES = 0.02;
/** What holding a session where it was may cost in joules. Our choice. */
const SESSION_JOULES = 0.25;

/** By how much the worse of the two predicted times misses its target; at most 1 = within. Unknown times count as within. */
export function lateness({ ttftS, tpotS }: Estimate, target: Target): number {
  return Math.max((ttftS ?? 0) / target.ttftS, (tpotS ?? 0) / target.tpotS);
}

/**
 * Chooses an engine. Among those that are predicted to keep the target, it takes one of the deployment that is owed the most where the site's
 * controller asks for shares, and of these, or of all, the one where the request adds the fewest
 * joules; where that makes no difference, the least loaded, or the fullest that is not full yet where the site's controller says so: a full
 * engine and an idle one draw less than two that share. A session stays where it was while that keeps the target and costs
 * at most a quarter more. When no engine is predicted to keep the target, it takes the one that misses it least.
 */
export function choose(candidates: readonly Candidate[], target: Target): Candidate | undefined {
  let best: Candidate | undefined;
  let held: Candidate | undefined;
  for (const candidate of candidates) {
    if (best === undefined || better(candidate, best, target)) best = candidate;
    if (candidate.session && lateness(candidate.estimate, target) <= 1) held = candidate;
  }
  if (held === undefined || best === undefined) return best;
  const joules = best.estimate.joules ?? Number.POSITIVE_INFINITY;
  return (held.estimate.joules ?? 0) <= joules * (1 + SESSION_JOULES) ? held : best;
}

function better(a: Candidate, b: Candidate, target: Target): boolean {
  const lateA = lateness(a.estimate, target);
  const lateB = lateness(b.estimate, target);
  if (lateA > 1 || lateB > 1) {
    if (lateA <= 1 || lateB <= 1) return lateA <= 1;
    return lateA < lateB;
  }
  if (a.owed !== undefined && b.owed !== undefined && a.owed !== b.owed) return a.owed > b.owed;
  const joulesA = a.estimate.joules;
  const joulesB = b.estimate.joules;
  // What is not known is not chosen before what is
  if (joulesA === null || joulesB === null) return joulesA === joulesB ? fills(a, b) : joulesA !== null;
  const same = Math.abs(joulesA - joulesB) <= SAME_JOULES * Math.max(joulesA, joulesB);
  return same ? fills(a, b) : joulesA < joulesB;
}

/** Whether a is taken before b, who costs the same. */
function fills(a: Candidate, b: Candidate): boolean {
  const [openA, openB] = [isOpen(a), isOpen(b)];
  if (openA && openB) return a.member.running > b.member.running;
  return openA === openB ? a.load < b.load : openA;
}

function isOpen({ member, full }: Candidate): boolean {
  return full !== undefined && member.running + 1 <= full;
}
