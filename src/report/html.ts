import { escapeText } from '../view/svg.ts';
import { tokensCss } from '../view/tokens.ts';
import { PAGE_CSS } from './page.css.ts';
import { writeAtomic } from './write.ts';

/** What a report page is made of; `body` and `footer` are HTML, the rest is text. */
export interface HtmlPage {
  readonly title: string;
  readonly subtitle: string;
  readonly body: string;
  readonly footer: string;
}

/**
 * One page that needs nothing else: no script, no font, no picture from anywhere, so that it opens from a mail on a phone
 * without a network and in ten years. Light and dark follow the reader's system; print is light.
 */
export function htmlPage(page: HtmlPage): string {
  const title = escapeText(page.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title}</title>
<style>${tokensCss()}${PAGE_CSS}</style>
</head>
<body>
<header class="page"><p class="brand"><i></i>Joulewright</p><h1>${title}</h1><p>${escapeText(page.subtitle)}</p></header>
<main>
${page.body}
</main>
<footer class="page">${page.footer}</footer>
</body>
</html>
`;
}

/** A part of a page with a head and a sentence under it. `body` is HTML; what is `long` may go on over pages in print. */
export function section(title: string, note: string, body: string, kind: '' | 'long' = ''): string {
  const text = note === '' ? '' : `<p>${escapeText(note)}</p>`;
  return `<section${kind === '' ? '' : ` class="${kind}"`}><h2>${escapeText(title)}</h2>${text}${body}</section>`;
}

/** A column of an HTML table: numbers to the right; ranges too, which may break before their bracket; names in one line. */
export interface HtmlColumn {
  readonly header: string;
  readonly kind?: 'number' | 'range' | 'name' | 'quiet';
}

/** Columns of a table of figures: the first is a name, the others are numbers. */
export function figureColumns(headers: readonly string[]): HtmlColumn[] {
  return headers.map((header, i) => (i === 0 ? { header } : { header, kind: 'number' }));
}

/** A table of texts; with `stack`, rows become blocks on a phone. */
export function htmlTable(columns: readonly HtmlColumn[], rows: readonly (readonly string[])[], stack = false): string {
  const kind = (c: HtmlColumn): string => (c.kind === undefined ? '' : ` class="${c.kind}"`);
  const head = columns.map((c) => `<th scope="col"${kind(c)}>${escapeText(c.header)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${columns.map((c, i) => `<td${kind(c)}>${escapeText(row[i] ?? '')}</td>`).join('')}</tr>`)
    .join('');
  return `<div class="scroll"><table${stack ? ' class="stack"' : ''}><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** Names and values. */
export function definitions(pairs: readonly (readonly [string, string])[], mono = false): string {
  const items = pairs.map(([name, value]) => `<dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd>`).join('');
  return `<dl${mono ? ' class="mono"' : ''}>${items}</dl>`;
}

/** A picture with a caption; `picture` is SVG or HTML. */
export function figure(picture: string, caption = ''): string {
  const text = caption === '' ? '' : `<figcaption>${escapeText(caption)}</figcaption>`;
  return `<figure>${text}${picture}</figure>`;
}

/** Writes a page, atomically. @throws JW_FILE_UNWRITABLE */
export async function writeHtml(file: string, html: string): Promise<void> {
  await writeAtomic(file, html);
}
