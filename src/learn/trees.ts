/**
 * A sum of regression trees over numeric features: parameters only. `offset` is added to the leaves' sum. A feature above
 * the threshold goes right, anything else left.
 *
 * All trees lie one after the other in flat arrays. Node k of a tree splits at `threshold[k]` of `feature[k]`; `left` and
 * `right` are nodes of the same tree when >= 0, and leaf ~child otherwise. `nodes` and `leaves` count those of each tree; a
 * tree without nodes has one leaf.
 */
export interface Forest {
  readonly offset: number;
  readonly nodes: Uint8Array;
  readonly feature: Uint8Array;
  readonly threshold: Float32Array;
  readonly left: Int8Array;
  readonly right: Int8Array;
  readonly leaf: Float32Array;
}

/** A forest of one value. */
export function constantForest(offset: number): Forest {
  return {
    offset,
    nodes: new Uint8Array(0),
    feature: new Uint8Array(0),
    threshold: new Float32Array(0),
    left: new Int8Array(0),
    right: new Int8Array(0),
    leaf: new Float32Array(0),
  };
}

/** Value of a forest at a row of features. */
export function forestAt(forest: Forest, features: ArrayLike<number>): number {
  const { nodes, feature, threshold, left, right, leaf } = forest;
  let sum = forest.offset;
  let first = 0;
  let leaves = 0;
  for (let t = 0; t < nodes.length; t++) {
    const count = nodes[t]!;
    let node = count === 0 ? -1 : 0;
    while (node >= 0) {
      const k = first + node;
      node = features[feature[k]!]! > threshold[k]! ? right[k]! : left[k]!;
    }
    sum += leaf[leaves + ~node]!;
    first += count;
    leaves += count + 1;
  }
  return sum;
}

/** A forest as JSON holds it: arrays as base64 of their bytes, little-endian. */
export interface PackedForest {
  readonly offset: number;
  readonly nodes: string;
  readonly feature: string;
  readonly threshold: string;
  readonly left: string;
  readonly right: string;
  readonly leaf: string;
}

type Packable = Uint8Array | Int8Array | Float32Array;
const pack = (array: Packable) => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));

/** Packs a forest for a file. */
export function packForest(f: Forest): PackedForest {
  return {
    offset: f.offset,
    nodes: pack(f.nodes),
    feature: pack(f.feature),
    threshold: pack(f.threshold),
    left: pack(f.left),
    right: pack(f.right),
    leaf: pack(f.leaf),
  };
}

/** The forest of a file; RangeError when its arrays do not belong together. */
export function unpackForest(p: PackedForest): Forest {
  const nodes = bytes(p.nodes);
  const splits = nodes.reduce((sum, count) => sum + count, 0);
  const forest: Forest = {
    offset: p.offset,
    nodes,
    feature: bytes(p.feature),
    threshold: new Float32Array(bytes(p.threshold).buffer),
    left: new Int8Array(bytes(p.left).buffer),
    right: new Int8Array(bytes(p.right).buffer),
    leaf: new Float32Array(bytes(p.leaf).buffer),
  };
  const { feature, threshold, left, right, leaf } = forest;
  const whole = [feature, threshold, left, right].every((array) => array.length === splits);
  if (!whole || leaf.length !== splits + nodes.length) throw new RangeError('the arrays of a forest differ in length');
  return forest;
}
