import type { JsonObject, Shared } from './contract.ts';
import { isObject } from './json.ts';

/** Stands for the text while a likeness is learnt; no engine says it. */
const PROBE = 'joulewright-probe';
export const PROBE_LITERAL = JSON.stringify(PROBE);
const KEY = '"content":';
/** After so many events that were unlike, an engine is taken to make none alike. */
const MOST_UNLIKE = 4;

/** The text of the one choice of a chunk that carries text and nothing else; undefined for any other. */
function textOf({ choices }: JsonObject): string | undefined {
  if (!Array.isArray(choices) || choices.length !== 1) return undefined;
  const choice: unknown = choices[0];
  const delta = isObject(choice) ? choice['delta'] : undefined;
  if (!isObject(delta) || Object.keys(delta).length !== 1) return undefined;
  const { content } = delta;
  return typeof content === 'string' ? content : undefined;
}

/** True for a JSON string without escapes: what lies between its quotes is its text. */
function isPlainLiteral(data: string, start: number, end: number): boolean {
  if (end - start < 2 || data.charCodeAt(start) !== 34 || data.charCodeAt(end - 1) !== 34) return false;
  for (let i = start + 1; i < end - 1; i++) {
    const code = data.charCodeAt(i);
    if (code === 34 || code === 92 || code < 32) return false;
  }
  return true;
}

/**
 * Recognises events of chat completions that differ from one seen before in their text alone. Most of a stream is such, and to
 * compare its ends is several times cheaper than to parse it. What is recognised is valid JSON of the same structure: the
 * ends are those of a text that was parsed, and between them stands a JSON string.
 */
export class Likeness {
  #shared: Shared | null = null;
  #unlike = 0;

  /** Learns from an event that was parsed and needs no change; null when there is nothing to learn, or no more. */
  learn(data: string, chunk: JsonObject): Shared | null {
    if (this.#unlike >= MOST_UNLIKE) return null;
    const text = textOf(chunk);
    if (text === undefined) return null;
    this.#unlike += 1;
    const start = data.lastIndexOf(`${KEY}${JSON.stringify(text)}`) + KEY.length;
    if (start < KEY.length) return null;
    const prefix = data.slice(0, start);
    const suffix = data.slice(start + JSON.stringify(text).length);
    // The place may be within another text: then the probe does not come out as the content
    const probe = parsed(`${prefix}${PROBE_LITERAL}${suffix}`);
    if (!isObject(probe) || textOf(probe) !== PROBE) return null;
    this.#shared = { prefix, suffix, probe };
    return this.#shared;
  }

  /** The text of an event that is alike, as a JSON string; null for any other. */
  literal(data: string): string | null {
    const shared = this.#shared;
    if (shared === null) return null;
    const { prefix, suffix } = shared;
    const end = data.length - suffix.length;
    if (!data.startsWith(prefix) || !data.endsWith(suffix) || !isPlainLiteral(data, prefix.length, end)) return null;
    this.#unlike = 0;
    return data.slice(prefix.length, end);
  }

  /** Forgets what was learnt: whoever takes the events wants each whole. */
  stop(): void {
    this.#shared = null;
    this.#unlike = MOST_UNLIKE;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
