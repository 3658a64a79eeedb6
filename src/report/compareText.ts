import { POWER_MEASURED, type Tier } from '../components/inference/predict/calibration.ts';
import type { CompareOptions, Comparison, Ranked, Sort } from '../predict/compare.ts';
import { figureOf } from '../predict/compare.ts';
import { type Load, RESOURCES } from '../predict/compareChip.ts';
import { formatNumber } from '../units/quantity.ts';

/** Of what the speed was measured, as short as a column of a table has room for. */
const MEASURED: Readonly<Record<Tier, string>> = {
  seen: 'chip, model',
  model: 'chip',
  chip: 'model',
  neither: 'neither',
};

/** A ranking's figure in words, with its unit. */
export const SORT_WORDS: Readonly<Record<Sort, { readonly name: string; readonly unit: string }>> = {
  'tokens-per-joule': { name: 'tokens per joule', unit: 'output tokens per joule of the boards' },
  lcot: { name: 'cost', unit: 'USD per million output tokens' },
  'tokens-per-s': { name: 'tokens per second', unit: 'output tokens per second' },
};

interface Range {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A figure with its interval in brackets. */
export const rangeText = ({ value, low, high }: Range): string =>
  `${formatNumber(value)} (${formatNumber(low)}..${formatNumber(high)})`;

/** Marks of figures, explained by `notesOf`; a mark never stands on a line of its own. */
const UNPACKED = '\u00a0*';
const INFERRED = '\u00a0+';
const ENERGY_ONLY = '\u00a0e';

const percent = (share: number): string => `${Math.round(100 * share)}\u00a0%`;

/** "2 x nvidia-h100-nvl-94gb". */
export const chipText = (c: Ranked): string => (c.devices === 1 ? c.chip.id : `${c.devices} x ${c.chip.id}`);

/** A figure that a ranking may go by, with its marks. */
export function figureText(sort: Sort, c: Ranked): string {
  const energyOnly = sort === 'lcot' && !c.priced ? ENERGY_ONLY : '';
  const inferred = sort !== 'tokens-per-s' && c.powerInferred ? INFERRED : '';
  return `${rangeText(figureOf(sort, c))}${energyOnly}${inferred}`;
}

/** Heads of the ranking. */
export function rankedHead(limited: boolean): string[] {
  const heads = ['', 'chip', 'format', 'batch', 'bound by', 'tokens/J', 'USD/Mtoken', 'tokens/s a device'];
  return [...heads, 'W a device', ...(limited ? ['replicas', 'tokens/s in all'] : []), 'measured'];
}

/** A place of the ranking, under `rankedHead`; marks are explained by `notesOf`. */
export function rankedRow(c: Ranked, place: number): string[] {
  return [
    `${place}${c.tiesFirst ? '' : ' <'}`,
    chipText(c),
    c.native ? c.format : `${c.format}${UNPACKED}`,
    String(c.batch),
    c.bound,
    figureText('tokens-per-joule', c),
    figureText('lcot', c),
    rangeText(c.tokensPerSPerDevice),
    `${rangeText(c.wattsPerDevice)}${c.powerInferred ? INFERRED : ''}`,
    ...(c.replicas === undefined ? [] : [String(c.replicas), formatNumber(c.totalTokensPerS ?? 0)]),
    MEASURED[c.tier],
  ];
}

/** What must be known to read a ranking of which the first places are shown. */
export function notesOf(
  ranked: readonly Ranked[],
  shown: readonly Ranked[],
  { sort, rank, maxDevices, maxBatch }: CompareOptions,
): string[] {
  const end = sort === 'lcot' ? 'high' : 'low';
  const { name } = SORT_WORDS[sort];
  const ties = ranked.filter((c) => c.tiesFirst).length;
  const by =
    rank === 'low'
      ? `Ordered by the ${end} end of the interval of ${name}, so that what nobody measured does not lead by being uncertain (--rank mid: by the value).`
      : `Ordered by the value of ${name}, however wide its interval (--rank low: by its worse end).`;
  const notes = [
    `${by} The intervals of ${ties} of ${ranked.length} reach that of the first, so their order may be otherwise${ties < ranked.length ? '; "<" marks those that are behind it with some certainty' : ''}.`,
    'In brackets: 90 % intervals; those of energy and cost take the errors of speed and of power as independent. Power, energy and tokens/J are of the boards at full load.',
    '"measured" says whether the speed of the chip and of the model was, with any other.',
    `A replica had at most ${maxDevices} devices and ${maxBatch} sequences at once (--max-devices, --max-batch).`,
  ];
  if (shown.some((c) => !c.native)) notes.push('* not native: weights are unpacked and computed at 16 bit.');
  if (shown.some((c) => c.powerInferred)) {
    notes.push(
      `+ inferred. All measured power is of ${POWER_MEASURED} chips; for others the share of the board power is taken to be the same.`,
    );
  }
  if (shown.some((c) => !c.priced)) {
    notes.push('e energy only: no price of the chip is known; give one with --price CHIP=USD.');
  }
  return notes;
}

/** Why the power of a chip is no more than inferred; undefined for chips of the maker that was measured. */
export function inferredPower(c: Ranked): string | undefined {
  return c.powerInferred
    ? `power as of ${POWER_MEASURED} chips: of ${c.chip.vendor} none was ever measured`
    : undefined;
}

/** Heads of a table of loads. */
export const LOAD_HEAD: readonly string[] = [
  'batch',
  'tokens/s',
  'TTFT, ms',
  'TPOT, ms',
  'W',
  'J/token',
  ...RESOURCES.map((resource) => resource),
  'KV filled',
  'target missed',
];

/** A load of a replica, under `LOAD_HEAD`. */
export function loadRow(load: Load): string[] {
  const ms = ({ value, low, high }: Range) => rangeText({ value: 1000 * value, low: 1000 * low, high: 1000 * high });
  return [
    String(load.batch),
    rangeText(load.tokensPerS),
    ms(load.ttftS),
    ms(load.tpotS),
    rangeText(load.watts),
    rangeText(load.joulesPerToken),
    ...RESOURCES.map((resource) => percent(load.parts[resource])),
    percent(load.kvShare),
    load.misses ?? '',
  ];
}

/** The chips that cannot serve and why, and in words how many more are not planned with at all unless all are asked for. */
export function excludedRows({ excluded }: Comparison, all: boolean): { rows: string[][]; more: string } {
  const listed = excluded.filter((e) => all || e.kind === 'unfit');
  const more = excluded.length - listed.length;
  return {
    rows: listed.map((e) => [e.id, e.reason]),
    more: more === 0 ? '' : `${more} more cannot be planned with (figures missing or unsourced); --json names them.`,
  };
}
