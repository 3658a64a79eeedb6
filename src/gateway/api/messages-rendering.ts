import type { JsonObject } from '../../engines/contract.ts';
import type { Failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { anthropicError } from '../answer.ts';
import { type CallPart, type ChatPart, namedEvent, partOf } from './chat-part.ts';
import type { ApiRequest, Counted, Identity, Rendering } from './endpoint.ts';

const STOPS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  content_filter: 'refusal',
};

function inputOf(args: string): unknown {
  try {
    const input: unknown = JSON.parse(args);
    return isObject(input) ? input : {};
  } catch {
    return {};
  }
}

/** Answers of chat completions as messages: whole, or as the events of a stream, whose blocks come one after another. */
export class MessagesRendering implements Rendering {
  readonly #request: ApiRequest;
  readonly #requestId: string;
  readonly #thinks: boolean;
  #begun = false;
  #open: 'thinking' | 'text' | 'tool_use' | null = null;
  /** Blocks that have begun. */
  #blocks = 0;
  /** The call whose block is open, and pieces of later ones, which wait for it to end. */
  #calling = -1;
  readonly #waiting = new Map<number, CallPart[]>();
  #finish: string | null = null;
  #stop: string | null = null;
  #called = false;

  constructor(request: ApiRequest, { requestId }: Identity) {
    this.#request = request;
    this.#requestId = requestId;
    const { thinking } = request.body;
    this.#thinks = isObject(thinking) && thinking['type'] !== 'disabled';
  }

  answer(body: JsonObject, counted: Counted): string {
    const part = partOf(body);
    const content: JsonObject[] = [];
    if (part !== null) {
      this.#note(part);
      const text = part.text + part.refusal;
      if (this.#thinks && part.reasoning !== '') {
        content.push({ type: 'thinking', thinking: part.reasoning, signature: '' });
      }
      if (text !== '') content.push({ type: 'text', text, citations: null });
      for (const { id, name, args } of part.calls) content.push({ type: 'tool_use', id, name, input: inputOf(args) });
    }
    return JSON.stringify({ ...this.#message(content, this.#usage(counted)), ...this.#ended() });
  }

  event(_data: string | null, chunk: JsonObject): string {
    let out = this.#begin();
    const part = partOf(chunk);
    if (part === null) return out;
    this.#note(part);
    if (this.#thinks && part.reasoning !== '') {
      out += this.#say('thinking', { type: 'thinking_delta', thinking: part.reasoning });
    }
    const text = part.text + part.refusal;
    if (text !== '') out += this.#say('text', { type: 'text_delta', text });
    for (const piece of part.calls) out += this.#callPiece(piece);
    return out;
  }

  end(counted: Counted): string {
    let out = this.#begin();
    for (const pieces of this.#waiting.values()) {
      out += this.#openCall(pieces[0]!);
      for (const piece of pieces) out += this.#argsPiece(piece);
    }
    out += this.#close();
    const usage = this.#usage(counted);
    return `${out}${namedEvent({ type: 'message_delta', delta: this.#ended(), usage })}${namedEvent({ type: 'message_stop' })}`;
  }

  broken(why: Failure): string {
    return `event: error\ndata: ${JSON.stringify(anthropicError(why, this.#requestId))}\n\n`;
  }

  #note({ finish, stop, calls }: ChatPart): void {
    this.#finish = finish ?? this.#finish;
    this.#stop = stop ?? this.#stop;
    if (calls.length > 0) this.#called = true;
  }

  #message(content: readonly JsonObject[], usage: JsonObject): JsonObject {
    const { model } = this.#request;
    const id = `msg_${this.#requestId}`;
    return { id, type: 'message', role: 'assistant', model, content, stop_reason: null, stop_sequence: null, usage };
  }

  /** Engines say `stop` after tool calls too. */
  #ended(): JsonObject {
    if (this.#stop !== null && this.#finish === 'stop') {
      return { stop_reason: 'stop_sequence', stop_sequence: this.#stop };
    }
    const said = STOPS[this.#finish ?? 'stop'] ?? 'end_turn';
    return { stop_reason: this.#called && said === 'end_turn' ? 'tool_use' : said, stop_sequence: null };
  }

  #usage({ tokens, energy }: Counted): JsonObject {
    const { inputTokens, cachedTokens, outputTokens, estimated } = tokens;
    return {
      input_tokens: inputTokens - cachedTokens,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: cachedTokens,
      output_tokens: outputTokens,
      service_tier:
        this.#request.class === 'default' || this.#request.class === 'flex' ? 'standard' : this.#request.class,
      ...(estimated ? { estimated } : {}),
      ...(energy === null ? {} : { energy }),
    };
  }

  /** The first event tells the input as estimated; the last one as the engine counted it. */
  #begin(): string {
    if (this.#begun) return '';
    this.#begun = true;
    const { inputTokens } = this.#request;
    const usage = this.#usage({
      tokens: { inputTokens, outputTokens: 0, cachedTokens: 0, estimated: false },
      energy: null,
    });
    return namedEvent({ type: 'message_start', message: this.#message([], usage) }) + namedEvent({ type: 'ping' });
  }

  #openBlock(kind: 'thinking' | 'text' | 'tool_use', block: JsonObject): string {
    const out = this.#close();
    this.#open = kind;
    const event = { type: 'content_block_start', index: this.#blocks, content_block: { type: kind, ...block } };
    this.#blocks += 1;
    return out + namedEvent(event);
  }

  #close(): string {
    if (this.#open === null) return '';
    this.#open = null;
    return namedEvent({ type: 'content_block_stop', index: this.#blocks - 1 });
  }

  #delta(delta: JsonObject): string {
    return namedEvent({ type: 'content_block_delta', index: this.#blocks - 1, delta });
  }

  #say(kind: 'thinking' | 'text', delta: JsonObject): string {
    if (this.#open === kind) return this.#delta(delta);
    const empty = kind === 'text' ? { text: '', citations: null } : { thinking: '', signature: '' };
    return this.#openBlock(kind, empty) + this.#delta(delta);
  }

  #openCall({ index, id, name }: CallPart): string {
    this.#calling = index;
    return this.#openBlock('tool_use', { id, name, input: {} });
  }

  #argsPiece({ args }: CallPart): string {
    return args === '' ? '' : this.#delta({ type: 'input_json_delta', partial_json: args });
  }

  #callPiece(piece: CallPart): string {
    if (this.#calling === -1) return this.#openCall(piece) + this.#argsPiece(piece);
    if (this.#calling === piece.index && this.#open === 'tool_use') return this.#argsPiece(piece);
    const pieces = this.#waiting.get(piece.index);
    if (pieces === undefined) this.#waiting.set(piece.index, [piece]);
    else pieces.push(piece);
    return '';
  }
}
