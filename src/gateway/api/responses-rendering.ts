import type { JsonObject } from '../../engines/contract.ts';
import type { Failure } from '../../engines/failure.ts';
import { errorBody } from '../answer.ts';
import { type CallPart, namedEvent, partOf } from './chat-part.ts';
import type { ApiRequest, Counted, Identity, Rendering } from './endpoint.ts';
import { emptyResponse, endedResponse, Items, refusalPart, responsesUsage, textPart } from './responses-object.ts';

/** An item of the output that is still growing. */
interface Growing {
  readonly kind: 'reasoning' | 'text' | 'refusal' | 'call';
  readonly at: number;
  /** Text, or the arguments of a call. */
  said: string;
  readonly call?: CallPart;
}

/** Answers of chat completions as responses: whole, or as the events of a stream. */
export class ResponsesRendering implements Rendering {
  readonly #empty: JsonObject;
  readonly #items: Items;
  readonly #output: JsonObject[] = [];
  readonly #calls = new Map<number, Growing>();
  #open: Growing | null = null;
  /** Next free place of the output. */
  #next = 0;
  #sequence = 0;
  #finish: string | null = null;
  #usage: unknown;

  constructor(request: ApiRequest, identity: Identity) {
    this.#empty = emptyResponse(request, identity);
    this.#items = new Items(identity.requestId);
  }

  answer(body: JsonObject, counted: Counted): string {
    const part = partOf(body);
    if (part !== null) {
      const { text, refusal, reasoning, calls } = part;
      const status = part.finish === 'length' ? 'incomplete' : 'completed';
      if (reasoning !== '') this.#output.push(this.#items.reasoning(this.#next++, reasoning, status));
      const content = [...(text === '' ? [] : [textPart(text)]), ...(refusal === '' ? [] : [refusalPart(refusal)])];
      if (content.length === 0 && calls.length === 0) content.push(textPart(''));
      if (content.length > 0) this.#output.push(this.#items.message(this.#next++, content, status));
      for (const call of calls) this.#output.push(this.#items.call(this.#next++, call, 'completed'));
    }
    const usage = responsesUsage(body['usage'], counted);
    return JSON.stringify(endedResponse(this.#empty, this.#output, part?.finish ?? null, usage));
  }

  event(_data: string | null, chunk: JsonObject): string {
    let out = this.#sequence === 0 ? this.#begin() : '';
    if (chunk['usage'] !== undefined && chunk['usage'] !== null) this.#usage = chunk['usage'];
    const part = partOf(chunk);
    if (part === null) return out;
    if (part.reasoning !== '') out += this.#say('reasoning', part.reasoning);
    if (part.text !== '') out += this.#say('text', part.text);
    if (part.refusal !== '') out += this.#say('refusal', part.refusal);
    for (const call of part.calls) out += this.#callPiece(call);
    this.#finish = part.finish ?? this.#finish;
    return out;
  }

  end(counted: Counted): string {
    const begin = this.#sequence === 0 ? this.#begin() : '';
    const open = begin + this.#closeAll();
    const response = endedResponse(this.#empty, this.#ordered(), this.#finish, responsesUsage(this.#usage, counted));
    const type = response['status'] === 'incomplete' ? 'response.incomplete' : 'response.completed';
    return open + this.#send({ type, response });
  }

  broken(why: Failure): string {
    const { message, code } = errorBody(why).error;
    const known = why.http === 429 ? 'rate_limit_exceeded' : 'server_error';
    const error = { code: known, message: `${message} [${code}]` };
    const response = { ...this.#empty, status: 'failed', error, output: this.#ordered() };
    return this.#send({ type: 'response.failed', response });
  }

  #send(event: JsonObject & { readonly type: string }): string {
    return namedEvent({ ...event, sequence_number: this.#sequence++ });
  }

  #begin(): string {
    const response = this.#empty;
    return this.#send({ type: 'response.created', response }) + this.#send({ type: 'response.in_progress', response });
  }

  #ordered(): JsonObject[] {
    return this.#output.filter((item) => item !== undefined);
  }

  #say(kind: 'reasoning' | 'text' | 'refusal', delta: string): string {
    let out = '';
    if (this.#open?.kind !== kind) out = this.#close() + this.#openItem(kind);
    const open = this.#open!;
    open.said += delta;
    const type =
      kind === 'text' ? 'response.output_text.delta' : `response.${kind === 'refusal' ? kind : 'reasoning_text'}.delta`;
    return (
      out +
      this.#send({ type, ...this.#place(open), content_index: 0, delta, ...(kind === 'text' ? { logprobs: [] } : {}) })
    );
  }

  #place({ kind, at }: Growing): JsonObject {
    const item = kind === 'reasoning' ? this.#items.reasoning(at, '', '') : this.#items.message(at, [], '');
    return { item_id: item['id'], output_index: at };
  }

  #openItem(kind: 'reasoning' | 'text' | 'refusal'): string {
    const open: Growing = { kind, at: this.#next++, said: '' };
    this.#open = open;
    const { at } = open;
    const status = 'in_progress';
    const item = kind === 'reasoning' ? this.#items.reasoning(at, '', status) : this.#items.message(at, [], status);
    return (
      this.#send({ type: 'response.output_item.added', output_index: at, item }) +
      this.#send({
        type: 'response.content_part.added',
        ...this.#place(open),
        content_index: 0,
        part: partFor(kind, ''),
      })
    );
  }

  /** Ends the item that text goes into; a call that has begun stays open until the end, for its pieces may come mixed. */
  #close(): string {
    const open = this.#open;
    if (open === null) return '';
    this.#open = null;
    const { kind, at, said } = open;
    const part = partFor(kind, said);
    const place = { ...this.#place(open), content_index: 0 };
    const item =
      kind === 'reasoning'
        ? this.#items.reasoning(at, said, 'completed')
        : this.#items.message(at, [part], this.#finish === 'length' ? 'incomplete' : 'completed');
    this.#output[at] = item;
    const done =
      kind === 'text'
        ? { type: 'response.output_text.done', ...place, text: said, logprobs: [] }
        : kind === 'refusal'
          ? { type: 'response.refusal.done', ...place, refusal: said }
          : { type: 'response.reasoning_text.done', ...place, text: said };
    return (
      this.#send(done) +
      this.#send({ type: 'response.content_part.done', ...place, part }) +
      this.#send({ type: 'response.output_item.done', output_index: at, item })
    );
  }

  #callPiece(piece: CallPart): string {
    let out = '';
    let growing = this.#calls.get(piece.index);
    if (growing === undefined) {
      out = this.#close();
      growing = { kind: 'call', at: this.#next++, said: '', call: piece };
      this.#calls.set(piece.index, growing);
      const item = this.#items.call(growing.at, { ...piece, args: '' }, 'in_progress');
      out += this.#send({ type: 'response.output_item.added', output_index: growing.at, item });
    }
    if (piece.args === '') return out;
    growing.said += piece.args;
    const place = { item_id: this.#items.call(growing.at, piece, '')['id'], output_index: growing.at };
    return out + this.#send({ type: 'response.function_call_arguments.delta', ...place, delta: piece.args });
  }

  #closeAll(): string {
    let out = this.#close();
    for (const { at, said, call } of this.#calls.values()) {
      const item = this.#items.call(at, { ...call!, args: said }, 'completed');
      this.#output[at] = item;
      const { id, name } = item;
      const type = 'response.function_call_arguments.done';
      out += this.#send({ type, item_id: id, name, output_index: at, arguments: said });
      out += this.#send({ type: 'response.output_item.done', output_index: at, item });
    }
    return out;
  }
}

function partFor(kind: Growing['kind'], said: string): JsonObject {
  if (kind === 'reasoning') return { type: 'reasoning_text', text: said };
  return kind === 'refusal' ? refusalPart(said) : textPart(said);
}
