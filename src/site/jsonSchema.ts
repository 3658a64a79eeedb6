import { z } from 'zod';
import type { KeyNotes } from '../units/schema.ts';
import { isRecord } from './describe.ts';
import { FREE_KEYS } from './freeKeys.ts';
import { siteSchema } from './schema.ts';

/** Our notes are for `check --explain`; an editor shows `description` and `default`, and knows no other keys. */
const OWN_KEYS = ['about', 'dimension', 'source'] as const satisfies readonly (keyof KeyNotes)[];

/**
 * JSON Schema (draft 2020-12) of a site file as it is written, for editors: completion, types, descriptions, defaults. Ranges
 * with units and references between sections are beyond it; `joulewright check` looks at those.
 */
export function siteJsonSchema(): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(siteSchema, {
    io: 'input',
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      const node: Record<string, unknown> = jsonSchema;
      if (typeof node['description'] !== 'string' && typeof node['about'] === 'string')
        node['description'] = node['about'];
      for (const key of OWN_KEYS) delete node[key];
    },
  });
  const document = { title: 'Joulewright site file', ...schema };
  for (const { list, keys, most } of FREE_KEYS) free(document, [list, '*', ...keys], most !== undefined);
  return document;
}

/** A size that may be free, in place of the schema of its value at a path; `*` is a row of a list. */
function free(document: unknown, path: readonly string[], word: boolean): void {
  const parts = path.slice(0, -1).flatMap((key) => (key === '*' ? ['items'] : ['properties', key]));
  const owner = [...parts, 'properties'].reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), document);
  const last = path.at(-1)!;
  if (!isRecord(owner) || !isRecord(owner[last])) throw new Error(`the schema has no ${path.join('.')}`);
  const { description, ...value } = owner[last];
  const end = (text: string) => ({ ...value, description: text });
  const range = {
    type: 'object',
    description: 'a range: `joulewright plan` chooses',
    properties: {
      min: end('the least; 0, or 1 of what must be there, when left out'),
      max: end('the most'),
      step: end('sold in wholes of this size'),
    },
    required: ['max'],
    additionalProperties: false,
  };
  const forms = [value, range, ...(word ? [{ const: 'free' }] : [])];
  (owner as Record<string, unknown>)[last] = { description, anyOf: forms };
}
