import type { JsonObject } from '../../engines/contract.ts';
import type { Failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { type ErrorStyle, errorFor } from '../answer.ts';
import { type ApiRequest, type Counted, type Endpoint, type Identity, isFailure, type Rendering } from './endpoint.ts';

/** Events that carry the usage; they wait for the end, when the energy is known. */
const LAST: ReadonlySet<unknown> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'message_delta',
]);

/** Puts the caller's model name in place of the engine's, at the top or in the one object that has it. */
function rename(part: JsonObject, model: string): boolean {
  for (const holder of [part, part['response'], part['message']]) {
    if (!isObject(holder) || typeof holder['model'] !== 'string' || holder['model'] === model) continue;
    holder['model'] = model;
    return true;
  }
  return false;
}

/** Responses and messages of an engine that serves them itself: its own words, with the caller's model name and the energy. */
export class HeldRendering implements Rendering {
  readonly #request: ApiRequest;
  readonly #errors: ErrorStyle;
  readonly #requestId: string;
  readonly #held: JsonObject[] = [];

  constructor(request: ApiRequest, errors: ErrorStyle, requestId: string) {
    this.#request = request;
    this.#errors = errors;
    this.#requestId = requestId;
  }

  answer(body: JsonObject, counted: Counted): string {
    rename(body, this.#request.model);
    if (this.#request.tier !== null && this.#errors === 'openai') body['service_tier'] = this.#request.tier;
    this.#addUsage(body, counted);
    return JSON.stringify(body);
  }

  event(data: string | null, event: JsonObject, name: string): string {
    if (this.#held.length > 0 || LAST.has(event['type'])) {
      this.#held.push(event);
      return '';
    }
    const changed = rename(event, this.#request.model);
    return this.#named(name, data === null || changed ? JSON.stringify(event) : data, event);
  }

  end(counted: Counted): string {
    let out = '';
    for (const event of this.#held) {
      const { type } = event;
      rename(event, this.#request.model);
      if (LAST.has(type)) this.#addUsage(isObject(event['response']) ? event['response'] : event, counted);
      out += this.#named('', JSON.stringify(event), event);
    }
    return out;
  }

  broken(why: Failure): string {
    return `event: error\ndata: ${JSON.stringify(errorFor(this.#errors, why, this.#requestId))}\n\n`;
  }

  #named(name: string, data: string, { type }: JsonObject): string {
    return `event: ${name === '' ? String(type) : name}\ndata: ${data}\n\n`;
  }

  #addUsage(holder: JsonObject, { tokens, energy }: Counted): void {
    const { usage } = holder;
    const { inputTokens: input_tokens, outputTokens: output_tokens, estimated } = tokens;
    const counts = estimated ? { input_tokens, output_tokens, estimated } : {};
    const known = isObject(usage) ? usage : { input_tokens, output_tokens };
    holder['usage'] = { ...known, ...counts, ...(energy === null ? {} : { energy }) };
  }
}

/**
 * An endpoint that some engines serve, and that is chat completions for all others.
 * @param of.toChat the request in the words of chat completions; of.render writes their answer back
 */
export function heldEndpoint<Chat extends { readonly chat: JsonObject }>(
  of: Pick<Endpoint, 'path' | 'errors' | 'parse'> & {
    readonly toChat: (request: ApiRequest) => Chat | Failure;
    readonly render: (request: ApiRequest, identity: Identity) => Rendering;
  },
): Endpoint {
  const { path, errors, parse, toChat, render } = of;
  return {
    path,
    operation: 'chat',
    errors,
    parse,
    native: (request, { requestId }) => new HeldRendering(request, errors, requestId),
    translate(request, identity) {
      const body = toChat(request);
      return isFailure(body) ? body : { body: body.chat, rendering: render(request, identity) };
    },
  };
}
