import { useEffect, useState } from 'react';
import type { LiveDay, LivePlan, LiveSnapshot } from '../../src/server/api.ts';
import { isDay, isPlan, parseSnapshot } from './parse.ts';

/** Older data than this is called old: the stream sends once a second. */
export const STALE_MS = 5_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const DAY_EVERY_MS = 60_000;

/** How the page stands with the stream. */
export interface Live {
  readonly snapshot: LiveSnapshot | undefined;
  /** Age of the snapshot, ms of this machine's clock. */
  readonly ageMs: number;
  readonly link: 'connecting' | 'live' | 'stale';
  /** Events that were not a snapshot this page can read. */
  readonly unreadable: boolean;
}

/** Waits longer after each failure, up to half a minute, with a random part so that many screens do not return at once. */
export function backoffMs(failures: number, random: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(10, failures));
  return wait * (0.75 + 0.5 * random);
}

/** The newest snapshot of the stream at `url`; keeps the last one and reconnects when the stream breaks or falls silent. */
export function useLive(url: string): Live {
  const [state, setState] = useState<Live>({ snapshot: undefined, ageMs: 0, link: 'connecting', unreadable: false });
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let failures = 0;
    let lastMs = performance.now();
    let snapshot: LiveSnapshot | undefined;
    let unreadable = false;
    const show = (): void => {
      const ageMs = performance.now() - lastMs;
      const link = ageMs > STALE_MS ? 'stale' : snapshot === undefined ? 'connecting' : 'live';
      setState({ snapshot, ageMs, link, unreadable });
    };
    const again = (): void => {
      source?.close();
      clearTimeout(timer);
      timer = setTimeout(open, backoffMs(failures, Math.random()));
      failures += 1;
    };
    const open = (): void => {
      source?.close();
      source = new EventSource(url);
      source.onmessage = (event: MessageEvent<string>) => {
        const next = parseSnapshot(event.data);
        unreadable = next === undefined;
        if (next !== undefined) {
          snapshot = next;
          lastMs = performance.now();
          failures = 0;
        }
        show();
      };
      source.onerror = again;
      // A connection that opened but says nothing is as broken as one that closed.
      clearTimeout(timer);
      timer = setTimeout(function watch() {
        if (performance.now() - lastMs > 3 * STALE_MS) again();
        else timer = setTimeout(watch, STALE_MS);
      }, 3 * STALE_MS);
    };
    open();
    const clock = setInterval(() => {
      if (performance.now() - lastMs > 1_500) show();
    }, 1_000);
    return () => {
      source?.close();
      clearTimeout(timer);
      clearInterval(clock);
    };
  }, [url]);
  return state;
}

/** The day's curves, fetched again every minute of wall time (sooner while the site runs fast); undefined until the first answer. */
export function useDay(url: string, speed: number, online: boolean): LiveDay | undefined {
  const [day, setDay] = useState<LiveDay>();
  const everyMs = Math.max(5_000, DAY_EVERY_MS / Math.max(1, speed));
  useEffect(() => {
    if (!online) return;
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      try {
        const answer = await fetch(url, { signal: abort.signal });
        if (!answer.ok) return;
        const value: unknown = await answer.json();
        if (isDay(value)) setDay(value);
      } catch (error) {
        // The stream's own state tells the reader that the site is out of reach; the old curves stay.
        if (!abort.signal.aborted) console.warn('the day’s curves could not be fetched', error);
      }
    };
    void load();
    const timer = setInterval(load, everyMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [url, everyMs, online]);
  return day;
}

/**
 * The plan in force, fetched when the stream tells of another one; undefined without one.
 *
 * @param issuedMs when the plan in force was made, as the stream has it; undefined without one
 */
export function usePlan(url: string, issuedMs: number | undefined): LivePlan | undefined {
  const [plan, setPlan] = useState<LivePlan>();
  useEffect(() => {
    if (issuedMs === undefined) {
      setPlan(undefined);
      return;
    }
    const abort = new AbortController();
    const load = async (): Promise<void> => {
      try {
        const answer = await fetch(url, { signal: abort.signal });
        const value: unknown = answer.ok ? await answer.json() : undefined;
        setPlan(isPlan(value) ? value : undefined);
      } catch (error) {
        if (!abort.signal.aborted) console.warn('the plan could not be fetched', error);
      }
    };
    void load();
    return () => abort.abort();
  }, [url, issuedMs]);
  return plan;
}
