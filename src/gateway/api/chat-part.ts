import type { JsonObject } from '../../engines/contract.ts';
import { isObject } from '../../engines/json.ts';

/** A piece of a tool call, or all of one. */
export interface CallPart {
  readonly index: number;
  /** Empty in all pieces but the first. */
  readonly id: string;
  readonly name: string;
  readonly args: string;
}

/** What the first choice of an answer or chunk of chat completions carries; absent texts are empty. */
export interface ChatPart {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly calls: readonly CallPart[];
  readonly finish: string | null;
  /** The stop sequence that ended the text, where the engine tells (vLLM and SGLang do, in fields of their own). */
  readonly stop: string | null;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const NONE: readonly CallPart[] = [];

function callsOf(calls: unknown): readonly CallPart[] {
  if (!Array.isArray(calls)) return NONE;
  return calls.filter(isObject).map((call, at) => {
    const { index, id } = call;
    const called = isObject(call['function']) ? call['function'] : {};
    return {
      index: typeof index === 'number' ? index : at,
      id: text(id),
      name: text(called['name']),
      args: text(called['arguments']),
    };
  });
}

/** Reads the first choice; null when there is none (a chunk that carries only usage). */
export function partOf({ choices }: JsonObject): ChatPart | null {
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  if (!isObject(choice)) return null;
  const message = choice['delta'] ?? choice['message'];
  const from = isObject(message) ? message : {};
  const finish = choice['finish_reason'];
  const stop = choice['stop_reason'] ?? choice['matched_stop'];
  return {
    text: text(from['content']),
    reasoning: text(from['reasoning_content']) || text(from['reasoning']),
    refusal: text(from['refusal']),
    calls: callsOf(from['tool_calls']),
    finish: typeof finish === 'string' ? finish : null,
    stop: typeof stop === 'string' ? stop : null,
  };
}

/** One named server-sent event whose name is its type. */
export function namedEvent(event: JsonObject & { readonly type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
