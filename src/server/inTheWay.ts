import type { Lever } from '../control/levers.ts';
import { JoulewrightError } from '../errors/error.ts';
import type { LookedAhead } from '../policy/lookahead/index.ts';

/** A look ahead, and the levers that it had to do without. */
export interface ClearedLook {
  readonly looked: LookedAhead;
  readonly leftOut: readonly Lever[];
}

/** Levers are in the way where without them less than this share of what is lost is lost. Our choice. */
const MUCH_LESS = 0.5;
/** What is lost counts above this share of all that the two days cost. Our choice. */
const WORTH_TELLING = 0.01;

/**
 * Looks ahead under levers, and without those that are in the way: one that leaves no plan at all, and one that has load or requests given up
 * which need not be, since the plant lets go of it before that happens and the plan would be another than what comes.
 *
 * @param look a look ahead under some of the levers
 * @throws JW_SOLVER where there is no plan even without them
 */
export function lookPast(levers: readonly Lever[], look: (levers: readonly Lever[]) => LookedAhead): ClearedLook {
  const looked = orNothing(() => look(levers));
  if (looked === undefined) {
    if (levers.length === 0) return { looked: look(levers), leftOut: [] };
    return without(levers, levers, look, () => true);
  }
  const hard = levers.filter(letsGoInNeed);
  const loss = lossOf(looked);
  if (hard.length === 0 || loss <= WORTH_TELLING * Math.abs(looked.solved.objective - loss))
    return { looked, leftOut: [] };
  const much = (other: LookedAhead): boolean => lossOf(other) < MUCH_LESS * loss;
  const found = without(levers, hard, look, much);
  return much(found.looked) ? found : { looked, leftOut: [] };
}

/** The newest lever alone without which it is well, or all of them. */
function without(
  levers: readonly Lever[],
  among: readonly Lever[],
  look: (levers: readonly Lever[]) => LookedAhead,
  isWell: (looked: LookedAhead) => boolean,
): ClearedLook {
  for (const lever of among.length > 1 ? among.toReversed() : []) {
    const looked = orNothing(() => look(levers.filter((other) => other !== lever)));
    if (looked !== undefined && isWell(looked)) return { looked, leftOut: [lever] };
  }
  return { looked: look(levers.filter((lever) => !among.includes(lever))), leftOut: among };
}

/** Whether the plant lets go of a lever before load is lost, which the rows of a plan cannot say. */
function letsGoInNeed({ setting }: Lever): boolean {
  switch (setting.kind) {
    case 'hold-battery':
    case 'start-generator':
      return true;
    case 'bounds':
      return setting.generators === false;
    default:
      return false;
  }
}

/** What load that is not fed and requests that are given up count in a look ahead, money. */
function lossOf({ model, solved }: LookedAhead): number {
  let loss = 0;
  for (const { name, first, count } of model.columnGroups) {
    if (name !== 'electricity short' && !name.endsWith(' not served')) continue;
    for (let j = first; j < first + count; j++) loss += model.cost[j]! * Math.max(0, solved.values[j]!);
  }
  return loss;
}

function orNothing(look: () => LookedAhead): LookedAhead | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof JoulewrightError && error.code === 'JW_SOLVER') return undefined;
    throw error;
  }
}
