import { z } from 'zod';
import { describeSchema, keysOf, rowOf } from '../src/site/describe.ts';
import { FREE_KEYS, printFreeKey } from '../src/site/freeKeys.ts';
import { siteSchema } from '../src/site/schema.ts';
import { DIMENSIONS, type DimensionRow } from '../src/units/dimension.ts';
import type { KeyNotes } from '../src/units/schema.ts';

/** Where the page lives in the checkout. */
export const SITE_PAGE = 'docs/reference/site-file.md';

const INTRO = `# Site file: every key

A site file is YAML. Quantities are text with their unit (\`"2 MW"\`, \`40 °C\`, \`0.05 USD/kWh\`); plain numbers carry no unit.
[The guide](../guide/site-file.md) explains the sections; this page lists their keys. \`joulewright check --explain SITE\` prints
the same for one file, with the values that are used there. This page is made from the schema by \`npm run build\`; do not edit it
by hand.

A key without a default is **needed** or *optional*; what an optional key means when it is left out stands in its row.
`;

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}

function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');
}

/** Of the forms that a value may have, the ones that are maps. */
function mapForms(core: z.core.$ZodType): z.core.$ZodType[] {
  if (!(core instanceof z.ZodUnion)) return [];
  return core.def.options.map((form) => describeSchema(form).core).filter((form) => form instanceof z.ZodObject);
}

function plainForm(core: z.core.$ZodType): string {
  if (core instanceof z.ZodEnum) return core.options.map((word) => `\`${word}\``).join(', ');
  if (core instanceof z.ZodLiteral) return [...core.values].map((word) => `\`${word}\``).join(', ');
  if (core instanceof z.ZodNumber) return core.format === 'safeint' ? 'whole number' : 'number';
  if (core instanceof z.ZodArray) return `list of ${plainForm(describeSchema(core.element).core)}`;
  if (core instanceof z.ZodTuple)
    return `[${core.def.items.map((item) => plainForm(describeSchema(item).core)).join(', ')}]`;
  if (core instanceof z.ZodUnknown) return '`{env: NAME}`';
  return 'text';
}

/** What is written at a key: its dimension with the base unit, the words, or the kind of value. */
function formOf(core: z.core.$ZodType, notes: KeyNotes, heading: string): string {
  if (notes.dimension !== undefined) {
    const row: DimensionRow = DIMENSIONS[notes.dimension];
    const base = row.money === true ? `money${row.base}` : row.base;
    return `[${notes.dimension}](#units)${base === '' ? '' : ` (${base})`}`;
  }
  const link = `[keys](#${anchor(heading)})`;
  if (keysOf(core) !== undefined || keysOf(describeSchema(rowOf(core) ?? core).core) !== undefined)
    return rowOf(core) === undefined ? link : `list of ${link}`;
  if (mapForms(core).length > 0 && core instanceof z.ZodUnion) {
    const others = core.def.options
      .map((form) => describeSchema(form).core)
      .filter((form) => keysOf(form) === undefined)
      .map(plainForm);
    return [...others, link].join(', or ');
  }
  return plainForm(core);
}

function written(value: unknown): string {
  return `\`${typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value)}\``;
}

interface Section {
  readonly heading: string;
  readonly lines: string[];
}

/** Adds the table of one map and those of the maps inside it. */
function section(core: z.core.$ZodType, path: string, into: Section[]): void {
  const keys = keysOf(core);
  if (keys === undefined) return;
  const own: Section = {
    heading: path === '' ? 'The file' : path,
    lines: ['| key | what it is | written as | default | source of the default |', '|---|---|---|---|---|'],
  };
  into.push(own);
  const rows = Object.entries(keys).sort(([a], [b]) => Number(b === 'id') - Number(a === 'id'));
  for (const [key, schema] of path === '' ? Object.entries(keys) : rows) {
    const { core: inner, notes, standard, optional } = describeSchema(schema, {});
    const row = rowOf(inner);
    const here = `${path === '' ? '' : `${path}.`}${key}`;
    const list = row !== undefined && keysOf(describeSchema(row).core) !== undefined;
    const heading = list ? `${here}[]` : here;
    const whole = describeSchema(schema).core;
    const freeKey = FREE_KEYS.find((k) => printFreeKey(k) === here);
    const form = `${formOf(whole, notes, heading)}${freeKey === undefined ? '' : ', or [free](#free-sizes)'}`;
    const empty = typeof standard === 'object' && standard !== null && Object.keys(standard).length === 0;
    const fallback = empty
      ? '*optional*'
      : standard !== undefined
        ? written(standard)
        : optional
          ? '*optional*'
          : '**needed**';
    const about = notes.about ?? (list ? 'rows, one for each' : 'section');
    own.lines.push(`| \`${key}\` | ${cell(about)} | ${cell(form)} | ${cell(fallback)} | ${cell(notes.source ?? '')} |`);
    if (list) section(describeSchema(row).core, heading, into);
    else if (keysOf(whole) !== undefined) section(whole, heading, into);
    else for (const [k, map] of mapForms(whole).entries()) section(map, k === 0 ? heading : `${heading}, or`, into);
  }
}

function freeSizes(): string {
  const rows = FREE_KEYS.map((key) => {
    const { whole, most } = key;
    const least = whole === undefined ? '0' : String(whole);
    return `| \`${printFreeKey(key)}\` | ${least} | ${whole === undefined ? 'any size' : 'whole numbers'} | ${most?.about ?? 'not possible: say `max`'} |`;
  });
  return `| key | least \`min\`, and when left out | without \`step\` | what \`free\` stands for |\n|---|---|---|---|\n${rows.join('\n')}`;
}

function units(): string {
  const rows = Object.entries<DimensionRow>(DIMENSIONS).map(([name, row]) => {
    const accepted = Object.keys(row.units).map((unit) =>
      row.money === true ? `\`USD${unit}\`` : unit === '' ? 'none' : `\`${unit}\``,
    );
    return `| ${name} | ${accepted.join(', ')} | \`${row.example.replaceAll('"', '')}\` |`;
  });
  return `| dimension | accepted units | for example |\n|---|---|---|\n${rows.join('\n')}`;
}

/** The reference page of the site file. */
export function sitePage(): string {
  const sections: Section[] = [];
  section(describeSchema(siteSchema).core, '', sections);
  const tables = sections.map(({ heading, lines }) => `## ${heading}\n\n${lines.join('\n')}\n`);
  return `${INTRO}
${tables.join('\n')}
## Free sizes

In place of a value these keys take a range, \`{ min: 0 MWp, max: 10 MWp }\`, from which \`joulewright plan\` chooses the least-cost size;
\`max\` is needed, and \`step\` (\`{ max: 20 MWh, step: 2.5 MWh }\`) keeps to whole containers. The word \`free\` is a range whose most follows from
the rest of the file. [The guide](../guide/site-file.md#free-sizes) explains them.

${freeSizes()}

## Units

Money is written with the currency of the file (\`money.currency\`; \`USD\` stands for it here): a quantity in another one is a
fault, never a silent conversion.

${units()}
`;
}
