import type { Response } from './response.ts';

/** A step as it turned out: requests/s that arrived, and what a pool was told to be sized for in the step before and in this one. */
export type Outcome = readonly [arrivedPerS: number, beforePerS: number, nowPerS: number];

/** The least and the most that is put on what was told, and halvings between them: a large pool feels every hundredth. */
const FACTORS = { least: 1, most: 2.5 };
/** Who may miss more than this share may be sized for less than is told: a large pool that is too small drops what it cannot take. */
const STRICT = { goal: 0.005, least: 0.5 };
const HALVINGS = 9;

/** What the size of a pool makes of its load, and the rate of one of its replicas: pools are of whole ones. */
type Pool = Pick<Response, 'missed' | 'eachPerS'>;

/** A factor on what is told, and what pools were sized for with it over what arrived. */
export interface Margin {
  readonly factor: number;
  readonly cost: number;
}

/**
 * Share of all requests that would have missed a target with a factor: replicas that a step adds serve after they have booted.
 *
 * @param boots share of a step that a boot takes, 0..1
 */
function missedWith(factor: number, outcomes: readonly Outcome[], response: Pool, boots: number): number {
  const { eachPerS } = response;
  const sized = (perS: number) => eachPerS * Math.ceil((factor * perS) / eachPerS - 1e-9);
  let [missed, all] = [0, 0];
  for (const [arrived, before, now] of outcomes) {
    all += arrived;
    const later = response.missed(arrived / sized(now));
    const first = boots > 0 && before < now ? response.missed(arrived / sized(before)) : later;
    missed += arrived * (boots * first + (1 - boots) * later);
  }
  return all > 0 ? missed / all : 0;
}

/** How far beyond what was told a step came. */
const excess = ([arrived, , now]: Outcome): number => arrived / now;

/**
 * The least factor on what was told with which no more than a share of the requests would have missed a target; the largest that is
 * looked at where none does.
 *
 * @param goal share of requests that may miss, 0..1
 * @param unforeseen share of the steps that may come out of the blue: the worst of them are left out, 0..1
 * @param outcomes with something told in each
 * @param boots share of a step that a boot takes, 0..1
 */
export function marginFor(
  { goal, unforeseen }: { readonly goal: number; readonly unforeseen: number },
  outcomes: readonly Outcome[],
  response: Pool,
  boots: number,
): Margin {
  const foreseen = [...outcomes]
    .sort((a, b) => excess(a) - excess(b))
    .slice(0, Math.ceil((1 - unforeseen) * outcomes.length));
  const arrived = outcomes.reduce((sum, outcome) => sum + outcome[0], 0);
  const isEnough = (factor: number) => missedWith(factor, foreseen, response, boots) <= goal;
  let [low, factor] = [goal > STRICT.goal ? STRICT.least : FACTORS.least, FACTORS.most];
  if (isEnough(low)) factor = low;
  for (let k = 0; k < HALVINGS && factor > low; k++) {
    const middle = (low + factor) / 2;
    if (isEnough(middle)) factor = middle;
    else low = middle;
  }
  const { eachPerS } = response;
  const sized = outcomes.reduce((sum, [, , now]) => sum + eachPerS * Math.ceil((factor * now) / eachPerS - 1e-9), 0);
  return { factor, cost: arrived > 0 ? sized / arrived : Number.POSITIVE_INFINITY };
}
