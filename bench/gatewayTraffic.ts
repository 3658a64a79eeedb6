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
export type Kind = 'JSON' | 'SSE' | 'simulated';

/** Sends `count` requests, `concurrency` at a time, and checks that each answer is whole. */
export async function load(url: string, kind: Kind, count: number, concurrency: number): Promise<void> {
  const pool = new Pool(url, { connections: concurrency });
  const stream = kind !== 'JSON';
  const request = { model: 'bench', messages: MESSAGES, max_tokens: CHUNKS, ...(stream ? { stream } : {}) };
  const body = JSON.stringify(request);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };
  let left = count;
  async function worker(): Promise<void> {
    while (left > 0) {
      left -= 1;
      const answer = await pool.request({ method: 'POST', path: '/v1/chat/completions', headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || !isWhole(text, kind)) throw new Error(`a wrong answer: ${text.slice(0, 300)}`);
    }
  }
  await Promise.all(Array.from({ length: concurrency }, worker));
  await pool.close();
}

function isWhole(text: string, kind: Kind): boolean {
  if (kind === 'JSON') return text.endsWith('}');
  if (!text.endsWith('data: [DONE]\n\n')) return false;
  // Late timers let tokens of the simulated engine share a chunk, so its chunks are not counted
  return kind === 'simulated' ? text.includes('"finish_reason":"length"') : text.split('" word"').length === CHUNKS;
}
