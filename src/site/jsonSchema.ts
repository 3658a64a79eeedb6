import { z } from 'zod';
import type { KeyNotes } from '../units/schema.ts';
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
  return { title: 'Joulewright site file', ...schema };
}
