import type { Directive, EngineOrder, Metered } from '../control/contract.ts';
import { crowding, type Decoding } from './crowding.ts';

const J_PER_KWH = 3.6e6;

/** Energy at both boundaries, with its carbon, water and cost. */
export interface Energy {
  itJoules: number;
  facilityJoules: number;
  co2G: number;
  waterL: number;
  cost: number;
}

/** Where the joules of a deployment went that no request took. */
export interface Account {
  readonly deployment: string;
  /** `idle`: drawn by being on. `other`: above that, for load that came past the gateway. */
  readonly name: 'idle' | 'other';
  readonly energy: Energy;
}

/** What tokens are expected to take, J. */
interface Split {
  promptJ: number;
  answerJ: number;
}

/** A request's part of an interval's work. What its answer is expected to take is in two pieces: */
export interface Part extends Decoding {
  /** Takes what it is given. */
  readonly given: { readonly energy: Energy };
  readonly promptJ: number;
  /** the one of its own, for reading its KV cache; the other, `sharedJ`, is shared by all that decode. */
  readonly ownJ: number;
  /** What its first token is expected to take beside the others; it comes out of the same step as the end of its prompt. */
  readonly firstJ: number;
}

/** What one deployment's requests did in an interval. */
export interface Share extends Split {
  readonly order: EngineOrder;
  /** Engines that the deployment has been seen to have, at least 1. */
  readonly servers: number;
  readonly parts: Part[];
}

/** Of something that has had none so far. */
export const nothing = (): Energy => ({ itJoules: 0, facilityJoules: 0, co2G: 0, waterL: 0, cost: 0 });

/** Whether a plant counts its tokens: first ones are among them. */
export const tellsTokens = ({ metered }: EngineOrder): boolean =>
  metered?.computedTokensPerS !== undefined && metered.outputTokensPerS !== undefined;

/** A deployment before anything of its interval is known. */
export const shareOf = (order: EngineOrder, servers: number): Share => ({
  order,
  servers,
  parts: [],
  promptJ: 0,
  answerJ: 0,
});

/** Gives the requests of an interval their joules; what is left is for the accounts. */
export function divide({ order, servers, parts, ...own }: Share, directive: Directive, lengthS: number): Account[] {
  const { metered, id } = order;
  if (metered === undefined || lengthS <= 0) {
    for (const { given, promptJ, sharedJ, ownJ, firstJ } of parts)
      add(given.energy, promptJ + sharedJ + ownJ + firstJ, directive);
    return [];
  }
  const idleJ = Math.min(metered.watts, metered.idleWatts) * lengthS;
  const aboveJ = metered.watts * lengthS - idleJ;
  const rates = ratesOf(aboveJ, allOf(order, metered, lengthS) ?? own);
  const dearer = crowding(parts, Math.max(1, order.replicas / servers), othersOf(order, parts, lengthS) / servers);
  for (const [i, { given, promptJ, sharedJ, ownJ, firstJ }] of parts.entries()) {
    const tokensJ = sharedJ * dearer[i]! + ownJ + (tellsTokens(order) ? firstJ : 0);
    add(given.energy, rates.prompt * promptJ + rates.answer * tokensJ, directive);
  }
  const account = (name: Account['name'], joules: number): Account => {
    const energy = nothing();
    add(energy, joules, directive);
    return { deployment: id, name, energy };
  };
  const given = rates.prompt * own.promptJ + rates.answer * own.answerJ;
  return [account('idle', idleJ), account('other', aboveJ - given)];
}

/** Sequences that decode for load that came past the gateway, on average; 0 where the plant does not tell its tokens. */
function othersOf({ expected, metered }: EngineOrder, parts: readonly Part[], lengthS: number): number {
  const all = (metered?.outputTokensPerS ?? 0) * expected.tpotS;
  const seen = parts.reduce((sum, { fromMs, toMs }) => sum + (toMs - fromMs), 0) / (1000 * lengthS);
  return Math.max(0, all - seen);
}

/** What all tokens of a deployment are expected to take, where the plant tells them. */
function allOf({ expected }: EngineOrder, metered: Metered, lengthS: number): Split | undefined {
  const { computedTokensPerS, outputTokensPerS } = metered;
  if (computedTokensPerS === undefined || outputTokensPerS === undefined) return undefined;
  return {
    promptJ: lengthS * computedTokensPerS * expected.prefillJPerToken,
    answerJ: lengthS * outputTokensPerS * expected.decodeJPerToken,
  };
}

/** J per expected J that prompts and answers of an interval take of what was drawn above idle. */
function ratesOf(aboveJ: number, { promptJ, answerJ }: Split): { readonly prompt: number; readonly answer: number } {
  // Nothing was seen: who gets something all the same is given what is expected, and `other` holds it until it is seen
  if (promptJ + answerJ <= 0) return { prompt: 1, answer: 1 };
  if (answerJ <= 0) return { prompt: aboveJ / promptJ, answer: 1 };
  const prompt = promptJ > 0 ? Math.min(1, aboveJ / promptJ) : 1;
  return { prompt, answer: Math.max(0, aboveJ - prompt * promptJ) / answerJ };
}

/** Adds joules at the IT boundary, with what belongs to them in the interval of a directive. */
function add(energy: Energy, itJoules: number, directive: Directive): void {
  const facilityJoules = itJoules * directive.facilityFactor;
  const kwh = facilityJoules / J_PER_KWH;
  energy.itJoules += itJoules;
  energy.facilityJoules += facilityJoules;
  energy.co2G += kwh * directive.carbonGPerKwh;
  energy.waterL += kwh * directive.waterLPerKwh;
  energy.cost += kwh * directive.pricePerKwh;
}
