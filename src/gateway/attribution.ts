import type { Directive, EngineOrder, Metered } from '../control/contract.ts';

/** A directive speaks for the interval before it; one after a longer silence speaks only for its last seconds. */
const LONGEST_MS = 10_000;
const J_PER_KWH = 3.6e6;

/** Energy at both boundaries, with its carbon, water and cost. */
export interface Energy {
  itJoules: number;
  facilityJoules: number;
  co2G: number;
  waterL: number;
  cost: number;
}

/** A request at an engine, as far as it has come. */
export interface Work {
  readonly requestId: string;
  readonly deployment: string;
  /** When its engine got it, ms UTC. */
  readonly startMs: number;
  /** Null while it runs. */
  readonly endMs: number | null;
  /** From the start to the first token, ms; null = not seen (yet). */
  readonly ttftMs: number | null;
  readonly inputTokens: number;
  /** Part of the input that was not computed. */
  readonly cachedTokens: number;
  /** So far, or in all; null = it runs and its tokens are not seen. */
  readonly outputTokens: number | null;
}

/** Where the joules of a deployment went that no request took. */
export interface Account {
  readonly deployment: string;
  /** `idle`: drawn by being on. `other`: above that, for load that came past the gateway. */
  readonly name: 'idle' | 'other';
  readonly energy: Energy;
}

/** What a request has been given so far. */
interface Given {
  readonly energy: Energy;
  prefilled: number;
  output: number;
  /** Of the last interval: tells requests that are gone. */
  seq: number;
}

/** What tokens are expected to take, J. */
interface Split {
  promptJ: number;
  answerJ: number;
}

/** A request's part of an interval's work. */
interface Part extends Readonly<Split> {
  readonly given: Given;
}

/** What one deployment's requests did in an interval. */
interface Share extends Split {
  readonly order: EngineOrder;
  readonly parts: Part[];
}

const nothing = (): Energy => ({ itJoules: 0, facilityJoules: 0, co2G: 0, waterL: 0, cost: 0 });

/**
 * Divides what a deployment drew in each interval between two directives. What it draws by being on goes to an account of its
 * own. Above that prompts take what their tokens are expected to take, which hardly depends on the load; what is left goes to the
 * answers by the tokens that each was given in the interval. Both weigh by their lengths, as attention and KV cache do. Where the
 * plant tells how many tokens it made in all, those that came past the gateway take their part. So of every interval
 *
 *     requests + other + idle = metered.
 *
 * `other` is what is left, so where the plant learns of load seconds late it may be below zero for as long. A deployment that
 * is not metered gives each request what its tokens are expected to take, and has no accounts.
 */
export class Attribution {
  readonly #given = new Map<string, Given>();
  #untilMs = Number.NEGATIVE_INFINITY;
  #seq = 0;

  /** The instant up to which is known what was. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /**
   * Takes a directive as the reading of the interval that it ends.
   * @param works every request that runs, or has ended since the interval before
   */
  take(directive: Directive, works: Iterable<Work>): readonly Account[] {
    const toMs = directive.issuedMs;
    if (toMs <= this.#untilMs) return [];
    const lengthS = Number.isFinite(this.#untilMs) ? Math.min(toMs - this.#untilMs, LONGEST_MS) / 1000 : 0;
    this.#untilMs = toMs;
    this.#seq += 1;
    const shares = new Map(directive.engines.map((order): [string, Share] => [order.id, shareOf(order)]));
    for (const work of works) {
      const share = shares.get(work.deployment);
      if (share === undefined || work.startMs > toMs) continue;
      const part = this.#part(work, share.order.expected, toMs);
      share.parts.push(part);
      share.promptJ += part.promptJ;
      share.answerJ += part.answerJ;
    }
    for (const [id, { seq }] of this.#given) if (seq < this.#seq) this.#given.delete(id);
    return [...shares.values()].flatMap((share) => divide(share, directive, lengthS));
  }

  /** What a request was given until `untilMs`; null where no interval of its deployment was told. It is forgotten. */
  close(requestId: string): Energy | null {
    const given = this.#given.get(requestId);
    this.#given.delete(requestId);
    return given?.energy ?? null;
  }

  /** The tokens that a request was given in the interval: those until now without those of the intervals before. */
  #part(work: Work, expected: EngineOrder['expected'], toMs: number): Part {
    let given = this.#given.get(work.requestId);
    if (given === undefined) {
      given = { energy: nothing(), prefilled: 0, output: 0, seq: 0 };
      this.#given.set(work.requestId, given);
    }
    given.seq = this.#seq;
    const { prefilled, output } = tokensBy(work, expected, toMs);
    const newPrefilled = Math.max(0, prefilled - given.prefilled);
    const newOutput = Math.max(0, output - given.output);
    given.prefilled += newPrefilled;
    given.output += newOutput;
    const { inputTokens, cachedTokens } = work;
    const { promptTokens = 0, promptGrowth = 0, contextTokens = 0, contextGrowth = 0 } = expected.lengths ?? {};
    // A token that comes after cached ones attends to them too
    const prompt = 1 + promptGrowth * (inputTokens + cachedTokens - promptTokens);
    const answer = 1 + contextGrowth * (inputTokens + given.output - newOutput / 2 - contextTokens);
    return {
      given,
      promptJ: newPrefilled * expected.prefillJPerToken * Math.max(0, prompt),
      answerJ: newOutput * expected.decodeJPerToken * Math.max(0, answer),
    };
  }
}

const shareOf = (order: EngineOrder): Share => ({ order, parts: [], promptJ: 0, answerJ: 0 });

/** Tokens of a request until an instant: its prompt until the first token, then the answer evenly. */
function tokensBy(work: Work, expected: EngineOrder['expected'], atMs: number): { prefilled: number; output: number } {
  const { startMs, endMs, ttftMs, inputTokens, cachedTokens, outputTokens } = work;
  const prefilledTokens = Math.max(0, inputTokens - cachedTokens);
  const promptMs = 1000 * prefilledTokens * expected.prefillSPerToken;
  const leadMs = 1000 * expected.queueS + promptMs;
  // Of a whole answer the first token is not seen; half of its time at most is taken to lie before it
  const unseenMs = endMs === null ? leadMs : Math.min(leadMs, (endMs - startMs) / 2);
  const firstMs = startMs + (ttftMs ?? unseenMs);
  if (atMs < firstMs) {
    const begunMs = atMs - (firstMs - promptMs);
    return { prefilled: promptMs > 0 ? prefilledTokens * Math.max(0, begunMs / promptMs) : 0, output: 0 };
  }
  if (endMs === null) {
    // A stream tells its tokens; of a whole answer nothing is seen before its end
    if (outputTokens !== null) return { prefilled: ttftMs === null ? 0 : prefilledTokens, output: outputTokens };
    const output = expected.tpotS > 0 ? (atMs - firstMs) / 1000 / expected.tpotS : 0;
    return { prefilled: prefilledTokens, output };
  }
  const part = endMs > firstMs ? Math.min(1, (atMs - firstMs) / (endMs - firstMs)) : 1;
  return { prefilled: prefilledTokens, output: part * (outputTokens ?? 0) };
}

/** Gives the requests of an interval their joules; what is left is for the accounts. */
function divide({ order, parts, ...own }: Share, directive: Directive, lengthS: number): Account[] {
  const { metered, id } = order;
  if (metered === undefined || lengthS <= 0) {
    for (const { given, promptJ, answerJ } of parts) add(given.energy, promptJ + answerJ, directive);
    return [];
  }
  const idleJ = Math.min(metered.watts, metered.idleWatts) * lengthS;
  const aboveJ = metered.watts * lengthS - idleJ;
  const rates = ratesOf(aboveJ, allOf(order, metered, lengthS) ?? own);
  for (const { given, promptJ, answerJ } of parts) {
    add(given.energy, rates.prompt * promptJ + rates.answer * answerJ, directive);
  }
  const account = (name: Account['name'], joules: number): Account => {
    const energy = nothing();
    add(energy, joules, directive);
    return { deployment: id, name, energy };
  };
  const given = rates.prompt * own.promptJ + rates.answer * own.answerJ;
  return [account('idle', idleJ), account('other', aboveJ - given)];
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
