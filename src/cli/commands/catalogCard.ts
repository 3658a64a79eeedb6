import type { AcceleratorRow, ModelRow } from '../../catalog/catalog.ts';
import { sequenceBytes } from '../../catalog/model.ts';
import { sourceOf } from '../../catalog/sources.ts';
import { missingOf, missingOfModel, usableModel } from '../../catalog/usable.ts';
import { textTable } from '../../report/table.ts';
import { formatNumber } from '../../units/quantity.ts';

/** One row of the catalogue in full, each figure with its unit and its source. */

type Figure = readonly [key: string, about: string, value: string | number | undefined, unit: string];

const GRADES = {
  A: 'A, documents of the maker',
  B: 'B, a maintained public table',
  C: 'C, press or derived',
  D: 'D, named only or unverified: nothing is planned with it',
} as const;

/** Figures with a number for their source, and the sources below; a description and a sum have none. */
function figures(rows: readonly Figure[], source: string): string {
  const shown = rows.filter(([, , value]) => value !== undefined);
  const sources = [...new Set(shown.filter(([key]) => key !== '').map(([key]) => sourceOf(source, key)))];
  const table = textTable(
    [{ header: 'figure' }, { header: 'value', align: 'right' }, { header: 'unit' }, { header: 'source' }],
    shown.map(([key, about, value, unit]) => [
      about,
      typeof value === 'number' ? formatNumber(value, 6) : value!,
      unit,
      key === '' ? '' : String(1 + sources.indexOf(sourceOf(source, key))),
    ]),
  );
  return [table, '', ...sources.map((text, k) => `${k + 1}  ${text}`)].join('\n');
}

const list = (missing: readonly string[]) =>
  missing.length === 0 ? 'complete: can be planned with' : `missing: ${missing.join(', ')}`;

/** An accelerator in full; figures of grade D only where `allowUnsourced`. */
export function acceleratorCard(a: AcceleratorRow, allowUnsourced: boolean): string {
  const hidden = a.confidence === 'D' && !allowUnsourced;
  const head = [
    `${a.name} (${a.id}), ${a.vendor}${a.year === undefined ? '' : `, ${a.year}`}`,
    `grade ${GRADES[a.confidence]}`,
    list(missingOf(a)),
    ...(a.note === undefined ? [] : [`note: ${a.note}`]),
    ...(a.exportNote === undefined ? [] : [`context on export, not advice: ${a.exportNote}`]),
  ];
  if (hidden) return [...head, 'its figures are shown with --allow-unsourced'].join('\n');
  const rates: readonly Figure[] = [
    ['fp16', 'FP16 and BF16, dense', a.tflops.fp16, 'TFLOP/s'],
    ['fp8', 'FP8, dense', a.tflops.fp8, 'TFLOP/s'],
    ['fp4', 'FP4, dense', a.tflops.fp4, 'TFLOP/s'],
    ['int8', 'INT8, dense', a.tflops.int8, 'TOP/s'],
    ['int4', 'INT4, dense', a.tflops.int4, 'TOP/s'],
  ];
  const table = figures(
    [
      ['memoryGb', `memory${a.memoryType === undefined ? '' : ` (${a.memoryType})`}`, a.memoryGb, 'GB'],
      ['bandwidthGbPerS', 'memory bandwidth', a.bandwidthGbPerS, 'GB/s'],
      ...rates,
      ['memoryShare', 'reached of the bandwidth', a.memoryShare, 'share'],
      ['computeShare', 'reached of the 16-bit rate', a.computeShare, 'share'],
      ['tdpW', 'board power', a.tdpW, 'W'],
      ['idleW', 'idle power', a.idleW, 'W'],
      ['interconnectGbPerS', 'scale-up link, both directions', a.interconnectGbPerS, 'GB/s'],
      ['priceUsd', 'price when it came out', a.priceUsd, 'USD'],
      ['', 'form', a.formFactor, ''],
      ['', 'cooling', a.cooling, ''],
    ],
    a.source,
  );
  return [...head, '', table].join('\n');
}

/** Lengths at which a model's memory of a sequence is told, tokens. */
const LENGTHS = [1024, 8192, 131_072] as const;

/** A model in full. */
export function modelCard(m: ModelRow): string {
  const checked = usableModel(m, { allowUnsourced: true });
  const MIB = 2 ** 20;
  const memory = checked.ok
    ? LENGTHS.filter((tokens) => tokens <= checked.value.context).map(
        (tokens): Figure => [
          '',
          `memory of a sequence of ${tokens} tokens, 16 bit`,
          sequenceBytes(checked.value, tokens) / MIB,
          'MiB',
        ],
      )
    : [];
  const table = figures(
    [
      ['totalParamsB', 'parameters', m.totalParamsB, 'billion'],
      ['activeParamsB', 'parameters that a token uses', m.activeParamsB, 'billion'],
      ['layers', 'layers', m.layers, ''],
      ['hidden', 'width', m.hidden, ''],
      ['heads', 'attention heads', m.heads, ''],
      ['kvHeads', 'heads of keys and values', m.kvHeads, ''],
      ['headDim', 'width of a head', m.headDim, ''],
      ['moe', 'experts per layer', m.moe?.experts, ''],
      ['moe', 'experts that a token uses', m.moe?.active, ''],
      ['moe', 'parameters in experts', m.moe?.expertParamsB, 'billion'],
      ['mla', 'latent attention, rank', m.mla?.rank, ''],
      ['window', 'layers with a window', m.window?.layers, ''],
      ['window', 'tokens of the window', m.window?.tokens, ''],
      ['linear', 'layers with a state instead of a cache', m.linear?.layers, ''],
      ['linear', 'state of a sequence', m.linear === undefined ? undefined : m.linear.stateBytes / MIB, 'MiB'],
      ['kvBytesPerToken', 'cache that grows with the context, 16 bit', m.kvBytesPerToken, 'B/token'],
      ...memory,
      ['vocab', 'words', m.vocab, ''],
      ['context', 'longest context', m.context, 'tokens'],
    ],
    m.source,
  );
  return [
    `${m.hub ?? m.id} (${m.id}), ${m.family}, ${m.kind}${m.year === undefined ? '' : `, ${m.year}`}`,
    `grade ${GRADES[m.confidence]}`,
    list(missingOfModel(m)),
    `licence: ${m.licence ?? 'not checked; see the model card'}`,
    '',
    table,
  ].join('\n');
}
