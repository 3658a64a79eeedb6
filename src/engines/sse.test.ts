import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SseEvent, SseParser } from './sse.ts';

function parse(pieces: readonly Buffer[]): SseEvent[] {
  const parser = new SseParser();
  const events: SseEvent[] = [];
  for (const piece of pieces) parser.push(piece, (event) => events.push(event));
  return events;
}

const whole = (text: string): SseEvent[] => parse([Buffer.from(text)]);

/** Cuts bytes at the given places, wherever they fall. */
function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [...new Set(at.map((n) => n % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, i) => bytes.subarray(from, places[i] ?? bytes.length));
}

const line = fc.string({ unit: 'binary', maxLength: 12 }).map((s) => s.replaceAll(/[\r\n\ufeff]/g, ''));

describe('SseParser', () => {
  it('reads events, names and joined data lines', () => {
    expect(whole('data: a\n\nevent: error\ndata:b\ndata: c\n\n')).toEqual([
      { name: '', data: 'a' },
      { name: 'error', data: 'b\nc' },
    ]);
  });

  it('takes LF, CRLF and CR as line ends', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      expect(whole(`data: a${end}${end}data: b${end}${end}`).map((e) => e.data)).toEqual(['a', 'b']);
    }
  });

  it('passes over comments, ids, unknown fields, a byte order mark and events without data', () => {
    expect(whole('\ufeff: hello\nid: 3\nretry: 5\nfoo: x\n\nevent: e\n\ndata: a\n\n')).toEqual([
      { name: '', data: 'a' },
    ]);
  });

  it('takes off one space only, and knows fields without colon', () => {
    expect(whole('data:  a\n\ndata\n\ndata:\n\n').map((e) => e.data)).toEqual([' a', '', '']);
  });

  it('drops an event that the end cuts off, and says how much it holds', () => {
    const parser = new SseParser();
    const events: SseEvent[] = [];
    parser.push(Buffer.from('data: abc\ndata: de'), (event) => events.push(event));
    expect(events).toEqual([]);
    expect(parser.pending).toBe('abc'.length + 'data: de'.length);
  });

  it('gives the same events wherever the bytes are cut, for any text and line ends', () => {
    const event = fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 3 }),
      end: fc.constantFrom('\n', '\r\n', '\r'),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 6 }), fc.array(fc.nat(500), { maxLength: 20 }), (events, cuts) => {
        const text = events
          .map(({ lines, end }) => `${lines.map((l) => `data: ${l}${end}`).join('')}: c${end}${end}`)
          .join('');
        const bytes = Buffer.from(text);
        // What UTF-8 cannot say (lone surrogates) arrives as U+FFFD
        const wanted = events.map(({ lines }) => lines.map((l) => Buffer.from(l).toString()).join('\n'));
        expect(parse(cut(bytes, cuts)).map((e) => e.data)).toEqual(wanted);
        expect(parse([...bytes].map((b) => Buffer.from([b]))).map((e) => e.data)).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), (pieces) => {
        for (const event of parse(pieces.map((p) => Buffer.from(p)))) expect(typeof event.data).toBe('string');
      }),
    );
  });
});
