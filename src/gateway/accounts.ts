import type { AccountRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { Account, Energy } from './division.ts';

/** Joules that no request took are written together after this long, ms. */
const GATHER_MS = 5_000;

interface Sum {
  readonly dayMs: number;
  readonly account: Account;
  readonly energy: Energy;
}

/** Books what deployments drew and no request took: it stands in the sums by day under names that no organisation can have. */
export class Accounts {
  readonly #store: Store;
  readonly #micro: (cost: number) => number;
  readonly #sums = new Map<string, Sum>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** @param micro whole micro-units of a cost, what rounding leaves carried on */
  constructor(store: Store, micro: (cost: number) => number) {
    this.#store = store;
    this.#micro = micro;
  }

  /** @param dayMs the local midnight before, ms UTC */
  add(dayMs: number, accounts: readonly Account[]): void {
    for (const account of accounts) {
      const key = `${dayMs} ${account.name} ${account.deployment}`;
      const sum = this.#sums.get(key);
      if (sum === undefined) this.#sums.set(key, { dayMs, account, energy: { ...account.energy } });
      else addTo(sum.energy, account.energy);
    }
    if (accounts.length > 0) this.#timer ??= setTimeout(() => this.write(), GATHER_MS).unref();
  }

  /** Hands what was gathered to the store. */
  write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const rows = Array.from(this.#sums.values(), ({ dayMs, account, energy }): AccountRow => {
      const { cost, ...rest } = energy;
      return {
        dayMs,
        account: `(${account.name})`,
        service: account.deployment,
        ...rest,
        moneyMicro: this.#micro(cost),
      };
    });
    this.#sums.clear();
    // A failure is told to the store's onFailure
    if (rows.length > 0) void this.#store.append('account', rows);
  }
}

function addTo(sum: Energy, more: Energy): void {
  sum.itJoules += more.itJoules;
  sum.facilityJoules += more.facilityJoules;
  sum.co2G += more.co2G;
  sum.waterL += more.waterL;
  sum.cost += more.cost;
}
