import { createReadStream } from 'node:fs';

const NEWLINE = 10;
const CHUNK_BYTES = 256 * 1024;

/** A line of a file, without its end. */
export interface FileLine {
  /** From 1; empty lines count. */
  readonly number: number;
  readonly offset: number;
  readonly bytes: number;
  /** Null where the line is longer than was wanted. */
  readonly data: Buffer | null;
  /** Whether a newline ends it: false for a last line that was cut short or has none. */
  readonly ended: boolean;
}

/** The lines of a file, one after another; no more than one line and one chunk are held. */
export async function* linesOf(path: string, mostBytes: number): AsyncGenerator<FileLine> {
  let number = 1;
  let offset = 0;
  let bytes = 0;
  let held: Buffer[] = [];
  const take = (part: Buffer, ended: boolean): FileLine => {
    bytes += part.length;
    const data = bytes > mostBytes ? null : held.length === 0 ? part : Buffer.concat([...held, part]);
    const line = { number, offset, bytes, data, ended };
    number += 1;
    offset += bytes + 1;
    bytes = 0;
    held = [];
    return line;
  };
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      yield take(chunk.subarray(from, at), true);
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    bytes += rest.length;
    if (bytes <= mostBytes) held.push(rest);
    else held = [];
  }
  if (bytes === 0) return;
  const last = { number, offset, bytes, data: bytes > mostBytes ? null : Buffer.concat(held), ended: false };
  yield last;
}
