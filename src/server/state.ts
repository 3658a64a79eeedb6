import { reviveRecord } from '../twin/memory.ts';

/** What the running site keeps across restarts. */
export interface SavedSite {
  readonly v: 1;
  /** Site time at which the plant's state holds, ms. */
  readonly siteMs: number;
  readonly plant: unknown;
  readonly policy: unknown;
  /** Orders of the grid and the meter that their baselines rest on. */
  readonly desk?: unknown;
  /** Totals of the local day. */
  readonly today: unknown;
  /** The local day, `2026-07-14`. */
  readonly day: string;
  readonly directiveSeq: number;
  /** The twin beside the plant in mode `shadow`. */
  readonly shadow?: unknown;
  /** Levers that the operator has pulled. */
  readonly operator?: unknown;
  /** Batch work that waits, as the observer has counted it. */
  readonly waiting?: unknown;
}

/** What was measured for the forecasts, and what they have learnt: kept every few minutes. */
export interface SavedMeasured {
  readonly records: unknown;
  readonly learnt: unknown;
}

export const STATE_KEY = 'site';
/** Where records and what forecasts have learnt are kept. */
export const MEASURED_KEY = 'measured';
/** Where the newest entry of the gateway's audit trail is noted, apart from the trail itself. */
export const TRAIL_KEY = 'trail';

/** Reads a stored state back; undefined when it is of another kind or a later version. */
export function reviveSite(value: unknown): SavedSite | undefined {
  const record = reviveRecord(value);
  if (record['v'] !== 1 || typeof record['siteMs'] !== 'number' || typeof record['day'] !== 'string') return undefined;
  const seq = record['directiveSeq'];
  return {
    v: 1,
    siteMs: record['siteMs'],
    plant: record['plant'],
    policy: record['policy'],
    desk: record['desk'],
    today: record['today'],
    day: record['day'],
    directiveSeq: typeof seq === 'number' ? seq : 0,
    shadow: record['shadow'],
    operator: record['operator'],
    waiting: record['waiting'],
  };
}

/** Reads back which entry of the audit trail was noted last; undefined when none was. */
export function reviveTrail(value: unknown): { readonly seq: number; readonly hash: string } | undefined {
  if (typeof value !== 'object' || value === null || !('seq' in value) || !('hash' in value)) return undefined;
  return { seq: Number(value.seq), hash: String(value.hash) };
}

/** Reads back what was measured; what cannot be read is measured anew. */
export function reviveMeasured(value: unknown): SavedMeasured {
  const record = reviveRecord(value);
  return { records: record['records'], learnt: record['learnt'] };
}
