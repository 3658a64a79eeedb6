import { chatEndpoint } from './chat.ts';
import { completionsEndpoint } from './completions.ts';
import { embeddingsEndpoint } from './embeddings.ts';
import type { Endpoint } from './endpoint.ts';
import { messagesEndpoint } from './messages.ts';
import { responsesEndpoint } from './responses.ts';

/** The paths that are known in detail. */
export const ENDPOINTS: readonly Endpoint[] = [
  chatEndpoint,
  completionsEndpoint,
  embeddingsEndpoint,
  responsesEndpoint,
  messagesEndpoint,
];

const BY_PATH: ReadonlyMap<string, Endpoint> = new Map(ENDPOINTS.map((endpoint) => [endpoint.path, endpoint]));

/** The endpoint of a path below the version; undefined for one that is at most relayed. */
export function endpointOf(path: string): Endpoint | undefined {
  return BY_PATH.get(path);
}
