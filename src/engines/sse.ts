import { StringDecoder } from 'node:string_decoder';

/** One server-sent event as far as an API stream uses it. */
export interface SseEvent {
  /** The `event:` field; empty when there is none. */
  readonly name: string;
  /** The `data:` lines, joined by newlines. */
  readonly data: string;
}

/**
 * Reads server-sent events (WHATWG HTML, "Server-sent events", 9.2.6) from bytes that may be cut anywhere, even inside a
 * character: lines end with LF, CRLF or CR; comments, `id` and `retry` are passed over; an event without data is none; an
 * event that the end of the stream cuts off is none.
 */
export class SseParser {
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';
  #skipLf = false;
  #first = true;
  #name = '';
  #data: string | null = null;

  /** Characters held back because their line is not finished; a caller may bound it. */
  get pending(): number {
    return this.#rest.length + (this.#data?.length ?? 0);
  }

  /** Takes the next bytes and gives each event that they complete to `take`, in order. */
  push(bytes: Buffer, take: (event: SseEvent) => void): void {
    let text = this.#decoder.write(bytes);
    if (text === '') return;
    if (this.#first) {
      this.#first = false;
      if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
    }
    // The LF of a CRLF that was cut in two
    if (this.#skipLf && text !== '') {
      this.#skipLf = false;
      if (text.charCodeAt(0) === 10) text = text.slice(1);
    }
    const from = this.#rest.length;
    if (from > 0) text = this.#rest + text;
    this.#rest = this.#lines(text, from, take);
  }

  /** Handles the whole lines of `text`, of which everything before `from` has no line end, and returns what is left. */
  #lines(text: string, from: number, take: (event: SseEvent) => void): string {
    let start = 0;
    let lf = text.indexOf('\n', from);
    let cr = text.indexOf('\r', from);
    while (lf !== -1 || cr !== -1) {
      const end = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr;
      this.#line(text, start, end, take);
      start = end + 1;
      if (end === cr) {
        if (start === text.length) this.#skipLf = true;
        else if (text.charCodeAt(start) === 10) start++;
        cr = text.indexOf('\r', start);
      }
      if (lf !== -1 && lf < start) lf = text.indexOf('\n', start);
    }
    return start === 0 ? text : text.slice(start);
  }

  #line(text: string, start: number, end: number, take: (event: SseEvent) => void): void {
    if (start === end) {
      const data = this.#data;
      const name = this.#name;
      this.#data = null;
      this.#name = '';
      if (data !== null) take({ name, data });
      return;
    }
    let colon = text.indexOf(':', start);
    if (colon === -1 || colon > end) colon = end;
    if (colon === start) return;
    const field = text.slice(start, colon);
    if (field !== 'data' && field !== 'event') return;
    let value = colon + 1;
    if (value < end && text.charCodeAt(value) === 32) value++;
    const content = value < end ? text.slice(value, end) : '';
    if (field === 'event') this.#name = content;
    else this.#data = this.#data === null ? content : `${this.#data}\n${content}`;
  }
}
