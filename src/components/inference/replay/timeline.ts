/** A column of numbers that grows. */
class Column {
  #values = new Float64Array(256);

  add(at: number, value: number): void {
    if (at >= this.#values.length) {
      const grown = new Float64Array(Math.max(at + 1, 2 * this.#values.length));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[at]! += value;
  }

  slice(count: number): Float64Array {
    const values = new Float64Array(count);
    values.set(this.#values.subarray(0, count));
    return values;
  }
}

/** What held a stretch of steps: seconds of each resource, and whether somebody waited and for what. */
export interface Spell {
  replica: number;
  startS: number;
  endS: number;
  energyJ: number;
  memoryS: number;
  computeS: number;
  linkS: number;
  batch: number;
  kvTokens: number;
  outputTokens: number;
  promptTokens: number;
  waitsFor: 'nothing' | 'kv' | 'slots';
}

/** Takes spells as they are over; a spell is used again for the next. */
export interface SpellSink {
  add(spell: Spell): void;
}

/** A spell to fill again and again. */
export function emptySpell(): Spell {
  return {
    replica: 0,
    startS: 0,
    endS: 0,
    energyJ: 0,
    memoryS: 0,
    computeS: 0,
    linkS: 0,
    batch: 0,
    kvTokens: 0,
    outputTokens: 0,
    promptTokens: 0,
    waitsFor: 'nothing',
  };
}

/** Columns over time; bin k covers [k, k + 1) x binS. All replicas together, power apart. */
export interface Timeline {
  readonly binS: number;
  readonly count: number;
  /** Power above idle of each replica, W. */
  readonly aboveIdleW: readonly Float64Array[];
  /** Seconds per second and replica that steps were at the memory roof, the compute roof, on the link, or in the engine's own time. */
  readonly memoryShare: Float64Array;
  readonly computeShare: Float64Array;
  readonly linkShare: Float64Array;
  readonly engineShare: Float64Array;
  /** Share of the time that a replica held requests back for want of KV memory, and of batch slots. */
  readonly kvWaitShare: Float64Array;
  readonly slotWaitShare: Float64Array;
  /** Mean sequences that decode, and tokens that they hold, per replica. */
  readonly batch: Float64Array;
  readonly kvTokens: Float64Array;
  readonly outputPerS: Float64Array;
  readonly promptPerS: Float64Array;
}

/** Sums over the whole replay and all replicas: seconds, or quantity x seconds. */
export interface Totals {
  busyS: number;
  memoryS: number;
  computeS: number;
  linkS: number;
  engineS: number;
  kvWaitS: number;
  slotWaitS: number;
  batchS: number;
  kvTokenS: number;
  energyJ: number;
}

/** Gathers spells into bins of equal length. */
export class Recorder implements SpellSink {
  readonly totals: Totals = {
    busyS: 0,
    memoryS: 0,
    computeS: 0,
    linkS: 0,
    engineS: 0,
    kvWaitS: 0,
    slotWaitS: 0,
    batchS: 0,
    kvTokenS: 0,
    energyJ: 0,
  };
  readonly #binS: number;
  readonly #energy: readonly Column[];
  readonly #columns = Array.from({ length: 10 }, () => new Column());

  constructor(binS: number, replicas: number) {
    this.#binS = binS;
    this.#energy = Array.from({ length: replicas }, () => new Column());
  }

  /** A spell's energy and time are spread evenly over it. */
  add(spell: Spell): void {
    const lengthS = spell.endS - spell.startS;
    const byMemory = spell.memoryS >= spell.computeS;
    const roofS = byMemory ? spell.memoryS : spell.computeS;
    const engineS = Math.max(0, lengthS - roofS - spell.linkS);
    const { totals } = this;
    totals.busyS += lengthS;
    if (byMemory) totals.memoryS += roofS;
    else totals.computeS += roofS;
    totals.linkS += spell.linkS;
    totals.engineS += engineS;
    if (spell.waitsFor === 'kv') totals.kvWaitS += lengthS;
    else if (spell.waitsFor === 'slots') totals.slotWaitS += lengthS;
    totals.batchS += spell.batch * lengthS;
    totals.kvTokenS += spell.kvTokens * lengthS;
    totals.energyJ += spell.energyJ;
    const first = Math.floor(spell.startS / this.#binS);
    const last = Math.floor(spell.endS / this.#binS);
    if (first === last || lengthS <= 0) {
      this.#put(first, 1, spell, byMemory, roofS, engineS, lengthS);
      return;
    }
    for (let bin = first; bin <= last; bin++) {
      const partS = Math.min(spell.endS, (bin + 1) * this.#binS) - Math.max(spell.startS, bin * this.#binS);
      if (partS > 0) this.#put(bin, partS / lengthS, spell, byMemory, roofS, engineS, lengthS);
    }
  }

  #put(
    bin: number,
    part: number,
    spell: Spell,
    byMemory: boolean,
    roofS: number,
    engineS: number,
    lengthS: number,
  ): void {
    const c = this.#columns;
    this.#energy[spell.replica]!.add(bin, part * spell.energyJ);
    c[byMemory ? 0 : 1]!.add(bin, part * roofS);
    if (spell.linkS > 0) c[2]!.add(bin, part * spell.linkS);
    c[3]!.add(bin, part * engineS);
    if (spell.waitsFor !== 'nothing') c[spell.waitsFor === 'kv' ? 4 : 5]!.add(bin, part * lengthS);
    c[6]!.add(bin, part * spell.batch * lengthS);
    c[7]!.add(bin, part * spell.kvTokens * lengthS);
    c[8]!.add(bin, part * spell.outputTokens);
    if (spell.promptTokens > 0) c[9]!.add(bin, part * spell.promptTokens);
  }

  /** @param endS length of what was recorded */
  timeline(endS: number): Timeline {
    const count = Math.max(1, Math.ceil(endS / this.#binS));
    const replicas = this.#energy.length;
    const per = (k: number, over: number) => this.#columns[k]!.slice(count).map((v) => v / over);
    const each = this.#binS * replicas;
    return {
      binS: this.#binS,
      count,
      aboveIdleW: this.#energy.map((column) => column.slice(count).map((v) => v / this.#binS)),
      memoryShare: per(0, each),
      computeShare: per(1, each),
      linkShare: per(2, each),
      engineShare: per(3, each),
      kvWaitShare: per(4, each),
      slotWaitShare: per(5, each),
      batch: per(6, each),
      kvTokens: per(7, each),
      outputPerS: per(8, this.#binS),
      promptPerS: per(9, this.#binS),
    };
  }
}
