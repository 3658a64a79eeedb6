/** What became of each request: one place per request in every column. */
export class Book {
  /** When the first token came and when the last, s; NaN until then. */
  readonly firstTokenS: Float64Array;
  readonly finishS: Float64Array;
  /** Electricity above idle that its prompt and its answer took, J. */
  readonly prefillJ: Float64Array;
  readonly decodeJ: Float64Array;
  /** Where it ran; -1 before it came or when it was refused. */
  readonly replica: Int32Array;
  /** How often it was thrown out for want of memory and began again. */
  readonly preemptions: Uint16Array;
  /** Tokens given so far. */
  readonly generated: Int32Array;
  /** 1 for what no replica could ever hold. */
  readonly refused: Uint8Array;

  // While it runs: what stood in the replica when its decoding began, and its neighbours in order of admission.
  readonly startStep: Float64Array;
  readonly startContext: Int32Array;
  readonly startDecodeJ: Float64Array;
  readonly startKvJ: Float64Array;
  readonly startKvStepJ: Float64Array;
  readonly before: Int32Array;
  readonly after: Int32Array;

  constructor(count: number) {
    this.firstTokenS = new Float64Array(count).fill(Number.NaN);
    this.finishS = new Float64Array(count).fill(Number.NaN);
    this.prefillJ = new Float64Array(count);
    this.decodeJ = new Float64Array(count);
    this.replica = new Int32Array(count).fill(-1);
    this.preemptions = new Uint16Array(count);
    this.generated = new Int32Array(count);
    this.refused = new Uint8Array(count);
    this.startStep = new Float64Array(count);
    this.startContext = new Int32Array(count);
    this.startDecodeJ = new Float64Array(count);
    this.startKvJ = new Float64Array(count);
    this.startKvStepJ = new Float64Array(count);
    this.before = new Int32Array(count).fill(-1);
    this.after = new Int32Array(count).fill(-1);
  }
}
