import type { AcceleratorRow, Format, Model } from '../catalog/catalog.ts';
import { usableAccelerator } from '../catalog/usable.ts';
import type { Predictor } from '../components/inference/predict/predict.ts';
import { atDevices, type Candidate, type ComparedService, type Costs, countsFor } from './compareChip.ts';

/** What a ranking may go by. */
export const SORTS = ['tokens-per-joule', 'lcot', 'tokens-per-second'] as const;
export type Sort = (typeof SORTS)[number];

/** What is compared. */
export interface CompareOptions {
  readonly rows: readonly AcceleratorRow[];
  readonly model: Model;
  readonly service: ComparedService;
  /** Format of the weights; without it fp8 where a chip computes in it, else fp16. */
  readonly format?: Format;
  /** Devices of a replica at most, >= 1. */
  readonly maxDevices: number;
  readonly sort: Sort;
  /** Power that there is, kW, for as many replicas as it allows at their board power limits. */
  readonly maxPowerKw?: number;
  /** Prices of chips by id, USD, before those of the catalogue. */
  readonly priceUsd: ReadonlyMap<string, number>;
  readonly costs: Omit<Costs, 'chipUsd'>;
}

/** A place in the ranking. */
export interface Ranked extends Candidate {
  /** With a limit of power: replicas that it allows, and what they give together, tokens/s. */
  readonly replicas?: number;
  readonly totalTokensPerS?: number;
}

/** Why a chip has no place: it cannot be planned with at all, or it cannot serve this. */
export interface Excluded {
  readonly id: string;
  readonly kind: 'unusable' | 'unfit';
  readonly reason: string;
}

/** Chips in order, best first, and those that have no place. */
export interface Comparison {
  readonly ranked: readonly Ranked[];
  readonly excluded: readonly Excluded[];
}

/** What is less, the better. A cost without the chip's price comes behind all that have it. */
function keyOf(sort: Sort, c: Ranked): readonly [number, number] {
  switch (sort) {
    case 'tokens-per-joule':
      return [0, -c.tokensPerJoule.value];
    case 'lcot':
      return [c.priced ? 0 : 1, c.lcotUsd.value];
    default:
      return [0, -(c.totalTokensPerS ?? c.tokensPerSPerDevice.value)];
  }
}

function before(sort: Sort, a: Ranked, b: Ranked): number {
  const [a0, a1] = keyOf(sort, a);
  const [b0, b1] = keyOf(sort, b);
  return a0 - b0 || a1 - b1 || (a.chip.id < b.chip.id ? -1 : 1);
}

function unusableReason({ missing, unsourced }: { missing: readonly string[]; unsourced: boolean }): string {
  const parts = [
    missing.length === 0 ? '' : `nobody published its ${missing.join(', ')}`,
    unsourced ? 'its figures are of grade D, which nothing is planned with' : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** A candidate under a limit of power; undefined where not one replica may draw its board power limit. */
function powered(candidate: Candidate, options: CompareOptions): Ranked | undefined {
  if (options.maxPowerKw === undefined) return candidate;
  const eachKw = (candidate.chip.tdpW * candidate.devices * options.costs.overhead) / 1000;
  const replicas = Math.floor(options.maxPowerKw / eachKw);
  if (replicas === 0) return undefined;
  return { ...candidate, replicas, totalTokensPerS: replicas * candidate.tokensPerS.value };
}

function ofChip(predictor: Predictor, row: AcceleratorRow, options: CompareOptions): Ranked | Excluded {
  const usable = usableAccelerator(row);
  if (!usable.ok) return { id: row.id, kind: 'unusable', reason: unusableReason(usable) };
  const chip = usable.value;
  const format = options.format ?? (chip.tflops.fp8 === undefined ? 'fp16' : 'fp8');
  const unfit = (reason: string): Excluded => ({ id: row.id, kind: 'unfit', reason });
  const { counts, reason } = countsFor(chip, options.model, format, options.maxDevices, options.service);
  if (counts.length === 0) return unfit(reason);
  const costs: Costs = { ...options.costs, chipUsd: options.priceUsd.get(row.id) ?? chip.priceUsd };
  const outcomes = counts.map((n) => atDevices(predictor, chip, options.model, format, n, options.service, costs));
  const met = outcomes.flatMap((outcome) => (outcome.reason === undefined ? [outcome.best] : []));
  if (met.length === 0) {
    const last = outcomes.at(-1)!;
    return unfit(`${last.reason ?? ''} (${counts.at(-1)} device${counts.at(-1) === 1 ? '' : 's'})`);
  }
  const fitting = met.flatMap((candidate) => powered(candidate, options) ?? []);
  const [best] = fitting.sort((a, b) => before(options.sort, a, b));
  if (best === undefined) {
    const needKw = (chip.tdpW * met[0]!.devices * options.costs.overhead) / 1000;
    return unfit(`${met[0]!.devices} x ${chip.tdpW} W need ${Number(needKw.toPrecision(3))} kW`);
  }
  return best;
}

/**
 * Ranks chips for a model and a service, each with the number of devices (a power of two) that is best by what the ranking
 * goes by, at the largest batch that keeps the latencies. Cost in USD, energy of boards; see `Candidate`.
 */
export function compare(predictor: Predictor, options: CompareOptions): Comparison {
  const all = options.rows.map((row) => ofChip(predictor, row, options));
  return {
    ranked: all.flatMap((one) => ('reason' in one ? [] : [one])).sort((a, b) => before(options.sort, a, b)),
    excluded: all.flatMap((one) => ('reason' in one ? [one] : [])),
  };
}
