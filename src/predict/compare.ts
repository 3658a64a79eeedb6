import type { AcceleratorRow, Format, Model } from '../catalog/catalog.ts';
import { TOO_SMALL, usableAccelerator } from '../catalog/usable.ts';
import { type EngineId, engineAgainst } from '../components/inference/engine.ts';
import type { Interval, Predictor } from '../components/inference/predict/predict.ts';
import { atDevices, type Candidate } from './compareChip.ts';
import type { Costs } from './compareCost.ts';
import { type ComparedService, countsFor, formatFor, isNative } from './compareFit.ts';

/** What a ranking may go by. */
export const SORTS = ['tokens-per-joule', 'lcot', 'tokens-per-s'] as const;
export type Sort = (typeof SORTS)[number];

/**
 * Which figure of an interval a ranking goes by: its worse end, so that a chip of which little is known does not lead because its
 * interval is wide, or the predicted value.
 */
export const RANKS = ['low', 'mid'] as const;
export type Rank = (typeof RANKS)[number];

/** What is compared. */
export interface CompareOptions {
  readonly rows: readonly AcceleratorRow[];
  readonly model: Model;
  readonly service: ComparedService;
  readonly engine: EngineId;
  /** Format of the weights; without it fp8 where a chip computes in it, else fp16. */
  readonly format?: Format;
  /** Only chips that compute in the format of the weights themselves. */
  readonly nativeOnly: boolean;
  /** Devices of a replica at most, >= 1. */
  readonly maxDevices: number;
  /** Sequences of a replica at most, >= 1. */
  readonly maxBatch: number;
  readonly sort: Sort;
  readonly rank: Rank;
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
  /** Its interval reaches to the better of the first one's: the order of the two may be otherwise. */
  readonly tiesFirst: boolean;
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

type Placed = Omit<Ranked, 'tiesFirst'>;

/** The figure that a ranking goes by. */
export function figureOf(sort: Sort, c: Placed): Interval {
  switch (sort) {
    case 'tokens-per-joule':
      return c.tokensPerJoule;
    case 'lcot':
      return c.lcotUsd;
    default: {
      const { tokensPerSPerDevice: each } = c;
      if (c.replicas === undefined) return each;
      const devices = c.replicas * c.devices;
      return { value: each.value * devices, low: each.low * devices, high: each.high * devices };
    }
  }
}

/** What is less, the better. A cost without the chip's price comes behind all that have it. */
function keyOf({ sort, rank }: CompareOptions, c: Placed): readonly [number, number] {
  const { value, low, high } = figureOf(sort, c);
  if (sort === 'lcot') return [c.priced ? 0 : 1, rank === 'low' ? high : value];
  return [0, rank === 'low' ? -low : -value];
}

function before(options: CompareOptions, a: Placed, b: Placed): number {
  const [a0, a1] = keyOf(options, a);
  const [b0, b1] = keyOf(options, b);
  return a0 - b0 || a1 - b1 || (a.chip.id < b.chip.id ? -1 : 1);
}

function unusableReason(row: AcceleratorRow, missing: readonly string[], unsourced: boolean): string {
  const small = missing.includes(TOO_SMALL);
  const unpublished = missing.filter((word) => word !== TOO_SMALL);
  const parts = [
    small ? `its ${row.memoryGb} GB of memory hold no model beside what an engine keeps` : '',
    unpublished.length === 0 ? '' : `nobody published its ${unpublished.join(', ')}`,
    unsourced ? 'its figures are of grade D, which nothing is planned with' : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/** A candidate under a limit of power; undefined where not one replica may draw its board power limit. */
function powered(candidate: Candidate, options: CompareOptions): Placed | undefined {
  if (options.maxPowerKw === undefined) return candidate;
  const eachKw = (candidate.chip.tdpW * candidate.devices * options.costs.overhead) / 1000;
  const replicas = Math.floor(options.maxPowerKw / eachKw);
  if (replicas === 0) return undefined;
  return { ...candidate, replicas, totalTokensPerS: replicas * candidate.tokensPerS.value };
}

function ofChip(predictor: Predictor, row: AcceleratorRow, options: CompareOptions): Placed | Excluded {
  const usable = usableAccelerator(row);
  if (!usable.ok) {
    return { id: row.id, kind: 'unusable', reason: unusableReason(row, usable.missing, usable.unsourced) };
  }
  const chip = usable.value;
  const { model, engine, service, maxBatch } = options;
  const unfit = (reason: string): Excluded => ({ id: row.id, kind: 'unfit', reason });
  const build = { model, engine, format: options.format ?? formatFor(chip) };
  const against = engineAgainst(chip, engine);
  if (against !== undefined) return unfit(against);
  if (options.nativeOnly && !isNative(chip, build.format)) return unfit(`does not compute in ${build.format} itself`);
  const { counts, reason } = countsFor(chip, build, options.maxDevices, service);
  if (counts.length === 0) return unfit(reason);
  const costs: Costs = { ...options.costs, chipUsd: options.priceUsd.get(row.id) ?? chip.priceUsd };
  const outcomes = counts.map((n) => atDevices(predictor, chip, build, n, service, costs, maxBatch));
  const met = outcomes.flatMap((outcome) => (outcome.reason === undefined ? [outcome.best] : []));
  if (met.length === 0) {
    const last = outcomes.at(-1)!;
    return unfit(`${last.reason ?? ''} (${counts.at(-1)} device${counts.at(-1) === 1 ? '' : 's'})`);
  }
  const fitting = met.flatMap((candidate) => powered(candidate, options) ?? []);
  const [best] = fitting.sort((a, b) => before(options, a, b));
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
  const ranked = all.flatMap((one) => ('reason' in one ? [] : [one])).sort((a, b) => before(options, a, b));
  const [first] = ranked;
  const reaches = (one: Placed, than: Placed): boolean => {
    const [own, its] = [figureOf(options.sort, one), figureOf(options.sort, than)];
    // A cost of energy alone says nothing beside one with the chip in it.
    return options.sort === 'lcot' ? one.priced === than.priced && own.low <= its.high : own.high >= its.low;
  };
  return {
    ranked: ranked.map((one) => ({ ...one, tiesFirst: first !== undefined && reaches(one, first) })),
    excluded: all.flatMap((one) => ('reason' in one ? [one] : [])),
  };
}
