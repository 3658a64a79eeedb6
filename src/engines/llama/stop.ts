/** Holds text back while it may be the beginning of a stop text, and cuts the answer where one is found. */
export class StopFilter {
  readonly #stops: readonly string[];
  #held = '';

  /** @param stops texts that end the answer and are not part of it; none empty */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** Takes the next piece: what of the text is sure now, and whether the answer ends with it. */
  push(piece: string): { readonly text: string; readonly stopped: boolean } {
    if (this.#stops.length === 0) return { text: piece, stopped: false };
    const text = this.#held + piece;
    let cut = -1;
    for (const stop of this.#stops) {
      const at = text.indexOf(stop);
      if (at >= 0 && (cut < 0 || at < cut)) cut = at;
    }
    if (cut >= 0) {
      this.#held = '';
      return { text: text.slice(0, cut), stopped: true };
    }
    const keep = this.#tail(text);
    this.#held = text.slice(text.length - keep);
    return { text: text.slice(0, text.length - keep), stopped: false };
  }

  /** What was held back, when the answer has ended without a stop text. */
  rest(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  /** Length of the longest end of the text that a stop text begins with. */
  #tail(text: string): number {
    let longest = 0;
    for (const stop of this.#stops) {
      for (let size = Math.min(stop.length - 1, text.length); size > longest; size--) {
        if (text.endsWith(stop.slice(0, size))) longest = size;
      }
    }
    return longest;
  }
}
