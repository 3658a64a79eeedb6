import { join } from 'node:path';
import type { JoulewrightError } from '../errors/error.ts';
import type { Clock } from '../series/clock.ts';
import { type Zone, zoneOf } from '../series/zone.ts';
import type { UsageRow } from '../store/rows.ts';
import { openStore, type Store } from '../store/store.ts';
import { fromMicro, toMicro } from '../units/money.ts';
import type { UsageRecord } from './contract.ts';
import type { UsageToday } from './messages.ts';

/**
 * A usage record as the store keeps it.
 * @param moneyMicro its cost in whole micro-units
 */
export function toUsageRow(record: UsageRecord, moneyMicro: number): UsageRow {
  return {
    requestId: record.requestId,
    tsMs: record.endMs,
    tenant: record.principal.project,
    service: record.model,
    engine: record.engine,
    class: record.class,
    inputTokens: record.inputTokens,
    outputTokens: record.outputTokens,
    itJoules: record.itJoules,
    facilityJoules: record.facilityJoules,
    co2G: record.co2G,
    moneyMicro,
    status: record.status,
    simulated: record.simulated,
    durationMs: record.durationMs,
    ttftMs: record.ttftMs,
  };
}

/** Records wait this long to be written together, ms. */
const GATHER_MS = 100;

/** `UsageToday` while it grows. */
type Sums = { -readonly [K in keyof UsageToday]: UsageToday[K] };

/** The usage books of a gateway process: every record goes to `usage.db`; the sums of the day are kept at hand. */
export class UsageBooks {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #zone: Zone;
  #today: Sums;
  #waiting: UsageRow[] = [];
  /** Currency units that rounding has left over; below half a micro-unit. */
  #carry = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Use `openBooks`. */
  constructor(store: Store, clock: Clock, zone: Zone) {
    this.#store = store;
    this.#clock = clock;
    this.#zone = zone;
    this.#today = this.#fresh();
  }

  /** Takes up the sums of the day from what was stored before a restart. */
  async resume(): Promise<void> {
    const sinceMs = this.#midnight();
    const [total] = await this.#store.usageTotals({ fromMs: sinceMs, toMs: this.#clock.nowMs() + 1 });
    if (total === undefined) return;
    const { requests, inputTokens, outputTokens, facilityJoules } = total;
    this.#today = { sinceMs, requests, inputTokens, outputTokens, joules: facilityJoules };
  }

  add(record: UsageRecord): void {
    const today = this.#current();
    today.requests += 1;
    today.inputTokens += record.inputTokens;
    today.outputTokens += record.outputTokens;
    today.joules += record.facilityJoules;
    // A request may cost less than a micro-unit: what rounding leaves goes to the next, so that sums stay true
    const exact = record.cost + this.#carry;
    const micro = toMicro(exact);
    this.#carry = exact - fromMicro(micro);
    this.#waiting.push(toUsageRow(record, micro));
    this.#timer ??= setTimeout(() => this.#write(), GATHER_MS);
  }

  /** Sums since local midnight. */
  get today(): UsageToday {
    return { ...this.#current() };
  }

  /** Writes what is left and closes the database. */
  async close(): Promise<void> {
    this.#write();
    await this.#store.close();
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const rows = this.#waiting;
    this.#waiting = [];
    // A failure is told to the store's onFailure
    if (rows.length > 0) void this.#store.append('usage', rows);
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

  #midnight(): number {
    const { year, month, day } = this.#zone.local(this.#clock.nowMs());
    return this.#zone.instant(year, month, day);
  }
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
): Promise<UsageBooks> {
  const store = await openStore(join(dataDir, 'usage.db'), { clock, onFailure });
  const books = new UsageBooks(store, clock, zoneOf(zone));
  await books.resume();
  return books;
}
