/**
 * Rows of one table as they cross to the store's thread in their thousands: numbers side by side, and each text once. Objects
 * would be cloned key by key, which takes ten times as long.
 */
export interface Sheet {
  /** Rows. */
  readonly length: number;
  /** Row after row; NaN stands for what is not known. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Row after row, each text by its place in `texts`. */
  readonly places: Uint32Array<ArrayBuffer>;
  readonly texts: readonly string[];
}

/** Fills a sheet: every row puts as many numbers and texts as it was made for, always in the same order. */
export class SheetWriter implements Sheet {
  readonly length: number;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly places: Uint32Array<ArrayBuffer>;
  readonly texts: string[] = [];
  readonly #known = new Map<string, number>();
  #number = 0;
  #text = 0;

  /** @param numbers @param texts of one row */
  constructor(length: number, numbers: number, texts: number) {
    this.length = length;
    this.numbers = new Float64Array(length * numbers);
    this.places = new Uint32Array(length * texts);
  }

  number(value: number | null): void {
    this.numbers[this.#number++] = value ?? Number.NaN;
  }

  /** A text that many rows share. */
  text(value: string): void {
    let place = this.#known.get(value);
    if (place === undefined) {
      place = this.texts.push(value) - 1;
      this.#known.set(value, place);
    }
    this.places[this.#text++] = place;
  }

  /** A text of this row alone. */
  own(value: string): void {
    this.places[this.#text++] = this.texts.push(value) - 1;
  }

  /** What is filled in, without what it was filled with. */
  get sheet(): Sheet {
    const { length, numbers, places, texts } = this;
    return { length, numbers, places, texts };
  }
}

/** Reads a sheet in the order in which it was filled. */
export class SheetReader {
  readonly #sheet: Sheet;
  #number = 0;
  #text = 0;

  constructor(sheet: Sheet) {
    this.#sheet = sheet;
  }

  number(): number {
    return this.#sheet.numbers[this.#number++]!;
  }

  /** Null where it is not known. */
  known(): number | null {
    const value = this.number();
    return Number.isNaN(value) ? null : value;
  }

  text(): string {
    return this.#sheet.texts[this.#sheet.places[this.#text++]!]!;
  }
}
