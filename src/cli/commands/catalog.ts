import { findAccelerator, findModel } from '../../catalog/find.ts';
import { loadCatalog } from '../../catalog/load.ts';
import { fail } from '../../errors/error.ts';
import { textTable } from '../../report/table.ts';
import { nearestWord } from '../../units/nearest.ts';
import type { Command, Typed } from '../command.ts';
import { acceleratorCard, modelCard } from './catalogCard.ts';
import { type Entry, KINDS, type Kind, listing } from './catalogListing.ts';

function isKind(word: string): word is Kind {
  return KINDS.some((kind) => kind === word);
}

const print = (text: string) => process.stdout.write(`${text}\n`);
const json = (value: unknown) => print(JSON.stringify(value, null, 2));

function unknown(kind: Kind, name: string, near: readonly string[]): never {
  const meant = near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
  const hint = `${meant}\`joulewright catalog ${kind}\` lists them`;
  return fail('JW_CATALOG_NAME', { reason: `there is no "${name}" among the ${kind} of the catalogue`, hint });
}

/** One row in full. */
function showOne(kind: Kind, name: string, typed: Typed): void {
  const catalog = loadCatalog();
  if (kind === 'accelerators') {
    const found = findAccelerator(catalog.acceleratorRows, name);
    const row = found.row ?? unknown(kind, name, found.near);
    if (typed.flag('json')) json(row);
    else print(acceleratorCard(row, typed.flag('allow-unsourced')));
    return;
  }
  if (kind === 'models') {
    const found = findModel(catalog.modelRows, name);
    const row = found.row ?? unknown(kind, name, found.near);
    if (typed.flag('json')) json(row);
    else print(modelCard(row));
    return;
  }
  const { entries } = listing(kind, catalog);
  const entry = entries.find((e) => e.id.toLowerCase() === name.toLowerCase());
  const near = nearestWord(
    name,
    entries.map((e) => e.id),
  );
  json((entry ?? unknown(kind, name, near === undefined ? [] : [near])).item);
}

/** Which rows the options keep. */
function filterOf(typed: Typed): (entry: Entry) => boolean {
  const word = typed.text('search')?.toLowerCase();
  const vendor = typed.text('vendor')?.toLowerCase();
  const has = (entry: Entry, text: string) =>
    entry.cells.some((cell) => cell.toLowerCase().includes(text)) ||
    JSON.stringify(entry.item).toLowerCase().includes(text);
  return (entry) =>
    (word === undefined || has(entry, word)) &&
    (vendor === undefined || entry.vendor.toLowerCase().includes(vendor)) &&
    (!typed.flag('complete') || entry.complete);
}

export const catalog: Command = {
  name: 'catalog',
  about: 'list what the product knows out of the box, each figure with its source',
  details:
    'With a name, one row in full. Grades: A documents of the maker, B a maintained table, C press or derived, D named only; nothing is planned with grade D or with a row that lacks a figure.',
  positionals: [
    { name: 'KIND', about: KINDS.join(', '), required: true, words: KINDS },
    {
      name: 'NAME',
      about: 'one row in full: its id; a model also by its name on the Hugging Face hub',
      required: false,
    },
  ],
  options: {
    search: { type: 'string', value: 'TEXT', about: 'only rows that contain the text' },
    vendor: { type: 'string', value: 'NAME', about: 'only accelerators of this maker, or models of this publisher' },
    complete: { type: 'boolean', about: 'only what can be planned with' },
    'allow-unsourced': { type: 'boolean', about: 'grade D too: named only, unverified' },
    json: { type: 'boolean', about: 'machine-readable output, all fields' },
  },
  examples: [
    'joulewright catalog accelerators --complete',
    'joulewright catalog accelerators nvidia-h100-sxm-80gb',
    'joulewright catalog models Qwen/Qwen3-235B-A22B',
    'joulewright catalog climates --json',
  ],
  async run(typed) {
    const [kind, name] = typed.positionals;
    if (kind === undefined || !isKind(kind))
      fail('JW_USAGE', {
        reason: `there is no catalogue "${kind}"; there are ${KINDS.join(', ')}`,
        command: 'catalog',
      });
    if (name !== undefined) {
      showOne(kind, name, typed);
      return 0;
    }
    const { columns, entries } = listing(kind, loadCatalog());
    const matching = entries.filter(filterOf(typed));
    const kept = matching.filter((entry) => typed.flag('allow-unsourced') || !entry.unsourced);
    if (typed.flag('json')) {
      json(kept.map((entry) => entry.item));
      return 0;
    }
    print(
      textTable(
        columns,
        kept.map((entry) => entry.cells),
      ),
    );
    if (kind === 'accelerators' || kind === 'models') {
      const hidden = matching.length - kept.length;
      const complete = kept.filter((entry) => entry.complete).length;
      const left = hidden === 0 ? '' : `; ${hidden} of grade D left out, --allow-unsourced shows them`;
      print(`${kept.length} ${kind}, ${complete} of them complete${left}`);
    }
    return 0;
  },
};
