import { type Failure, failure } from '../../engines/failure.ts';
import { type Clock, systemClock } from '../../series/clock.ts';
import type { KeySum } from '../../store/rows.ts';
import { fromMicro } from '../../units/money.ts';
import { Account, type Limit, METRICS, type Standing } from './account.ts';
import { Calendar, WINDOWS, type Window } from './calendar.ts';
import type { Principal } from './principal.ts';
import { rateHeaders } from './rateHeaders.ts';

/** What a request is expected to use, or has used: in the order of METRICS it is [1, tokens, joules, money]. */
export interface Amounts {
  readonly tokens: number;
  /** At the facility boundary. */
  readonly joules: number;
  /** Currency units. */
  readonly money: number;
}

/** What a request holds of its limits until it is settled. */
interface Hold {
  readonly accounts: readonly Account[];
  /** Starts of the windows that it counts in. */
  readonly windowsMs: readonly [number, number, number];
  taken: readonly [number, number, number, number];
}

/** When a request was let in. */
export interface Entry {
  readonly atMs: number;
  /** Local midnight before it. */
  readonly dayMs: number;
  /** `x-ratelimit-...` headers for its answer; null where it has no limits of requests or tokens. */
  readonly headers: Readonly<Record<string, string>> | null;
}

/** A budget that has been used beyond its warning. */
export interface BudgetWarning {
  readonly owner: string;
  readonly limit: Limit;
  readonly used: number;
}

/** Clients ignore a wait above this, s. */
const LONGEST_WAIT_S = 60;

/**
 * What keys, projects and organisations may use per minute, day and month of the site's zone. A request takes what it is
 * expected to use when it starts, from all three at once or not at all, and is set right when it ends. It counts in the windows
 * in which it started, whenever it ends. So no limit is exceeded by more than the misjudged part of what was under way.
 */
export class Limits {
  readonly #clock: Clock;
  readonly #calendar: Calendar;
  readonly #accounts = new Map<string, Account>();
  readonly #chains = new WeakMap<Principal, readonly Account[]>();
  readonly #holds = new Map<string, Hold>();
  readonly #onWarning: (warning: BudgetWarning) => void;

  constructor(zone: string, clock: Clock = systemClock, onWarning: (warning: BudgetWarning) => void = () => undefined) {
    this.#clock = clock;
    this.#calendar = new Calendar(zone);
    this.#onWarning = onWarning;
  }

  /** Starts of the present minute, day and month, ms UTC. */
  windows(): Readonly<Record<Window, number>> {
    this.#calendar.moveTo(this.#clock.nowMs());
    const [minute, day, month] = this.#calendar.startMs;
    return { minute: minute!, day: day!, month: month! };
  }

  /** Sets the limits of an organisation, project or key (`project:shop`); what it has used so far counts. */
  set(owner: string, limits: readonly Limit[]): void {
    this.#accountOf(owner).setLimits(limits, this.#calendar);
  }

  /** Counts what was used before a restart, window by window; budgets that are beyond their warning are not warned of again. */
  restore(window: Window, sums: readonly KeySum[]): void {
    this.#calendar.moveTo(this.#clock.nowMs());
    const at = WINDOWS.indexOf(window);
    for (const sum of sums) {
      const amounts = [sum.requests, sum.tokens, sum.facilityJoules, fromMicro(sum.moneyMicro)] as const;
      for (const owner of ownersOf(sum.organisation, sum.project, sum.key)) {
        this.#accountOf(owner).restore(at, amounts, this.#calendar);
      }
    }
  }

  /** Lets a request start, or says which limit stands in the way. Every request let in is settled or released once. */
  enter(requestId: string, principal: Principal, expected: Amounts): Entry | Failure {
    const nowMs = this.#clock.nowMs();
    const calendar = this.#calendar;
    calendar.moveTo(nowMs);
    const chain = this.#chainOf(principal);
    const amounts = [1, expected.tokens, expected.joules, expected.money] as const;
    let limited = false;
    for (const account of chain) {
      if (account.limits.length === 0) continue;
      const limit = account.blockedBy(amounts, calendar);
      if (limit !== null) return this.#refusal(account, limit, amounts[METRICS.indexOf(limit.metric)]!, nowMs);
      limited = true;
    }
    for (const account of chain) account.add(amounts, calendar.startMs, calendar);
    const { startMs } = calendar;
    const dayMs = startMs[1]!;
    this.#holds.set(requestId, { accounts: chain, windowsMs: [startMs[0]!, dayMs, startMs[2]!], taken: amounts });
    return { atMs: nowMs, dayMs, headers: limited ? rateHeaders(chain, calendar, nowMs) : null };
  }

  /** `x-ratelimit-...` headers for a principal as it stands now; null where it has no limits of requests or tokens. */
  headers(principal: Principal): Record<string, string> | null {
    const nowMs = this.#clock.nowMs();
    this.#calendar.moveTo(nowMs);
    return rateHeaders(this.#chainOf(principal), this.#calendar, nowMs);
  }

  /** The request has ended: what it used takes the place of what was expected. A second call for the same id changes nothing. */
  settle(requestId: string, used: Amounts): void {
    const hold = this.#holds.get(requestId);
    if (hold === undefined) return;
    this.#holds.delete(requestId);
    this.#replace(hold, [1, used.tokens, used.joules, used.money]);
  }

  /** The request never reached an engine: it has used nothing and was none. */
  release(requestId: string): void {
    const hold = this.#holds.get(requestId);
    if (hold === undefined) return;
    this.#holds.delete(requestId);
    this.#replace(hold, [0, 0, 0, 0]);
  }

  /** Energy and cost of a request that has ended turned out different by this much. */
  correct(principal: Principal, startMs: number, difference: Pick<Amounts, 'joules' | 'money'>): void {
    this.#calendar.moveTo(this.#clock.nowMs());
    const windowsMs = this.#calendar.startMs.map((start) => (startMs >= start ? start : Number.NaN));
    for (const account of this.#chainOf(principal)) {
      account.add([0, 0, difference.joules, difference.money], windowsMs, this.#calendar);
      this.#warn(account);
    }
  }

  /** What stands against each limit of an owner now. */
  standing(owner: string): readonly Standing[] {
    this.#calendar.moveTo(this.#clock.nowMs());
    return this.#accounts.get(owner)?.standing(this.#calendar) ?? [];
  }

  #replace(hold: Hold, used: Hold['taken']): void {
    this.#calendar.moveTo(this.#clock.nowMs());
    const [r, t, j, m] = hold.taken;
    const difference = [used[0] - r, used[1] - t, used[2] - j, used[3] - m] as const;
    for (const account of hold.accounts) {
      account.add(difference, hold.windowsMs, this.#calendar);
      this.#warn(account);
    }
  }

  #warn(account: Account): void {
    if (!account.warns) return;
    for (const { limit, used } of account.warnings(this.#calendar))
      this.#onWarning({ owner: account.owner, limit, used });
  }

  #chainOf(principal: Principal): readonly Account[] {
    let chain = this.#chains.get(principal);
    if (chain === undefined) {
      const { organisation, project, keyId } = principal;
      chain = ownersOf(organisation, project, keyId).map((owner) => this.#accountOf(owner));
      this.#chains.set(principal, chain);
    }
    return chain;
  }

  #accountOf(owner: string): Account {
    let account = this.#accounts.get(owner);
    if (account === undefined) {
      account = new Account(owner);
      this.#accounts.set(owner, account);
    }
    return account;
  }

  #refusal(account: Account, limit: Limit, wanted: number, nowMs: number): Failure {
    const { metric, window, amount, budget } = limit;
    const waitS = (this.#calendar.endMs[WINDOWS.indexOf(window)]! - nowMs) / 1000;
    const short = (value: number): string => String(Number(value.toPrecision(6)));
    const used = short(account.used(limit, this.#calendar));
    const details = { owner: account.owner.replace(':', ' '), metric, window, amount: short(amount), used };
    if (budget) return failure('JW_BUDGET', details, { retryAfterS: LONGEST_WAIT_S, retry: false });
    const never = wanted > amount;
    const retry = !never && waitS <= LONGEST_WAIT_S;
    const more = { ...details, wanted: short(wanted), seconds: Math.ceil(waitS) };
    return failure('JW_LIMIT', more, { retryAfterS: waitS, retry });
  }
}

function ownersOf(organisation: string, project: string, key: string): readonly string[] {
  return [`key:${key}`, `project:${project}`, `organisation:${organisation}`];
}
