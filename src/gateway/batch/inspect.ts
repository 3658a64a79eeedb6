import { crc32 } from 'node:zlib';
import { isObject } from '../../engines/json.ts';
import { countDeep } from '../../engines/tokens.ts';
import { parseJson } from '../api/json.ts';
import { linesOf } from './lines.ts';
import type { LineError } from './records.ts';

/** Most lines of a batch, and most inputs of all its embeddings, as in the OpenAI API. */
export const MOST_LINES = 50_000;
const MOST_INPUTS = 50_000;
/** Longest line: the largest body that the gateway takes at all. */
export const MOST_LINE_BYTES = 16 * 1024 * 1024;
/** Longest custom_id; ours. */
const MOST_CUSTOM_ID = 512;
/** Errors that are told; the rest would say nothing new. */
const MOST_ERRORS = 100;
/** Output tokens assumed where a line sets no limit; for the plan only. */
const GUESSED_OUTPUT = 200;

/** The lines of one model in a batch, in the order in which they are best run. */
export interface ModelLines {
  readonly model: string;
  /** Places in the index, those with a common head beside each other. */
  readonly order: readonly number[];
}

/** Where the lines of an input file are, and what of. */
export interface Index {
  readonly count: number;
  readonly offsets: Float64Array;
  readonly bytes: Float64Array;
  readonly models: readonly ModelLines[];
  /** Sums by estimate. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What an inspection found: an index, or what is wrong. */
export type Inspected = { readonly index: Index } | { readonly errors: readonly LineError[] };

interface Entry {
  readonly offset: number;
  readonly bytes: number;
  readonly model: string;
  readonly head: number;
}

/** A line as it is run. */
export interface BatchLine {
  readonly customId: string;
  readonly url: string;
  readonly body: Record<string, unknown>;
}

const wrong = (code: string, message: string, param: string | null): Omit<LineError, 'line'> => ({
  code,
  message,
  param,
});

/** Reads a line of an input file, or says what is wrong with it. */
export function readLine(text: string, endpoint: string): BatchLine | Omit<LineError, 'line'> {
  const parsed = parseJson(text);
  if ('why' in parsed || !isObject(parsed.value)) {
    return wrong('invalid_json_line', 'This line is not a JSON object.', null);
  }
  const { custom_id: customId, method, url, body } = parsed.value;
  if (typeof customId !== 'string' || customId === '') {
    return wrong('missing_required_parameter', 'custom_id is missing or no text.', 'custom_id');
  }
  if (customId.length > MOST_CUSTOM_ID) {
    return wrong('invalid_value', `custom_id is longer than ${MOST_CUSTOM_ID} characters.`, 'custom_id');
  }
  if (method !== 'POST') return wrong('invalid_method', 'method is not "POST".', 'method');
  if (url !== endpoint) return wrong('url_mismatch', `url is not ${endpoint}, the endpoint of this batch.`, 'url');
  if (!isObject(body)) return wrong('missing_required_parameter', 'body is missing or no JSON object.', 'body');
  if (body['stream'] === true) return wrong('invalid_value', 'stream is not for batches.', 'body.stream');
  if (typeof body['model'] !== 'string' || body['model'] === '') {
    return wrong('missing_required_parameter', 'model is missing or no text.', 'body.model');
  }
  return { customId, url, body };
}

/** Most output tokens that a body asks for; a guess where it does not say. */
function outputOf(body: Record<string, unknown>, endpoint: string): number {
  if (endpoint === '/v1/embeddings') return 0;
  for (const name of ['max_completion_tokens', 'max_output_tokens', 'max_tokens']) {
    const value = body[name];
    if (typeof value === 'number' && value > 0) return Math.min(value, GUESSED_OUTPUT);
  }
  return GUESSED_OUTPUT;
}

/** How many texts an embeddings request has; one list of tokens is one text. */
function inputsOf(input: unknown): number {
  return Array.isArray(input) && typeof input[0] !== 'number' ? input.length : 1;
}

/** Characters of a prompt without messages that are its head: what prefix caches keep is reused from the first block on. */
const HEAD_CHARS = 256;

/** A number for the head of a prompt, its first message as a rule: prompts that begin alike have the same. */
function headOf({ messages, instructions, system, prompt, input }: Record<string, unknown>): number {
  const first = instructions ?? system ?? (Array.isArray(messages) ? messages[0] : (prompt ?? input));
  const text = typeof first === 'string' ? first : (JSON.stringify(first) ?? '');
  return crc32(Array.isArray(messages) || first === instructions ? text : text.slice(0, HEAD_CHARS));
}

/**
 * Goes through an input file once, line by line, and checks what OpenAI checks: one endpoint, `POST`, unique names, no streams.
 * Empty lines are passed over. The same file gives the same index always.
 * @param known says whether a model is served here
 */
export async function inspect(path: string, endpoint: string, known: (model: string) => boolean): Promise<Inspected> {
  const errors: LineError[] = [];
  const names = new Set<string>();
  const entries: Entry[] = [];
  let inputs = 0;
  let inputTokens = 0;
  let outputTokens = 0;
  const add = (error: Omit<LineError, 'line'>, line: number | null): void => {
    errors.push({ ...error, line });
  };
  for await (const { number, offset, bytes, data } of linesOf(path, MOST_LINE_BYTES)) {
    if (errors.length >= MOST_ERRORS) break;
    if (data === null) {
      add(wrong('line_too_long', `This line is longer than ${MOST_LINE_BYTES} bytes.`, null), number);
      continue;
    }
    const text = data.toString().trim();
    if (text === '') continue;
    if (entries.length >= MOST_LINES) {
      add(wrong('too_many_tasks', `The file has more than ${MOST_LINES} lines.`, null), null);
      break;
    }
    const line = readLine(text, endpoint);
    if ('code' in line) {
      add(line, number);
      continue;
    }
    const { customId, body } = line;
    const model = String(body['model']);
    if (names.has(customId)) {
      add(wrong('duplicate_custom_id', 'This custom_id stands in an earlier line.', 'custom_id'), number);
      continue;
    }
    names.add(customId);
    if (!known(model)) {
      add(wrong('model_not_found', `There is no model "${model.slice(0, 100)}" here.`, 'body.model'), number);
      continue;
    }
    if (endpoint === '/v1/embeddings') inputs += inputsOf(body['input']);
    inputTokens += countDeep(body['messages'] ?? body['input'] ?? body['prompt']);
    outputTokens += outputOf(body, endpoint);
    entries.push({ offset, bytes, model, head: headOf(body) });
  }
  if (errors.length === 0 && entries.length === 0) add(wrong('empty_file', 'The file has no lines.', null), null);
  if (inputs > MOST_INPUTS) add(wrong('too_many_tasks', `The lines have more than ${MOST_INPUTS} inputs.`, null), null);
  if (errors.length > 0) return { errors };
  return { index: { ...indexOf(entries), inputTokens, outputTokens } };
}

function indexOf(entries: readonly Entry[]): Omit<Index, 'inputTokens' | 'outputTokens'> {
  const byModel = new Map<string, number[]>();
  entries.forEach(({ model }, i) => {
    const order = byModel.get(model);
    if (order === undefined) byModel.set(model, [i]);
    else order.push(i);
  });
  // Heads in the order in which they first come, so that a file that is already grouped is read straight through
  const firstOf = new Map<number, number>();
  entries.forEach(({ head }, i) => {
    if (!firstOf.has(head)) firstOf.set(head, i);
  });
  const place = (i: number): number => firstOf.get(entries[i]!.head)!;
  const models = [...byModel].map(([model, order]) => ({
    model,
    order: order.sort((a, b) => place(a) - place(b) || a - b),
  }));
  return {
    count: entries.length,
    offsets: Float64Array.from(entries, ({ offset }) => offset),
    bytes: Float64Array.from(entries, ({ bytes }) => bytes),
    models,
  };
}
