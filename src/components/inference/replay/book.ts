/** What became of each request: one place per request in every column. */
export class Book {
  /** When the first token came and when the last, s; NaN until then. */
  firstTokenS: Float64Array;
  finishS: Float64Array;
  /** Electricity above idle that its prompt and its answer took, J. */
  prefillJ: Float64Array;
  decodeJ: Float64Array;
  /** Where it ran; -1 before it came or when it was refused. */
  replica: Int32Array;
  /** How often it was thrown out for want of memory and began again. */
  preemptions: Uint16Array;
  /** Tokens given so far. */
  generated: Int32Array;
  /** 1 for what no replica could ever hold. */
  refused: Uint8Array;

  // While it runs: what stood in the replica when its decoding began (step -1 while it does not), and its neighbours in order
  // of admission.
  startStep: Float64Array;
  startContext: Int32Array;
  startDecodeJ: Float64Array;
  startKvJ: Float64Array;
  startKvStepJ: Float64Array;
  before: Int32Array;
  after: Int32Array;

  constructor(count: number) {
    this.firstTokenS = new Float64Array(count).fill(Number.NaN);
    this.finishS = new Float64Array(count).fill(Number.NaN);
    this.prefillJ = new Float64Array(count);
    this.decodeJ = new Float64Array(count);
    this.replica = new Int32Array(count).fill(-1);
    this.preemptions = new Uint16Array(count);
    this.generated = new Int32Array(count);
    this.refused = new Uint8Array(count);
    this.startStep = new Float64Array(count).fill(-1);
    this.startContext = new Int32Array(count);
    this.startDecodeJ = new Float64Array(count);
    this.startKvJ = new Float64Array(count);
    this.startKvStepJ = new Float64Array(count);
    this.before = new Int32Array(count).fill(-1);
    this.after = new Int32Array(count).fill(-1);
  }

  /** Makes a place as new. */
  clear(id: number): void {
    this.firstTokenS[id] = this.finishS[id] = Number.NaN;
    this.prefillJ[id] = this.decodeJ[id] = 0;
    this.replica[id] = this.startStep[id] = this.before[id] = this.after[id] = -1;
    this.preemptions[id] = this.generated[id] = this.refused[id] = 0;
  }

  /** Takes over the first `count` places of a book that is no longer. */
  become(other: Book, count: number): void {
    for (const key of KEYS) this[key].set(other[key].subarray(0, count));
  }

  /** Gives room for `count` places; what stands in the first ones stays. */
  widen(count: number): void {
    const old = { ...this };
    Object.assign(this, new Book(count));
    for (const key of KEYS) this[key].set(old[key].subarray(0, Math.min(count, old[key].length)));
  }
}

const KEYS = [
  'firstTokenS',
  'finishS',
  'prefillJ',
  'decodeJ',
  'replica',
  'preemptions',
  'generated',
  'refused',
  'startStep',
  'startContext',
  'startDecodeJ',
  'startKvJ',
  'startKvStepJ',
  'before',
  'after',
] as const;
