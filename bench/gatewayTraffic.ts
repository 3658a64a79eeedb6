import { Pool } from 'undici';

/** Content chunks of a stream; the one with the finish reason included. */
export const CHUNKS = 34;
export const USAGE = { prompt_tokens: 240, completion_tokens: CHUNKS, total_tokens: 240 + CHUNKS };

const QUESTION = 'What does a data centre in Bukhara need to know about its cooling in July? '.repeat(12);
const MESSAGES = [
  { role: 'system', content: 'You answer in plain words and keep it short.' },
  { role: 'user', content: QUESTION },
];

/** The key that the requests carry. */
export const KEY = 'jw-benchbenchbenchbenchbenchbenchbenchbenchben';

/** What is asked: a whole answer, a stream of the mock engine, or a stream of the simulated engine. */
export type Kind = 'JSON' | 'SSE' | 'simulated' | 'paced' | 'slow';

/** Pause between two chunks of a paced stream, ms. */
export const PACED_MS = 20;

/** Between the first requests of two callers of paced streams, ms. */
const APART_MS = 11;

/** When the parts of an answer came, ms after it was asked for. */
export interface Timing {
  readonly firstMs: number;
  readonly wholeMs: number;
}

/** Sends `count` requests, `concurrency` at a time, and checks that each answer is whole. @param more headers besides ours */
export async function load(
  url: string,
  kind: Kind,
  count: number,
  concurrency: number,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly Timing[]> {
  const pool = new Pool(url, { connections: concurrency });
  const stream = kind !== 'JSON';
  const user = kind === 'paced' || kind === 'slow' ? { user: kind } : {};
  const request = { model: 'bench', messages: MESSAGES, max_tokens: CHUNKS, ...(stream ? { stream } : {}), ...user };
  const body = JSON.stringify(request);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, ...more };
  const timings: Timing[] = [];
  let left = count;
  async function worker(place: number): Promise<void> {
    // Callers of paced streams do not come all at once
    if (kind === 'paced') await new Promise((wake) => setTimeout(wake, place * APART_MS));
    while (left > 0) {
      left -= 1;
      const startMs = performance.now();
      const answer = await pool.request({ method: 'POST', path: '/v1/chat/completions', headers, body });
      let firstMs = Number.NaN;
      let text = '';
      for await (const part of answer.body) {
        if (text === '') firstMs = performance.now() - startMs;
        text += part;
      }
      timings.push({ firstMs, wholeMs: performance.now() - startMs });
      if (answer.statusCode !== 200 || !isWhole(text, kind)) throw new Error(`a wrong answer: ${text.slice(0, 300)}`);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, (_, place) => worker(place)));
  await pool.close();
  return timings;
}

/** Streams that the engine of the small gateway takes at once, and the time to the first token that its callers were promised, s. */
export const SMALL_SLOTS = 16;
export const SMALL_TARGET_S = 1;

/** What became of requests that came whether or not others were answered. */
export interface Flood {
  /** Time to the first chunk of those that were served, ms. */
  readonly served: readonly number[];
  /** Time to the 429 of those that were refused, ms. */
  readonly refused: readonly number[];
  /** How many got any other answer. */
  readonly others: number;
}

/** Sends paced streams at an even rate for some seconds, however many are under way; the first `learnS` of them are not counted. */
export async function flood(url: string, perS: number, learnS: number, countedS: number): Promise<Flood> {
  const pool = new Pool(url, { connections: null, pipelining: 1 });
  const body = JSON.stringify({ model: 'bench', messages: MESSAGES, max_tokens: CHUNKS, stream: true, user: 'paced' });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
  const served: number[] = [];
  const refused: number[] = [];
  let others = 0;
  const one = async (counts: boolean): Promise<void> => {
    const startMs = performance.now();
    const { statusCode, body: answer } = await pool.request({
      method: 'POST',
      path: '/v1/chat/completions',
      headers,
      body,
    });
    let firstMs = Number.NaN;
    for await (const part of answer) if (Number.isNaN(firstMs) && part !== '') firstMs = performance.now() - startMs;
    if (!counts) return;
    if (statusCode === 200) served.push(firstMs);
    else if (statusCode === 429) refused.push(firstMs);
    else others += 1;
  };
  const all: Promise<void>[] = [];
  const beginMs = performance.now();
  for (let i = 0; i < perS * (learnS + countedS); i++) {
    const waitMs = beginMs + (1000 * i) / perS - performance.now();
    if (waitMs > 1) await new Promise((wake) => setTimeout(wake, waitMs));
    all.push(one(i >= perS * learnS));
  }
  await Promise.all(all);
  await pool.close();
  return { served, refused, others };
}

function isWhole(text: string, kind: Kind): boolean {
  if (kind === 'JSON') return text.trimEnd().endsWith('}');
  if (!text.trimEnd().endsWith('data: [DONE]')) return false;
  // Late timers let tokens of the simulated engine share a chunk, so its chunks are not counted
  return kind === 'simulated' ? text.includes('"finish_reason":"length"') : text.split('" word"').length === CHUNKS;
}
