/** One arrival of batch work: how much is left of it and when it is due. */
export interface Lot {
  dueMs: number;
  count: number;
}

/**
 * The waiting requests of one batch service, first in first out, as the difference of the cumulative curves "arrived" and
 * "served"; what is still there past its due time counts as late once, and is served all the same.
 */
export class Backlog {
  #lots: Lot[];
  #head = 0;
  #total: number;
  /** Index of the first lot that has not been counted as late. */
  #onTime = 0;

  constructor(saved?: unknown) {
    this.#lots = reviveLots(saved);
    this.#total = this.#lots.reduce((sum, lot) => sum + lot.count, 0);
    this.#onTime = lateBefore(saved);
  }

  /** Requests waiting. */
  get total(): number {
    return this.#total;
  }

  /** What waits, the oldest first. */
  get lots(): readonly Readonly<Lot>[] {
    return this.#lots.slice(this.#head);
  }

  arrive(count: number, dueMs: number): void {
    if (count <= 0) return;
    const last = this.#lots.at(-1);
    if (last !== undefined && this.#head < this.#lots.length && last.dueMs === dueMs) last.count += count;
    else this.#lots.push({ dueMs, count });
    this.#total += count;
  }

  /** Takes up to `count` of the oldest requests out. */
  serve(count: number): void {
    let left = Math.min(count, this.#total);
    this.#total -= left;
    while (left > 0 && this.#head < this.#lots.length) {
      const lot = this.#lots[this.#head]!;
      const taken = Math.min(lot.count, left);
      lot.count -= taken;
      left -= taken;
      if (lot.count > 1e-12) break;
      this.#head++;
    }
    // What rounding leaves behind when the queue runs empty is nobody's request.
    if (this.#head >= this.#lots.length) this.#total = 0;
    if (this.#head > 1024) this.#compact();
  }

  /** Requests that became late by `nowMs` and had not been counted before. */
  countLate(nowMs: number): number {
    let late = 0;
    this.#onTime = Math.max(this.#onTime, this.#head);
    while (this.#onTime < this.#lots.length && this.#lots[this.#onTime]!.dueMs <= nowMs) {
      late += this.#lots[this.#onTime]!.count;
      this.#onTime++;
    }
    return late;
  }

  save(): unknown {
    this.#compact();
    return { lots: this.#lots.map((lot) => [lot.dueMs, lot.count]), onTime: this.#onTime };
  }

  #compact(): void {
    this.#lots = this.#lots.slice(this.#head);
    this.#onTime = Math.max(0, this.#onTime - this.#head);
    this.#head = 0;
  }
}

function reviveLots(saved: unknown): Lot[] {
  if (typeof saved !== 'object' || saved === null || !('lots' in saved) || !Array.isArray(saved.lots)) return [];
  const lots: Lot[] = [];
  for (const pair of saved.lots) {
    if (!Array.isArray(pair)) return [];
    const [dueMs, count] = pair;
    if (typeof dueMs !== 'number' || typeof count !== 'number' || !(count >= 0)) return [];
    lots.push({ dueMs, count });
  }
  return lots;
}

function lateBefore(saved: unknown): number {
  return typeof saved === 'object' && saved !== null && 'onTime' in saved && typeof saved.onTime === 'number'
    ? saved.onTime
    : 0;
}
