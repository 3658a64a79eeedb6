import { JoulewrightError } from '../errors/error.ts';
import { DIMENSIONS, type Dimension } from '../units/dimension.ts';
import { parseQuantity } from '../units/quantity.ts';
import { type FreeKey, type FreePlace, printFreeKey } from './freeKeys.ts';
import type { Say } from './freeSize.ts';

/** A range as read: values of the key in its base unit. */
export interface ReadRange {
  /** What stands in for the range in the file. */
  readonly most: unknown;
  readonly lower: number;
  /** Undefined when it cannot be known; that is said. */
  readonly upper: number | undefined;
  readonly step?: number;
}

/** Reads what stands at a key that may be free. */
export class RangeReader {
  readonly #key: FreeKey;
  readonly #dimension: Dimension | undefined;
  readonly #place: FreePlace;
  readonly #say: Say;

  /** @param say is told what is wrong below the key */
  constructor(key: FreeKey, dimension: Dimension | undefined, place: FreePlace, say: Say) {
    this.#key = key;
    this.#dimension = dimension;
    this.#place = place;
    this.#say = say;
  }

  range(value: unknown): ReadRange {
    const range = value === 'free' ? {} : (value as Readonly<Record<string, unknown>>);
    const least = this.#key.whole ?? 0;
    const lower = range['min'] === undefined ? least : this.#value('min', range['min']);
    const step = range['step'] === undefined ? undefined : this.#value('step', range['step']);
    const upper = value === 'free' ? this.#derived() : this.#most(range);
    if (lower !== undefined && lower < least) this.#say(['min'], `the least is below ${least}`, `say ${least} or more`);
    if (lower !== undefined && upper !== undefined && lower > upper) {
      this.#say([], 'the least is above the most', 'exchange min and max');
    }
    if (step !== undefined && !(step > 0)) this.#say(['step'], 'a step is above 0', 'leave it out for any size');
    const wholes = step ?? (this.#key.whole === undefined ? undefined : 1);
    if (wholes !== undefined && wholes > 0 && lower !== undefined && upper !== undefined && lower <= upper) {
      if (Math.floor(upper / wholes + 1e-9) < Math.ceil(lower / wholes - 1e-9)) {
        this.#say(['step'], 'no whole multiple of the step lies between min and max', 'widen the range');
      }
    }
    return {
      most: upper === undefined ? (range['max'] ?? range['min'] ?? 'free') : this.#written(upper),
      lower: Math.max(least, lower ?? least),
      upper,
      ...(wholes === undefined ? {} : { step: wholes }),
    };
  }

  #written(value: number): unknown {
    return this.#dimension === undefined ? value : `${value} ${DIMENSIONS[this.#dimension].base}`;
  }

  /** A value of the range; undefined when it is none, which is said. */
  #value(name: string, value: unknown): number | undefined {
    if (this.#dimension === undefined) {
      if (typeof value === 'number' && Number.isInteger(value)) return value;
      this.#say([name], `${JSON.stringify(value)} is not a whole number`, 'write it like 8');
      return undefined;
    }
    try {
      return parseQuantity(typeof value === 'number' ? value : String(value), this.#dimension).value;
    } catch (error) {
      if (!(error instanceof JoulewrightError)) throw error;
      const { message, hint } = error.faults[0]!;
      this.#say([name], message, hint);
      return undefined;
    }
  }

  #most(range: Readonly<Record<string, unknown>>): number | undefined {
    if (range['max'] !== undefined) return this.#value('max', range['max']);
    this.#say([], 'the range has no "max"', 'say the most that could be built, such as { min: 0, max: … }');
    return undefined;
  }

  #derived(): number | undefined {
    const { most } = this.#key;
    const name = printFreeKey(this.#key);
    const upper = most?.of(this.#place);
    if (upper !== undefined && upper > 0) return upper;
    const why =
      most === undefined
        ? `"free" needs a most, and none follows from the file for ${name}`
        : `"free" stands for ${most.about} here, and the file does not tell it`;
    this.#say([], why, 'give a range such as { min: 0, max: … }');
    return undefined;
  }
}
