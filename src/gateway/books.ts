import { join } from 'node:path';
import type { Directive } from '../control/contract.ts';
import type { JoulewrightError } from '../errors/error.ts';
import type { Clock } from '../series/clock.ts';
import { type Zone, zoneOf } from '../series/zone.ts';
import type { Provisional, Retention, SettlementRow, UsageRow } from '../store/rows.ts';
import { openStore, type Store } from '../store/store.ts';
import { fromMicro, toMicro } from '../units/money.ts';
import { Accounts } from './accounts.ts';
import { Attribution } from './attribution.ts';
import type { UsageRecord } from './contract.ts';
import type { UsageToday } from './messages.ts';
import type { Work } from './progress.ts';
import type { Principal } from './tenants/principal.ts';

/** Records wait this long to be written together, ms. */
const GATHER_MS = 100;
/** A request whose seconds are not told after this long keeps its provisional energy, ms. */
const SETTLE_MS = 60_000;

/** `UsageToday` while it grows. */
type Sums = { -readonly [K in keyof UsageToday]: UsageToday[K] };

/** A request whose energy is provisional, with what its row does not say. Thousands of them wait for a second or two: they are kept small. */
interface Pending {
  readonly row: UsageRow;
  readonly principal: Principal;
  readonly deployment: string;
  readonly queuedMs: number;
  readonly cachedTokens: number;
}

/** The energy or cost of a request turned out different by this much. */
export type Correction = (principal: Principal, startMs: number, by: { joules: number; money: number }) => void;

/**
 * The usage books of a gateway process: every record goes to `usage.db`, with its provisional energy; when the seconds in which
 * it ran are known, the settled energy follows. The sums of the day are kept at hand.
 */
export class UsageBooks {
  readonly store: Store;
  readonly #clock: Clock;
  readonly #zone: Zone;
  readonly #attribution = new Attribution();
  readonly #pending = new Map<string, Pending>();
  /** Those of them whose end the attribution was not told of. */
  #untold: Pending[] = [];
  readonly #onCorrection: Correction;
  #today: Sums;
  #waiting: UsageRow[] = [];
  #settlements: SettlementRow[] = [];
  readonly #accounts: Accounts;
  /** Currency units that rounding has left over; below half a micro-unit. */
  #carry = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param onCorrection told of each settlement that changes joules or cost */
  constructor(store: Store, clock: Clock, zone: string, onCorrection: Correction = () => undefined) {
    this.store = store;
    this.#clock = clock;
    this.#zone = zoneOf(zone);
    this.#onCorrection = onCorrection;
    this.#accounts = new Accounts(store, (cost) => this.#micro(cost));
    this.#today = this.#fresh();
  }

  /** Takes up the sums of the day from what was stored before a restart. */
  async resume(): Promise<void> {
    const sinceMs = this.#midnight();
    const [total] = await this.store.usageTotals({ fromMs: sinceMs, toMs: this.#clock.nowMs() + 1 });
    if (total === undefined) return;
    const { requests, inputTokens, outputTokens, facilityJoules } = total;
    this.#today = { sinceMs, requests, inputTokens, outputTokens, joules: facilityJoules };
  }

  /** @param directive the one that rules as the request ends: it knows how sure the energy is */
  add(record: UsageRecord, directive?: Directive): void {
    const today = this.#current();
    today.requests += 1;
    today.inputTokens += record.inputTokens;
    today.outputTokens += record.outputTokens;
    today.joules += record.facilityJoules;
    const startMs = record.endMs - record.durationMs;
    const band = directive?.engines.find(({ id }) => id === record.deployment)?.energyBand;
    const { organisation, project, keyId: key } = record.principal;
    const row: UsageRow = {
      requestId: record.requestId,
      tsMs: record.endMs,
      startMs,
      dayMs: startMs >= today.sinceMs ? today.sinceMs : this.#midnight(startMs),
      organisation,
      project,
      key,
      service: record.model,
      engine: record.engine,
      class: record.class,
      inputTokens: record.inputTokens,
      outputTokens: record.outputTokens,
      itJoules: record.itJoules,
      facilityJoules: record.facilityJoules,
      co2G: record.co2G,
      waterL: record.waterL,
      method: record.method,
      low: band?.low ?? null,
      high: band?.high ?? null,
      settled: record.method === '',
      currency: record.currency,
      cost: record.cost,
      moneyMicro: this.#micro(record.cost),
      status: record.status,
      simulated: record.simulated,
      durationMs: record.durationMs,
      ttftMs: record.ttftMs,
    };
    this.#waiting.push(row);
    if (!row.settled) {
      const { principal, deployment, queuedMs, cachedTokens } = record;
      const pending = { row, principal, deployment, queuedMs, cachedTokens };
      this.#pending.set(row.requestId, pending);
      this.#untold.push(pending);
    }
    this.#timer ??= setTimeout(() => this.#write(), GATHER_MS);
  }

  /**
   * A directive tells of the interval before it: its joules are divided among the requests that ran in it, and those that ended in
   * it or earlier are settled.
   * @param running requests that still run
   */
  take(directive: Directive, running: readonly Work[] = []): void {
    const works = [...this.#untold.map(workOf), ...running];
    this.#untold = this.#untold.filter(({ row }) => row.tsMs > directive.issuedMs);
    this.#accounts.add(this.#current().sinceMs, this.#attribution.take(directive, works));
    const { untilMs } = this.#attribution;
    for (const [id, pending] of this.#pending) {
      const { row } = pending;
      if (row.tsMs <= untilMs) this.#settle(pending);
      else if (this.#clock.nowMs() - row.tsMs > SETTLE_MS) this.#keep(pending);
      else continue;
      this.#pending.delete(id);
    }
  }

  /** A request by its id, with whether its energy will still be settled; null when it is not known. */
  async find(requestId: string): Promise<{ readonly row: UsageRow; readonly pending: boolean } | null> {
    const pending = this.#pending.get(requestId);
    if (pending !== undefined) return { row: pending.row, pending: true };
    this.#write();
    const row = await this.store.usageOf(requestId);
    return row === null ? null : { row, pending: false };
  }

  /** Sums since local midnight. */
  get today(): UsageToday {
    return { ...this.#current() };
  }

  /** Writes what is left and closes the database. */
  async close(): Promise<void> {
    this.#write();
    this.#accounts.write();
    await this.store.close();
  }

  #settle(pending: Pending): void {
    const { row, principal } = pending;
    const { startMs } = row;
    const settled = this.#attribution.close(row.requestId);
    if (settled === null) {
      this.#keep(pending);
      return;
    }
    const money = settled.cost - row.cost;
    const moneyMicro = row.moneyMicro + this.#micro(money);
    this.#settlements.push({ row: provisional(row), ...settled, moneyMicro, method: 'interval' });
    this.#timer ??= setTimeout(() => this.#write(), GATHER_MS);
    const joules = settled.facilityJoules - row.facilityJoules;
    const today = this.#current();
    if (row.tsMs >= today.sinceMs) today.joules += joules;
    if (joules !== 0 || money !== 0) this.#onCorrection(principal, startMs, { joules, money });
  }

  /** What was predicted stands. */
  #keep({ row }: Pending): void {
    const { itJoules, facilityJoules, co2G, waterL, cost, moneyMicro, method } = row;
    this.#settlements.push({ row: provisional(row), itJoules, facilityJoules, co2G, waterL, cost, moneyMicro, method });
    this.#timer ??= setTimeout(() => this.#write(), GATHER_MS);
  }

  /** A request may cost less than a micro-unit: what rounding leaves goes to the next, so that sums stay true. */
  #micro(cost: number): number {
    const exact = cost + this.#carry;
    const micro = toMicro(exact);
    this.#carry = exact - fromMicro(micro);
    return micro;
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const rows = this.#waiting;
    const settlements = this.#settlements;
    this.#waiting = [];
    this.#settlements = [];
    // A failure is told to the store's onFailure
    if (rows.length > 0) void this.store.append('usage', rows);
    if (settlements.length > 0) void this.store.append('settlement', settlements);
  }

  #current(): Sums {
    if (this.#clock.nowMs() >= this.#today.sinceMs + 23 * 3_600_000 && this.#midnight() !== this.#today.sinceMs) {
      this.#today = this.#fresh();
    }
    return this.#today;
  }

  #fresh(): Sums {
    return { sinceMs: this.#midnight(), requests: 0, inputTokens: 0, outputTokens: 0, joules: 0 };
  }

  #midnight(atMs = this.#clock.nowMs()): number {
    const { year, month, day } = this.#zone.local(atMs);
    return this.#zone.instant(year, month, day);
  }
}

function workOf({ row, deployment, queuedMs, cachedTokens }: Pending): Work {
  const { requestId, engine: server, tsMs: endMs, ttftMs, inputTokens, outputTokens } = row;
  const startMs = row.startMs + queuedMs;
  const first = ttftMs === null ? null : ttftMs - queuedMs;
  return { requestId, deployment, server, startMs, endMs, ttftMs: first, inputTokens, cachedTokens, outputTokens };
}

function provisional(row: UsageRow): Provisional {
  const { requestId, dayMs, organisation, project, key, service } = row;
  const { itJoules, facilityJoules, co2G, waterL, moneyMicro } = row;
  return { requestId, dayMs, organisation, project, key, service, itJoules, facilityJoules, co2G, waterL, moneyMicro };
}

/**
 * Opens `usage.db` in a folder. Throws the store's errors.
 * @param onFailure told when records could not be stored; serving goes on
 */
export async function openBooks(
  dataDir: string,
  zone: string,
  clock: Clock,
  onFailure: (error: JoulewrightError) => void,
  onCorrection?: Correction,
  retention?: Partial<Retention>,
): Promise<UsageBooks> {
  const store = await openStore(join(dataDir, 'usage.db'), {
    clock,
    onFailure,
    ...(retention === undefined ? {} : { retention }),
  });
  const books = new UsageBooks(store, clock, zone, onCorrection);
  await books.resume();
  return books;
}
