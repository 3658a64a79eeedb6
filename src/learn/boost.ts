import { random } from '../series/random.ts';
import type { Forest } from './trees.ts';

/** How trees are grown. */
export interface Growth {
  /** Quantile of the target that is learnt: 0.5 the median. */
  readonly quantile: number;
  readonly trees: number;
  /** Part of a leaf's value that is taken, 0..1. */
  readonly rate: number;
  /** At most 100. */
  readonly leaves: number;
  /** Least weight of a leaf. */
  readonly leastWeight: number;
  /** Weight of a leaf at which half of its value is taken. */
  readonly shrinkWeight: number;
  /** Share of the features that a tree may use. */
  readonly columns: number;
  readonly seed: number;
}

const BINS = 48;

interface Binned {
  /** Bin of each row by feature. */
  readonly bins: readonly Uint8Array[];
  /** Upper edge of each bin by feature. */
  readonly edges: readonly Float64Array[];
}

function binned(columns: readonly Float64Array[]): Binned {
  const bins: Uint8Array[] = [];
  const edges: Float64Array[] = [];
  for (const column of columns) {
    const sorted = Float64Array.from(column).sort();
    const cuts: number[] = [];
    for (let k = 1; k < BINS; k++) {
      const at = Math.floor((k * sorted.length) / BINS);
      const low = sorted[at - 1]!;
      // Between two values that occur, so that a threshold does not sit on one.
      let next = at;
      while (next < sorted.length && sorted[next]! <= low) next++;
      if (next >= sorted.length) break;
      const cut = Math.fround((low + sorted[next]!) / 2);
      if (cuts.length === 0 || cut > cuts[cuts.length - 1]!) cuts.push(cut);
    }
    const upper = Float64Array.from(cuts);
    edges.push(upper);
    bins.push(
      Uint8Array.from(column, (value) => {
        let low = 0;
        let high = upper.length;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (value > upper[middle]!) low = middle + 1;
          else high = middle;
        }
        return low;
      }),
    );
  }
  return { bins, edges };
}

/** Weighted quantile of `values` of some rows, by selection (Hoare 1961); the order of `rows` is lost. */
function quantileOf(values: Float64Array, weights: Float64Array, rows: Int32Array, quantile: number): number {
  let wanted = 0;
  for (const row of rows) wanted += weights[row]!;
  wanted *= quantile;
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const pivot = values[rows[(low + high) >> 1]!]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[rows[i]!]! < pivot) i++;
      while (values[rows[j]!]! > pivot) j--;
      if (i <= j) {
        const row = rows[i]!;
        rows[i++] = rows[j]!;
        rows[j--] = row;
      }
    }
    let left = 0;
    for (let k = low; k <= j; k++) left += weights[rows[k]!]!;
    let middle = 0;
    for (let k = j + 1; k < i; k++) middle += weights[rows[k]!]!;
    if (wanted <= left && j >= low) high = j;
    else if (wanted <= left + middle || i > high) return pivot;
    else {
      wanted -= left + middle;
      low = i;
    }
  }
  return rows.length === 0 ? 0 : values[rows[low]!]!;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
}

interface Leaf {
  readonly rows: Int32Array;
  readonly split: Split | undefined;
  /** Where its index stands in the parent's children. */
  readonly parent: number;
  readonly isRight: boolean;
}

/**
 * Grows a forest by gradient boosting (Friedman 2001, Annals of Statistics 29(5)) on the quantile loss: each tree is grown best
 * split first on the sign of the residuals over histograms, then every leaf takes the weighted quantile of its residuals.
 *
 * @param columns features, one array per feature, all of the target's length
 * @param target what is learnt
 * @param weights of the rows, > 0
 */
export function boost(
  columns: readonly Float64Array[],
  target: Float64Array,
  weights: Float64Array,
  growth: Growth,
): Forest {
  const { bins, edges } = binned(columns);
  const rows = target.length;
  const every = Int32Array.from({ length: rows }, (_, k) => k);
  const offset = quantileOf(target, weights, every.slice(), growth.quantile);
  const residual = target.map((value) => value - offset);
  const gradient = new Float64Array(rows);
  const draw = random(growth.seed);
  const grown = {
    nodes: [] as number[],
    feature: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    right: [] as number[],
    leaf: [] as number[],
  };
  const sums = new Float64Array(BINS);
  const masses = new Float64Array(BINS);

  const bestSplit = (at: Int32Array, features: readonly number[]): Split | undefined => {
    let allSum = 0;
    let allMass = 0;
    for (const row of at) {
      allSum += gradient[row]!;
      allMass += weights[row]!;
    }
    const base = (allSum * allSum) / (allMass + growth.shrinkWeight);
    let best: Split | undefined;
    for (const feature of features) {
      const bin = bins[feature]!;
      const count = edges[feature]!.length + 1;
      if (count < 2) continue;
      sums.fill(0, 0, count);
      masses.fill(0, 0, count);
      for (let k = 0; k < at.length; k++) {
        const row = at[k]!;
        sums[bin[row]!]! += gradient[row]!;
        masses[bin[row]!]! += weights[row]!;
      }
      let sum = 0;
      let mass = 0;
      for (let b = 0; b < count - 1; b++) {
        sum += sums[b]!;
        mass += masses[b]!;
        if (mass < growth.leastWeight) continue;
        const rest = allMass - mass;
        if (rest < growth.leastWeight) break;
        const other = allSum - sum;
        const gain = (sum * sum) / (mass + growth.shrinkWeight) + (other * other) / (rest + growth.shrinkWeight) - base;
        if (gain > 1e-9 && (best === undefined || gain > best.gain)) best = { gain, feature, bin: b };
      }
    }
    return best;
  };

  for (let t = 0; t < growth.trees; t++) {
    for (let k = 0; k < rows; k++) {
      gradient[k] = (residual[k]! > 0 ? growth.quantile : growth.quantile - 1) * weights[k]!;
    }
    const features = columns.map((_, k) => k).filter(() => draw.next() < growth.columns);
    const tree = {
      feature: [] as number[],
      threshold: [] as number[],
      left: [] as number[],
      right: [] as number[],
      leaf: [] as number[],
    };
    const open: Leaf[] = [{ rows: every, split: bestSplit(every, features), parent: -1, isRight: false }];
    while (open.length < growth.leaves) {
      let at = -1;
      for (let k = 0; k < open.length; k++) {
        const split = open[k]!.split;
        if (split !== undefined && (at < 0 || split.gain > open[at]!.split!.gain)) at = k;
      }
      if (at < 0) break;
      const [chosen] = open.splice(at, 1);
      const { feature, bin } = chosen!.split!;
      const node = tree.feature.length;
      tree.feature.push(feature);
      tree.threshold.push(edges[feature]![bin]!);
      tree.left.push(0);
      tree.right.push(0);
      if (chosen!.parent >= 0) (chosen!.isRight ? tree.right : tree.left)[chosen!.parent] = node;
      const column = bins[feature]!;
      const left = chosen!.rows.filter((row) => column[row]! <= bin);
      const right = chosen!.rows.filter((row) => column[row]! > bin);
      open.push({ rows: left, split: bestSplit(left, features), parent: node, isRight: false });
      open.push({ rows: right, split: bestSplit(right, features), parent: node, isRight: true });
    }
    for (const leaf of open) {
      let mass = 0;
      for (const row of leaf.rows) mass += weights[row]!;
      const value =
        growth.rate *
        quantileOf(residual, weights, leaf.rows.slice(), growth.quantile) *
        (mass / (mass + growth.shrinkWeight));
      if (leaf.parent >= 0) (leaf.isRight ? tree.right : tree.left)[leaf.parent] = ~tree.leaf.length;
      tree.leaf.push(value);
      for (const row of leaf.rows) residual[row]! -= value;
    }
    grown.nodes.push(tree.feature.length);
    for (const key of ['feature', 'threshold', 'left', 'right', 'leaf'] as const) grown[key].push(...tree[key]);
  }
  return {
    offset,
    nodes: Uint8Array.from(grown.nodes),
    feature: Uint8Array.from(grown.feature),
    threshold: Float32Array.from(grown.threshold),
    left: Int8Array.from(grown.left),
    right: Int8Array.from(grown.right),
    leaf: Float32Array.from(grown.leaf),
  };
}
