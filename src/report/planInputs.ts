import type { Explained } from '../site/explain.ts';
import { escapeText } from '../view/svg.ts';
import { section } from './html.ts';

/** How far an input can be relied on: `assumed` by the site file, `our choice` of a default, else said or published by somebody. */
export type InputMark = 'assumed' | 'our choice' | '';

/** The mark of an input, from what the site file says beside it or the source of its default. */
export function inputMark({ given, comment = '', source }: Explained): InputMark {
  if (given) return /\bassum/i.test(comment) ? 'assumed' : '';
  if (/\bassum/i.test(source)) return 'assumed';
  return /\bour (own )?choice\b|\bours\b/i.test(source) ? 'our choice' : '';
}

/** Names of things are no inputs. */
const isName = ({ path }: Explained): boolean => /(^|\.)(id|name|version|about)$/.test(path);

/** Every input that is not a name. */
export function inputsOf(explained: readonly Explained[]): readonly Explained[] {
  return explained.filter((e) => !isName(e));
}

function row(e: Explained): string {
  const mark = inputMark(e);
  const source = e.given ? `the site file${e.comment === undefined ? '' : `: ${e.comment}`}` : e.source;
  // The mark says it already.
  const bare = source === mark ? '' : source;
  const words = mark !== '' && bare.startsWith(`${mark}: `) ? bare.slice(mark.length + 2) : bare;
  const tag = mark === '' ? '' : `<b class="mark">${mark}</b> `;
  return (
    `<tr><td>${escapeText(e.path).replaceAll('.', '.<wbr>')}</td>` +
    `<td>${escapeText(e.value)}</td><td>${tag}${escapeText(words)}</td></tr>`
  );
}

/** Every input with its source, assumptions marked, by section of the site file. */
export function inputsSection(explained: readonly Explained[]): string {
  const inputs = inputsOf(explained);
  const count = (mark: InputMark): number => inputs.filter((e) => inputMark(e) === mark).length;
  const groups = new Map<string, Explained[]>();
  for (const e of inputs) {
    const top = /^[^.[]*/.exec(e.path)![0];
    groups.set(top, [...(groups.get(top) ?? []), e]);
  }
  const body = [...groups].map(
    ([top, list]) =>
      `<tbody><tr><th colspan="3" scope="rowgroup">${escapeText(top)}</th></tr>${list.map(row).join('')}</tbody>`,
  );
  const head = '<tr><th scope="col">Input</th><th scope="col">Value</th><th scope="col">Source</th></tr>';
  return section(
    'Every input and its source',
    `${inputs.length} inputs: ${count('assumed')} are assumed, ${count('our choice')} are our choice where no figure was at hand; ` +
      'both are marked. The others are what the site file says or stand in the source named.',
    `<div class="scroll"><table class="inputs"><thead>${head}</thead>${body.join('')}</table></div>`,
    'long',
  );
}
