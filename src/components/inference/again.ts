import type { Offer } from '../contract.ts';
import { type Pool, type Served, serveOffers } from './serving.ts';
import type { InferenceSpec } from './spec.ts';

/** What a step needs to know of what was served. */
export interface ServedAgain extends Omit<Served, 'settled'> {
  readonly utilisation: number;
}

/** What replicas made of offers before; a spec never changes. */
const known = new WeakMap<InferenceSpec, Map<string, ServedAgain>>();

/** A week in steps of five minutes. */
const MOST = 2048;

function serve(spec: InferenceSpec, offers: readonly Offer[], pool: Pool, limitKw: number): ServedAgain {
  const { settled, ...served } = serveOffers(spec, offers, pool, limitKw);
  return { ...served, utilisation: settled.at.utilisation };
}

/**
 * `serveOffers`, from memory where the same was asked before: rates that follow a shape or a recorded week come again to the last
 * digit week after week. What is limited is worked out anew, because limits hardly ever come again.
 */
export function serveAgain(spec: InferenceSpec, offers: readonly Offer[], pool: Pool, limitKw: number): ServedAgain {
  if (limitKw !== Number.POSITIVE_INFINITY) return serve(spec, offers, pool, limitKw);
  let key = `${pool.on} ${pool.serving}`;
  for (const { service, requestsPerS, batchPerS } of offers) key += ` ${service} ${requestsPerS} ${batchPerS}`;
  let answers = known.get(spec);
  if (answers === undefined) {
    answers = new Map();
    known.set(spec, answers);
  }
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = serve(spec, offers, pool, limitKw);
    if (answers.size >= MOST) answers.clear();
    answers.set(key, answer);
  }
  return answer;
}
