/** A plain word of YAML that means itself: no quotes, anchors, comments, maps or blocks in it. */
const PLAIN = /^(?![-?:,[\]{}#&*!|>'"%@`])(?!.*(?:: | #|:$)).+$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const QUOTED = /^"[^"\\]*"$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
/** Words that YAML reads as something else than a text. */
const SPECIAL = /^(?:true|false|null|~|[-+]?[.\d]\S*)$/i;
/** A list or map in one line whose words have no quotes. */
const FLOW = /^[[{][^"'#&*!|>%@`]*[\]}]$/;
const FLOW_WORD = /[^\s,[\]{}:][^,[\]{}:]*/g;

type Read = { readonly value: unknown } | undefined;

function scalar(written: string): Read {
  if (NUMBER.test(written)) return { value: Number(written) };
  if (QUOTED.test(written)) return { value: written.slice(1, -1) };
  if (written === 'true' || written === 'false') return { value: written === 'true' };
  if (DATE.test(written)) return { value: written };
  return PLAIN.test(written) && !SPECIAL.test(written) ? { value: written } : undefined;
}

/** A list or map in one line: its words are quoted where they are texts, and JSON reads the rest. */
function flow(written: string): Read {
  let sound = true;
  const json = written.replaceAll(FLOW_WORD, (word) => {
    const read = scalar(word.trim());
    sound &&= read !== undefined;
    return JSON.stringify(read?.value);
  });
  // A number as a key, or a word where JSON has none, is for the real reader.
  if (!sound || /[{,]\s*[-\d.]+:/.test(written)) return undefined;
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}

const anyValue = (written: string): Read => (FLOW.test(written) ? flow(written) : scalar(written));

/** The lines below a key: items of a list, or keys of a map. */
function block(lines: readonly string[]): Read {
  const pairs = lines.map((line) => /^([A-Za-z]\w*): (.*)$/.exec(line));
  const items = lines.map((line, k) => anyValue(line.startsWith('- ') ? line.slice(2) : (pairs[k]?.[2] ?? '')));
  if (items.includes(undefined)) return undefined;
  if (lines.every((line) => line.startsWith('- '))) return { value: items.map((item) => item?.value) };
  if (pairs.includes(null)) return undefined;
  return { value: Object.fromEntries(pairs.map((pair, k) => [pair![1], items[k]?.value])) };
}

/**
 * Rows of a data file in the plain form that they have: "- key: value", then "  key: value" lines. A value is a word, a
 * number, a quoted text, a list or map in one line, ">-" with lines of text below, or lines of items or keys below it.
 * That is a small part of YAML, read ten times faster; undefined for anything else, which is then read as YAML. For such a
 * text both give the same rows (a test holds every data file to it).
 */
export function quickRows(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  const rows: Record<string, unknown>[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line === '' || line.startsWith('#')) continue;
    const match = /^(- | {2})([A-Za-z]\w*):(?: (.*))?$/.exec(line);
    if (match === null) return undefined;
    const [, lead, key, written = ''] = match;
    if (lead === '- ') rows.push({});
    const row = rows.at(-1);
    if (row === undefined || key! in row) return undefined;
    const below: string[] = [];
    while (lines[i + 1]?.startsWith('    ') === true) below.push(lines[++i]!.slice(4));
    if (written === '>-' && below.every((part) => /^\S.*\S$/.test(part))) row[key!] = below.join(' ');
    else {
      const read = below.length === 0 ? anyValue(written) : written === '' ? block(below) : undefined;
      if (read === undefined) return undefined;
      row[key!] = read.value;
    }
  }
  return rows;
}
