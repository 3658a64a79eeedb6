/** A column of a text table. */
export interface TableColumn {
  readonly header: string;
  readonly align?: 'left' | 'right';
  /** Longest text in terminal cells; longer cells are cut and end in an ellipsis. */
  readonly maxWidth?: number;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** East Asian Wide and Fullwidth blocks, and emoji drawn as pictures (Unicode Standard Annex 11 and Technical Standard 51). */
const WIDE =
  /^(?:\p{Emoji_Presentation}|.\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;
const NOTHING = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;

function cellsOf(grapheme: string): number {
  if (NOTHING.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** Width of a text in terminal cells: wide characters take two, combining marks and control characters none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += cellsOf(segment);
  return width;
}

/** Cuts a text to at most `width` >= 1 cells; a cut text ends in "…". */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const cells = cellsOf(segment);
    if (used + cells > width - 1) break;
    kept += segment;
    used += cells;
  }
  return `${kept}…`;
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** What a cell may not carry into a terminal: control characters, among them escape sequences from a file's names. */
function clean(text: string): string {
  return text.replace(/[\t\r\n]+/g, ' ').replace(/\p{Cc}/gu, '');
}

/**
 * An aligned table for a terminal, two spaces between columns, a rule under the header, no line longer than its content.
 * Missing cells are empty; cells beyond the columns are left out.
 */
export function textTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const shape = (text: string, c: TableColumn): string => {
    const plain = clean(text);
    return c.maxWidth === undefined ? plain : cut(plain, c.maxWidth);
  };
  const cells = [columns.map((c) => c.header), ...rows].map((row) => columns.map((c, i) => shape(row[i] ?? '', c)));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => displayWidth(row[i]!))));
  const lines = cells.map((row) =>
    row
      .map((cell, i) => pad(cell, widths[i]!, columns[i]!.align ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((w) => '-'.repeat(w)).join('  '));
  return lines.join('\n');
}

/** Name and value in two columns without a header. */
export function textPairs(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...pairs.map(([name]) => displayWidth(clean(name))));
  return pairs.map(([name, value]) => `${pad(clean(name), width, 'left')}  ${clean(value)}`.trimEnd()).join('\n');
}

/** Breaks a text at spaces into lines of at most `width` >= 8 cells; a longer word is cut. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of clean(text).split(' ')) {
    const next = line === '' ? word : `${line} ${word}`;
    if (displayWidth(next) <= width) line = next;
    else {
      if (line !== '') lines.push(line);
      line = cut(word, width);
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}
