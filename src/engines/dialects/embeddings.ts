import { isObject, put } from '../json.ts';
import type { Dialect } from './dialect.ts';
import { readUsage } from './usage.ts';

/** `POST /embeddings`; never a stream. */
export const embeddingsDialect: Dialect = {
  path: '/embeddings',
  idPrefix: 'embd-',
  asksUsage: false,
  tidyAnswer(answer, identity) {
    if (!isObject(answer)) return 'the body is not a JSON object';
    const data = answer['data'];
    if (!Array.isArray(data)) return 'it has no data';
    for (let i = 0; i < data.length; i++) {
      const item: unknown = data[i];
      if (!isObject(item)) return `data[${i}] is not an object`;
      const { embedding } = item;
      // Base64 where the caller asked for it
      if (!Array.isArray(embedding) && typeof embedding !== 'string') return `data[${i}] has no embedding`;
      put(item, 'index', i, 'number');
      item['object'] = 'embedding';
    }
    put(answer, 'model', identity.model, 'string');
    answer['object'] = 'list';
    return '';
  },
  tidyEvent: () => ({ wrong: 'embeddings have no stream' }),
  ends: () => false,
  chars: () => 0,
  usage: ({ usage }) => (usage === undefined || usage === null ? undefined : readUsage(usage)),
};
