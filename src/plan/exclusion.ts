import { fault, JoulewrightError } from '../errors/error.ts';
import { type Ask, asksOf } from './asks.ts';
import type { PlanProblem } from './problem.ts';
import { Relaxed } from './relaxed.ts';

/** Share of the scale of a limit by which it may be missed for rounding. */
const NEAR = 1e-4;

/**
 * Ends a plan whose limits exclude each other before it is searched: each may be kept by itself, but no choice of the free sizes
 * keeps all of them and serves all requests. A small merged model without money tells what must be missed at least; as few limits as
 * are at odds are named, each with what it comes to at least where the others are kept. Demand that cannot be served without any limit is no
 * contradiction: the plan says when and how much.
 *
 * @throws JW_PLAN_LIMIT that names them
 */
export async function refuseExclusion(problem: PlanProblem): Promise<void> {
  // Where nothing is free there is nothing to choose: what is missed is told with the dispatch.
  if (!problem.choices.some((c) => c.lower < c.upper)) return;
  const asks = asksOf(problem);
  if (asks.length < 2) return;
  const relaxed = await Relaxed.open(problem, asks);
  try {
    const odds = atOdds(asks, relaxed);
    if (odds.length > 0) throw new JoulewrightError([faultOf(odds, relaxed)]);
  } finally {
    relaxed.close();
  }
}

/** As few asks as cannot be kept together; [] where all can, as far as the merged model sees. */
function atOdds(all: readonly Ask[], relaxed: Relaxed): readonly Ask[] {
  const isImpossible = (asks: readonly Ask[]): boolean => (relaxed.least(asks) ?? 0) > NEAR;
  if (!isImpossible(all)) return [];
  const [demand, ...limits] = all;
  let odds = isImpossible([demand!]) ? limits : all;
  if (odds !== all && !isImpossible(odds)) return [];
  for (const ask of odds) {
    const without = odds.filter((other) => other !== ask);
    if (without.length > 0 && isImpossible(without)) odds = without;
  }
  return odds;
}

function faultOf(odds: readonly Ask[], relaxed: Relaxed) {
  const told = odds.map((ask) => {
    const share = relaxed.least(
      [ask],
      odds.filter((other) => other !== ask),
    );
    return { ask, miss: share === undefined || share <= 0 ? undefined : ask.missText(share * ask.scale) };
  });
  const figures = told.flatMap(({ ask, miss }) => (miss === undefined ? [] : [{ ask, miss }]));
  if (odds.length === 1) {
    const figure = figures.map(({ miss }) => `; ${miss}`).join('');
    const reason = `${odds[0]!.text}: no choice of the free sizes keeps it${figure}`;
    return fault('JW_PLAN_LIMIT', { reason, hint: 'loosen it, or raise the most of the free sizes' });
  }
  const bounds = figures.map(({ ask, miss }) => `. If only ${ask.key} gives way, ${miss}`);
  const reason = `limits exclude each other: no choice of the free sizes keeps ${listed(odds.map(({ text }) => text))}${bounds.join('')}`;
  return fault('JW_PLAN_LIMIT', { reason, hint: 'loosen one of them so far, or raise the most of the free sizes' });
}

/** "a, b and c". */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
