import type { Directive, EngineOrder } from '../control/contract.ts';
import { type Account, divide, type Energy, nothing, type Part, type Share, shareOf, tellsTokens } from './division.ts';
import { Backlog, isUnseen, progressAt, type Work } from './progress.ts';

/** A directive speaks for the interval before it; one after a longer silence speaks only for its last seconds. */
const LONGEST_MS = 10_000;
/** How long an interval waits for the ends of the whole answers that ran in it: they tell when their prompts were computed. Our choice. */
const HOLD_MS = 15_000;
/** Works that held intervals may have together; beyond, the oldest interval waits no longer. */
const MOST_HELD = 20_000;
/** What begins so shortly before the end of an interval has its first part in the next, so that short answers hold nothing up. */
const JUST_MS = 50;
/** A request that is told of no more and was not closed is forgotten after this. */
const FORGET_MS = 60_000 + HOLD_MS;

/** What is known of a request, and what it has been given so far. */
interface Given {
  /** As it was told of last. */
  last: Work;
  /** Instant of the directive with which it was. */
  toldMs: number;
  /** Time that the prompts before it were expected to take when it came, s. */
  readonly aheadS: number;
  readonly energy: Energy;
  prefilled: number;
  output: number;
}

/** An interval that is not divided yet. */
interface Interval {
  readonly directive: Directive;
  /** When it began, ms UTC; long ago where nothing was before. */
  readonly fromMs: number;
  readonly lengthS: number;
  /** What ran in it, as it was told then. */
  readonly works: readonly Work[];
}

/**
 * Divides what a deployment drew in each interval between two directives. What it draws by being on goes to an account of its
 * own. Above that prompts take what their tokens are expected to take, which hardly depends on the load; what is left goes to the
 * answers by the tokens that each was given in the interval, the first of them aside, which a prompt brings with it, and by how many others
 * shared their steps (`crowding`). Both weigh by their lengths, as attention and KV cache do. Where the plant tells how many tokens it made in all, those that came past the gateway take
 * their part. So of every interval
 *
 *     requests + other + idle = metered.
 *
 * `other` is what is left, so where the plant learns of load seconds late it may be below zero for as long. A deployment that
 * is not metered gives each request what its tokens are expected to take, and has no accounts.
 *
 * Of an answer without stream nothing is seen before its end. So an interval is divided when the whole answers that ran in it have
 * ended, 15 s later at the latest.
 */
export class Attribution {
  readonly #given = new Map<string, Given>();
  readonly #backlogs = new Map<string, Backlog>();
  /** Engines of each deployment that have had requests. */
  readonly #servers = new Map<string, Set<string>>();
  #held: Interval[] = [];
  #heldWorks = 0;
  #toldMs = Number.NEGATIVE_INFINITY;
  #untilMs = Number.NEGATIVE_INFINITY;

  /** The instant up to which is known what was. */
  get untilMs(): number {
    return this.#untilMs;
  }

  /**
   * Takes a directive as the reading of the interval that it ends, and returns the accounts of all intervals that can be divided now.
   * @param works every request that runs, or has ended since the directive before
   */
  take(directive: Directive, works: Iterable<Work>): readonly Account[] {
    const toMs = directive.issuedMs;
    if (toMs <= this.#toldMs) return [];
    const fromMs = this.#toldMs;
    const lengthS = Number.isFinite(fromMs) ? Math.min(toMs - fromMs, LONGEST_MS) / 1000 : 0;
    this.#toldMs = toMs;
    const seen = [...works].filter(({ startMs, endMs }) =>
      endMs !== null && endMs <= toMs ? true : startMs <= toMs - JUST_MS,
    );
    this.#note(directive, seen);
    this.#held.push({ directive, fromMs, lengthS, works: seen });
    this.#heldWorks += seen.length;
    const accounts: Account[] = [];
    for (let next = this.#held[0]; next !== undefined && this.#mayDivide(next); next = this.#held[0]) {
      this.#held.shift();
      this.#heldWorks -= next.works.length;
      accounts.push(...this.#divide(next));
    }
    return [...accounts, ...this.#forget(directive)];
  }

  /** What a request was given until `untilMs`; null where no interval of its deployment was told. It is forgotten. */
  close(requestId: string): Energy | null {
    const given = this.#given.get(requestId);
    this.#given.delete(requestId);
    return given?.energy ?? null;
  }

  /** Takes down how far requests have come, and what was ahead of those that are new. */
  #note({ engines, issuedMs: toldMs }: Directive, works: readonly Work[]): void {
    const fresh: Work[] = [];
    for (const work of works) {
      const given = this.#given.get(work.requestId);
      if (given === undefined) fresh.push(work);
      else {
        given.last = work;
        given.toldMs = toldMs;
      }
    }
    fresh.sort((a, b) => a.startMs - b.startMs);
    const orders = new Map(engines.map((order) => [order.id, order]));
    for (const work of fresh) {
      const order = orders.get(work.deployment);
      if (order === undefined) continue;
      const servers = this.#servers.get(order.id);
      if (servers === undefined) this.#servers.set(order.id, new Set([work.server]));
      else servers.add(work.server);
      const aheadS = this.#backlogOf(order.id).add(work, order);
      this.#given.set(work.requestId, { last: work, toldMs, aheadS, energy: nothing(), prefilled: 0, output: 0 });
    }
  }

  #backlogOf(id: string): Backlog {
    let backlog = this.#backlogs.get(id);
    if (backlog === undefined) {
      backlog = new Backlog();
      this.#backlogs.set(id, backlog);
    }
    return backlog;
  }

  #shareOf(order: EngineOrder): Share {
    return shareOf(order, Math.max(1, this.#servers.get(order.id)?.size ?? 1));
  }

  #mayDivide({ directive, works }: Interval): boolean {
    if (this.#toldMs - directive.issuedMs >= HOLD_MS || this.#heldWorks > MOST_HELD) return true;
    return works.every((work) => {
      if (!isUnseen(work)) return true;
      const given = this.#given.get(work.requestId);
      // What is told of no more has left its engine without an answer
      return given === undefined || given.toldMs < this.#toldMs || !isUnseen(given.last);
    });
  }

  #divide({ directive, fromMs, lengthS, works }: Interval): Account[] {
    const toMs = directive.issuedMs;
    this.#untilMs = toMs;
    const shares = new Map(directive.engines.map((order): [string, Share] => [order.id, this.#shareOf(order)]));
    for (const seen of works) {
      const share = shares.get(seen.deployment);
      const given = this.#given.get(seen.requestId);
      if (share === undefined || given === undefined) continue;
      const part = partOf(given, isUnseen(seen) ? given.last : seen, share.order.expected, fromMs, toMs);
      share.parts.push(part);
      share.promptJ += part.promptJ;
      share.answerJ += part.sharedJ + part.ownJ;
      if (tellsTokens(share.order)) share.answerJ += part.firstJ;
    }
    return [...shares.values()].flatMap((share) => divide(share, directive, lengthS));
  }

  /** What was given to requests that never ended belongs to nobody. */
  #forget({ issuedMs }: Directive): Account[] {
    const accounts: Account[] = [];
    for (const [id, { toldMs, last, energy }] of this.#given) {
      if (issuedMs - toldMs <= FORGET_MS) continue;
      this.#given.delete(id);
      accounts.push({ deployment: last.deployment, name: 'other', energy });
    }
    return accounts;
  }
}

/** The tokens that a request was given in an interval: those until its end without those of the intervals before. */
function partOf(given: Given, work: Work, expected: EngineOrder['expected'], fromMs: number, toMs: number): Part {
  const { prefilled, output, firstMs } = progressAt(work, expected, toMs, given.aheadS);
  const before = given.output;
  const newPrefilled = Math.max(0, prefilled - given.prefilled);
  given.prefilled += newPrefilled;
  given.output = Math.max(before, output);
  const newOutput = given.output - before;
  const newFirst = Math.min(1, given.output) - Math.min(1, before);
  const { server, inputTokens, cachedTokens } = work;
  const { promptTokens = 0, promptGrowth = 0, contextTokens = 0, contextGrowth = 0 } = expected.lengths ?? {};
  // A token that comes after cached ones attends to them too
  const prompt = 1 + promptGrowth * (inputTokens + cachedTokens - promptTokens);
  const shared = Math.max(0, 1 - contextGrowth * contextTokens) * expected.decodeJPerToken;
  const own = contextGrowth * (inputTokens + given.output - newOutput / 2) * expected.decodeJPerToken;
  const endMs = Math.min(work.endMs ?? toMs, toMs);
  return {
    given,
    server,
    fromMs: Math.min(Math.max(firstMs, fromMs), endMs),
    toMs: endMs,
    promptJ: newPrefilled * expected.prefillJPerToken * Math.max(0, prompt),
    sharedJ: (newOutput - newFirst) * shared,
    ownJ: (newOutput - newFirst) * own,
    firstJ: newFirst * (shared + own),
  };
}
