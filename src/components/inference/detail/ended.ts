/** What became of a request that has left. */
export const FATES = ['answered', 'refused', 'shed', 'lost'] as const;
export type Fate = (typeof FATES)[number];

/** Requests that left in a step, one place each in every column; in the order in which they left. Times in s from the start. */
export class Ended {
  count = 0;
  arrivalS = new Float64Array(1024);
  /** When the first token and the last came; NaN where it did not. */
  firstTokenS = new Float64Array(1024);
  finishS = new Float64Array(1024);
  input = new Int32Array(1024);
  output = new Int32Array(1024);
  /** Electricity above idle that its prompt and its answer took, J. */
  prefillJ = new Float64Array(1024);
  decodeJ = new Float64Array(1024);
  /** -1 where it never came to one. */
  replica = new Int32Array(1024);
  /** Place of its service among those of the deployment. */
  service = new Uint8Array(1024);
  /** Place in FATES. */
  fate = new Uint8Array(1024);
  preemptions = new Uint16Array(1024);

  clear(): void {
    this.count = 0;
  }

  /** A place for one more; the caller fills it. */
  next(): number {
    if (this.count === this.arrivalS.length) this.#widen();
    return this.count++;
  }

  #widen(): void {
    const wide = 2 * this.arrivalS.length;
    const float = (values: Float64Array) => {
      const wider = new Float64Array(wide);
      wider.set(values);
      return wider;
    };
    const whole = <T extends Int32Array | Uint8Array | Uint16Array>(wider: T, values: T): T => {
      wider.set(values);
      return wider;
    };
    this.arrivalS = float(this.arrivalS);
    this.firstTokenS = float(this.firstTokenS);
    this.finishS = float(this.finishS);
    this.prefillJ = float(this.prefillJ);
    this.decodeJ = float(this.decodeJ);
    this.input = whole(new Int32Array(wide), this.input);
    this.output = whole(new Int32Array(wide), this.output);
    this.replica = whole(new Int32Array(wide), this.replica);
    this.service = whole(new Uint8Array(wide), this.service);
    this.fate = whole(new Uint8Array(wide), this.fate);
    this.preemptions = whole(new Uint16Array(wide), this.preemptions);
  }
}
