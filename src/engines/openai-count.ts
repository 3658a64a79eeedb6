import type { Dispatcher } from 'undici';
import type { JsonObject } from './contract.ts';
import { count, isObject } from './json.ts';

/** Counting is quick; whoever takes longer is not waited for. */
const COUNT_MS = 5_000;
const LARGEST_ANSWER = 65_536;

/**
 * Input tokens of a messages request as an engine counts them at `/messages/count_tokens`; null where it does not say. Never
 * rejects: an engine that serves messages need not have that path.
 */
export async function countedAt(
  dispatcher: Dispatcher,
  origin: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: JsonObject,
): Promise<number | null> {
  try {
    const text = JSON.stringify(body);
    const signal = AbortSignal.timeout(COUNT_MS);
    const answer = await dispatcher.request({ origin, path, method: 'POST', headers, body: text, signal });
    if (answer.statusCode !== 200) {
      await answer.body.dump();
      return null;
    }
    let said = '';
    for await (const part of answer.body) {
      said += String(part);
      if (said.length > LARGEST_ANSWER) return null;
    }
    const parsed: unknown = JSON.parse(said);
    return isObject(parsed) ? (count(parsed['input_tokens']) ?? null) : null;
  } catch {
    return null;
  }
}
