import { boost } from '../learn/boost.ts';
import { linearAt, ridge } from '../learn/ridge.ts';
import { LEVELS, type Method } from './contract.ts';
import { LINEAR, linearFeatures, TREE, treeFeatures, usualAt } from './features.ts';
import { BANDS_H, bandOf, ERROR_BANDS_H } from './leads.ts';
import { type Learnt, POINTS, type PointMethod, plainPoint, quantilesInto, Speaker, stretch } from './methods.ts';
import { type Pair, pairs } from './pairs.ts';
import type { Past } from './past.ts';
import { meanPinball } from './pinball.ts';

/** Pairs of an origin and a target that are learnt from, and on which methods are compared, in each band of leads. */
const ROWS = 800;
const HELD_ROWS = 300;
/** Part of the history, at its end, that is held out to choose. */
const HELD_SHARE = 0.25;
/** Least history to learn from, days. */
export const LEARN_DAYS = 5;
/** Penalty of a feature: this times how long it stays much the same, over the length of the history. */
const PENALTY = 5;
/** Days that a leaf must stand for. */
const LEAF_DAYS = 1.5;
/**
 * How much worse a mix may do on a tail of one day and still be taken; less by the root of its days. Means err less than their
 * parts, and a short tail tells little.
 */
const MIX_BONUS = 0.2;
/** Stretches of the spread that are tried: what was learnt from spreads less than what comes. */
const SPREADS = [1, 1.2, 1.4, 1.7, 2];
const FOLDS = 4;

/** How trees are grown: few and small, since the rows of a month hang together. */
const GROWTH = { trees: 20, rate: 0.15, leaves: 6, shrinkWeight: 20, columns: 0.5, seed: 1 } as const;

/** Methods whose quantiles are averaged, and how much wider their spread is made. */
export interface Choice {
  readonly mix: readonly Method[];
  readonly spread: number;
}

/** A fit and what it rests on. */
export interface Fit {
  readonly learnt: Learnt;
  /** The best on the held-out tail for each band of leads. */
  readonly chosen: readonly Choice[];
  /** Mean pinball loss of each method on the held-out tail, by band; in the unit of the quantity. */
  readonly losses: Readonly<Partial<Record<Method, readonly number[]>>>;
}

/** The pairs of a band with their features. */
interface Rows {
  readonly own: readonly Pair[];
  readonly columns: readonly Float64Array[];
  readonly target: Float64Array;
  readonly weights: Float64Array;
}

function rowsOf(past: Past, own: readonly Pair[]): Rows {
  const columns = LINEAR.map(() => new Float64Array(own.length));
  const target = new Float64Array(own.length);
  const weights = new Float64Array(own.length);
  const row = new Float64Array(LINEAR.length);
  own.forEach(({ origin, step }, r) => {
    const usual = usualAt(past, origin, step);
    linearFeatures(past, origin, step, usual, row);
    for (let k = 0; k < row.length; k++) columns[k]![r] = row[k]!;
    target[r] = past.z[step]! - usual;
    weights[r] = past.weight(step);
  });
  return { own, columns, target, weights };
}

/** Answers of the rule for rows that it has not learnt from: by parts of the history, each left out in turn. */
function leftOut({ own, columns, target, weights }: Rows, from: number, end: number, penalties: readonly number[]) {
  const answers = new Float64Array(own.length);
  const row = new Float64Array(columns.length);
  const foldOf = (r: number): number => Math.floor((FOLDS * (own[r]!.step - from)) / (end - from));
  for (let fold = 0; fold < FOLDS; fold++) {
    const rule = ridge(
      columns,
      target,
      weights.map((w, r) => (foldOf(r) === fold ? 0 : w)),
      penalties,
    );
    for (let r = 0; r < own.length; r++) {
      if (foldOf(r) !== fold) continue;
      for (let k = 0; k < row.length; k++) row[k] = columns[k]![r]!;
      answers[r] = linearAt(rule, row);
    }
  }
  return answers;
}

/** Learns from the steps before `end`. */
function learn(past: Past, from: number, end: number, trees: boolean): Learnt {
  const spanH = (end - from) / past.perHour;
  const penalties = LINEAR.map(([, staysH]) => (PENALTY * staysH) / spanH);
  const bands = BANDS_H.map((_, band) => rowsOf(past, pairs(past, band, from, from, end, ROWS)));
  const rules = bands.map(({ columns, target, weights }) => ridge(columns, target, weights, penalties));
  const answers = bands.map((rows) => leftOut(rows, from, end, penalties));
  const errors = errorsOf(past, bands, answers);
  if (!trees) return { rules, forests: [], errors };

  const count = bands.reduce((sum, { own }) => sum + own.length, 0);
  const columns = TREE.map(() => new Float64Array(count));
  const rest = new Float64Array(count);
  const weights = new Float64Array(count);
  const row = new Float64Array(LINEAR.length);
  const to = new Float64Array(TREE.length);
  let r = 0;
  bands.forEach((rows, band) => {
    rows.own.forEach(({ origin, step }, k) => {
      for (let f = 0; f < row.length; f++) row[f] = rows.columns[f]![k]!;
      const linear = answers[band]![k]!;
      treeFeatures(past, origin, step, past.z[step]! - rows.target[k]!, linear, row, to);
      for (let f = 0; f < to.length; f++) columns[f]![r] = to[f]!;
      rest[r] = rows.target[k]! - linear;
      weights[r] = Math.max(1e-6, rows.weights[k]!);
      r++;
    });
  });
  const leastWeight = weights.reduce((sum, w) => sum + w, 0) * Math.min(0.4, (24 * LEAF_DAYS) / spanH);
  const forests = LEVELS.map((quantile) => boost(columns, rest, weights, { ...GROWTH, quantile, leastWeight }));
  return { rules, forests, errors };
}

/** Errors of the point methods by band. */
function errorsOf(past: Past, bands: readonly Rows[], answers: readonly Float64Array[]): Learnt['errors'] {
  const errors = {} as Record<PointMethod, number[][]>;
  for (const method of POINTS) {
    const byBand: number[][] = ERROR_BANDS_H.map(() => []);
    bands.forEach(({ own, target }, band) => {
      own.forEach(({ origin, step }, k) => {
        const error =
          method === 'ridge' ? target[k]! - answers[band]![k]! : past.z[step]! - plainPoint(past, origin, method, step);
        byBand[bandOf((step - origin.at) / past.perHour, ERROR_BANDS_H)]!.push(error);
      });
    });
    errors[method] = byBand.map((values, band) => {
      const to = new Float64Array(LEVELS.length);
      // Hourly steps know no half hour.
      const own = values.length > 0 ? values : nearest(byBand, band);
      quantilesInto(Float64Array.from(own), to, 0);
      return [...to];
    });
  }
  return errors;
}

/** Values of the nearest band that has any. */
function nearest(byBand: readonly (readonly number[])[], band: number): readonly number[] {
  for (let off = 1; off < byBand.length; off++) {
    for (const at of [band + off, band - off]) if ((byBand[at]?.length ?? 0) > 0) return byBand[at]!;
  }
  return [];
}

/** Errors of plain methods alone, from a history that is too short to learn from. */
export function plainErrors(past: Past): Learnt {
  const end = past.last + 1;
  const bands = BANDS_H.map((_, band) => rowsOf(past, pairs(past, band, 0, 0, end, HELD_ROWS)));
  const answers = bands.map(({ own }) => new Float64Array(own.length));
  return { rules: [], forests: [], errors: errorsOf(past, bands, answers) };
}

/** Methods that a quantity can be forecast by. */
function candidates(past: Past): Method[] {
  const prior: Method[] = past.quantity.prior === undefined ? [] : ['prior'];
  return ['persistence', 'daily', 'weekly', 'climatology', ...prior, 'ridge', 'trees'];
}

/** Mixes that are tried, of what there is. */
const MIXES: readonly (readonly Method[])[] = [
  ['ridge', 'trees', 'climatology'],
  ['ridge', 'trees'],
  ['persistence', 'ridge', 'trees'],
  ['ridge', 'climatology'],
  ['ridge', 'trees', 'prior'],
  ['ridge', 'prior'],
  ['climatology', 'prior'],
];

/** Fits every method to a past and chooses for each band of leads on its held-out tail. */
export function fitPast(past: Past): Fit {
  const end = past.last + 1;
  const day = past.perDay;
  const from = Math.min(7 * day, Math.floor(0.3 * end)) + 1;
  const cut = end - Math.max(day, Math.floor(HELD_SHARE * end));
  const bonus = 1 - MIX_BONUS / Math.sqrt((end - cut) / day);
  const trial = learn(past, from, cut, true);
  const methods = candidates(past);
  const mixes = [...MIXES.filter((mix) => mix.every((m) => methods.includes(m))), ...methods.map((m) => [m])];
  const losses = Object.fromEntries(methods.map((m) => [m, BANDS_H.map(() => 0)])) as Record<Method, number[]>;
  const chosen: Choice[] = BANDS_H.map((_, band) => {
    const held = pairs(past, band, from, cut, end, HELD_ROWS);
    const tried = new Trial(past, trial, methods, held);
    for (const method of methods) losses[method][band] = tried.loss([method], 1);
    let best: Choice = { mix: mixes[0]!, spread: 1 };
    let least = Number.POSITIVE_INFINITY;
    for (const mix of mixes) {
      const loss = tried.loss(mix, 1) * (mix.length > 1 ? bonus : 1);
      if (loss < least) {
        least = loss;
        best = { mix, spread: 1 };
      }
    }
    const spreads = SPREADS.map((spread) => tried.loss(best.mix, spread));
    return { ...best, spread: SPREADS[spreads.indexOf(Math.min(...spreads))]! };
  });
  return {
    learnt: learn(
      past,
      from,
      end,
      chosen.some(({ mix }) => mix.includes('trees')),
    ),
    chosen,
    losses,
  };
}

/** What methods say of held-out targets. */
class Trial {
  readonly #past: Past;
  readonly #held: readonly Pair[];
  readonly #said: ReadonlyMap<Method, Float64Array>;

  constructor(past: Past, learnt: Learnt, methods: readonly Method[], held: readonly Pair[]) {
    this.#past = past;
    this.#held = held;
    const n = LEVELS.length;
    const said = new Map(methods.map((m) => [m, new Float64Array(n * held.length)]));
    held.forEach(({ origin, step }, k) => {
      const speaker = new Speaker(past, origin, learnt);
      for (const method of methods) speaker.speak(method, step, said.get(method)!.subarray(n * k, n * k + n));
    });
    this.#said = said;
  }

  /** Mean pinball loss of a mix with its spread around the middle stretched, in the unit of the quantity. */
  loss(mix: readonly Method[], spread: number): number {
    const past = this.#past;
    const n = LEVELS.length;
    const to = new Float64Array(n);
    const parts = mix.map((m) => this.#said.get(m)!);
    let sum = 0;
    this.#held.forEach(({ step }, k) => {
      for (let q = 0; q < n; q++) {
        to[q] = 0;
        for (const part of parts) to[q]! += part[n * k + q]! / parts.length;
      }
      stretch(to, spread);
      for (let q = 0; q < n; q++) to[q] = past.fromZ(step, to[q]!);
      sum += meanPinball(to, past.fromZ(step, past.z[step]!));
    });
    return this.#held.length > 0 ? sum / this.#held.length : 0;
  }
}
