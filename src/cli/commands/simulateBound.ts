import { SolverPool } from '../../balance/pool.ts';
import { lowerBound } from '../../plan/bound/bound.ts';
import type { LowerBound } from '../../simulate/compare/comparison.ts';
import type { Scene } from '../../simulate/compare/order.ts';
import type { ContenderOutcome } from '../../simulate/compare/outcome.ts';
import { boundTerms } from '../../simulate/compare/terms.ts';
import { Progress } from '../progress.ts';

/** The lower bound of a comparison, in a solver thread of its own; undefined where the signal came first. @throws JW_SOLVER */
export async function boundBeside(
  scene: Scene,
  outcomes: readonly ContenderOutcome[],
  signal: AbortSignal,
): Promise<LowerBound | undefined> {
  if (signal.aborted) return undefined;
  const pool = new SolverPool(1);
  signal.addEventListener('abort', () => pool.stop(), { once: true });
  const progress = new Progress('the lower bound');
  progress.tell('the relaxed balance of the whole period');
  try {
    return await lowerBound(scene, boundTerms(outcomes), { pool });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    progress.done();
    await pool.close();
  }
}
