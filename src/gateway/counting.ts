import type { FastifyInstance } from 'fastify';
import type { JsonObject } from '../engines/contract.ts';
import type { Failure } from '../engines/failure.ts';
import { isObject } from '../engines/json.ts';
import { countDeep } from '../engines/tokens.ts';
import { isFailure } from './api/endpoint.ts';
import { parseMessages } from './api/messages.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import { sendFailure } from './send.ts';
import type { Principal } from './tenants/principal.ts';
import { refusalOfRequest } from './tenants/roles.ts';

/** Below the version; Anthropic's API has it. */
export const COUNT_PATH = '/messages/count_tokens';

/** Input tokens of a request that is not sent. */
interface Count {
  readonly tokens: number;
  /** By the length of its texts: no engine of the model told its own count. */
  readonly estimated: boolean;
}

/** Says how many input tokens a messages request has, from the tokenizer of an engine of its model where one tells. */
export class TokenCounter {
  readonly #dispatcher: Pick<Dispatcher, 'roster'>;

  constructor(dispatcher: Pick<Dispatcher, 'roster'>) {
    this.#dispatcher = dispatcher;
  }

  async count(body: unknown, principal: Principal): Promise<Count | Failure> {
    // A request that is only counted needs no limit for its answer
    const request = parseMessages(isObject(body) ? { max_tokens: 1, ...body } : body);
    if (isFailure(request)) return request;
    const { roster } = this.#dispatcher;
    const route = roster.route(request.model);
    if (route === undefined) return roster.unknown(request.model, principal.models);
    const why = refusalOfRequest(principal, request);
    if (why !== null) return why;
    for (const { engine, breaker, held } of route.members) {
      // What is only counted leaves the site for nobody
      if (engine.countTokens === undefined || engine.outside !== null || held || breaker.state === 'open') continue;
      const tokens = await engine.countTokens(asSent(body), route.upstream ?? engine.model);
      if (tokens !== null) return { tokens, estimated: false };
    }
    return { tokens: request.inputTokens + countDeep(request.body['tools']), estimated: true };
  }
}

const asSent = (body: unknown): JsonObject => (isObject(body) ? body : {});

/** Registers `POST /v1/messages/count_tokens`. It costs nothing and counts against no limit. */
export function addCounting(app: FastifyInstance, counter: TokenCounter): void {
  app.post(`/v1${COUNT_PATH}`, async (request, reply) => {
    const found = await counter.count(request.body, request.principal);
    if (isFailure(found)) return sendFailure(reply, found);
    const { tokens, estimated } = found;
    reply.header('request-id', request.id);
    return reply.send({ input_tokens: tokens, ...(estimated ? { joulewright: { estimated: true } } : {}) });
  });
}
