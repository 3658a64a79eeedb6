import { systemClock } from '../series/clock.ts';
import type { Json } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { LiveSite } from './liveSite.ts';
import {
  MEASURED_KEY,
  reviveMeasured,
  reviveSite,
  reviveTrail,
  type SavedMeasured,
  type SavedSite,
  STATE_KEY,
  TRAIL_KEY,
} from './state.ts';

/** What the running site keeps in its store under a name each, the newest in place of the one before. */
export class Checkpoints {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async #read(key: string): Promise<unknown> {
    return (await this.#store.lastCheckpoint(key))?.value;
  }

  #write(key: string, value: unknown): Promise<unknown> {
    return this.#store.append('checkpoint', [{ key, tsMs: systemClock.nowMs(), value: asJson(value) }]);
  }

  async site(): Promise<SavedSite | undefined> {
    return reviveSite(await this.#read(STATE_KEY));
  }

  async measured(): Promise<SavedMeasured> {
    return reviveMeasured(await this.#read(MEASURED_KEY));
  }

  async trail(): Promise<{ readonly seq: number; readonly hash: string } | undefined> {
    return reviveTrail(await this.#read(TRAIL_KEY));
  }

  keepSite(live: LiveSite): Promise<unknown> {
    return this.#write(STATE_KEY, live.save());
  }

  /** @param learnt what forecasts have learnt */
  keepMeasured(live: LiveSite, learnt: unknown): Promise<unknown> {
    return this.#write(MEASURED_KEY, { records: live.observer.records(), learnt });
  }

  keepTrail(head: { readonly seq: number; readonly hash: string }): Promise<unknown> {
    return this.#write(TRAIL_KEY, head);
  }
}

/** A value as it will be read back: plain JSON, a copy of its own. */
export function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value));
}
