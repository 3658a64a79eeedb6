import type { QuoteBatch } from '../control/contract.ts';
import { endpointOf } from './api/index.ts';
import type { LoadGuess, Work } from './batch/work.ts';
import type { DirectiveHolder } from './directive.ts';
import type { Dispatcher } from './dispatch/dispatcher.ts';
import { execute } from './execute.ts';
import type { Service } from './service.ts';
import type { Door } from './tenants/door.ts';

export interface BatchWorkParts {
  readonly service: Service;
  readonly dispatcher: Dispatcher;
  readonly directives: DirectiveHolder;
  readonly door: Door;
  readonly quote: QuoteBatch | undefined;
}

/** What batches need of the gateway. */
export function batchWork({ service, dispatcher, directives, door, quote }: BatchWorkParts): Work {
  return {
    execute: (line, who, signal) => execute(service, line, who, signal),
    principalOf: (keyId) => door.holderOf(keyId),
    serves: (model) => dispatcher.roster.route(model) !== undefined,
    takes: (url) => {
      if (!url.startsWith('/v1/')) return false;
      const path = url.slice('/v1'.length);
      return endpointOf(path) !== undefined || service.relays(path);
    },
    guess: (model, inputTokens, outputTokens, concurrency) =>
      guess(dispatcher, directives, model, inputTokens, outputTokens, concurrency),
    quote,
    currency: () => directives.newest?.currency ?? '',
  };
}

/** By what the controller expects of the first engine of a model now, at the facility boundary. */
function guess(
  { roster }: Dispatcher,
  directives: DirectiveHolder,
  model: string,
  inputTokens: number,
  outputTokens: number,
  concurrency: number,
): LoadGuess | null {
  const engine = roster.route(model)?.members[0]?.engine;
  const { facilityFactor } = directives.newest ?? {};
  if (engine === undefined || facilityFactor === undefined || engine.outside !== null) return null;
  const expected = directives.order(engine.deployment)?.expected ?? engine.nominal;
  if (expected === null || expected.tpotS <= 0) return null;
  const { prefillJPerToken, decodeJPerToken, prefillSPerToken, tpotS } = expected;
  const joules = inputTokens * prefillJPerToken + outputTokens * decodeJPerToken;
  const seconds = (inputTokens * prefillSPerToken + outputTokens * tpotS) / concurrency;
  if (!(joules > 0) || !(seconds > 0)) return null;
  return { joules: joules * facilityFactor, watts: (joules / seconds) * facilityFactor };
}
