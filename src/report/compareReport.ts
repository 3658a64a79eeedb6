import { POWER_MEASURED } from '../components/inference/predict/calibration.ts';
import type { CompareOptions, Comparison, Ranked, Sort } from '../predict/compare.ts';
import { formatNumber } from '../units/quantity.ts';
import { escapeText } from '../view/svg.ts';
import { bindingFigure, DRAWN, energyFigure, rankingFigure, throughputFigure } from './compareFigures.ts';
import {
  chipText,
  excludedRows,
  inferredPower,
  LOAD_HEAD,
  loadRow,
  notesOf,
  rankedHead,
  rankedRow,
  SORT_WORDS,
} from './compareText.ts';
import { definitions, figure, type HtmlColumn, htmlPage, htmlTable, section } from './html.ts';
import { type Manifest, manifestRows } from './manifest.ts';

/** All that a comparison's page tells. */
export interface CompareReport {
  readonly options: CompareOptions;
  /** By what was asked, and by every way to rank. */
  readonly comparison: Comparison;
  readonly bySort: Readonly<Record<Sort, Comparison>>;
  /** Where the answers' lengths come from. */
  readonly lengths: string;
  /** Places that are shown. */
  readonly top: number;
  /** Chips were named one by one, so that all without a place are told. */
  readonly named: boolean;
}

/** Chips whose batches are told one by one. */
export const DETAILED = 3;

/** "llama-3.1-8b-instruct under vllm: ...". */
export function compareTitle({ options, lengths }: CompareReport): string {
  const { inputTokens, outputTokens, ttftS, tpotS } = options.service;
  const n = (value: number) => formatNumber(value, 4);
  return `${options.model.id} under ${options.engine}; ${lengths}, ${n(inputTokens)} tokens in and ${n(outputTokens)} out; within ${n(ttftS)} s to the first token and ${n(1000 * tpotS)} ms per token`;
}

const TEXT_COLUMNS = ['format', 'bound by', 'measured', 'target missed'];

const htmlHead = (heads: readonly string[]): HtmlColumn[] =>
  heads.map((header) => {
    if (TEXT_COLUMNS.includes(header)) return { header };
    return { header, kind: header === 'chip' ? 'name' : 'range' };
  });

function rankingSection({ bySort, top }: CompareReport, sort: Sort, note: string): string {
  const all = bySort[sort].ranked;
  // Electricity alone beside chips and electricity would look cheap.
  const priced = sort === 'lcot' ? all.filter((c) => c.priced) : [];
  const ranked = (priced.length > 0 ? priced : all).slice(0, top);
  if (ranked.length === 0) return '';
  return section(`By ${SORT_WORDS[sort].name}`, note, figure(rankingFigure(ranked, sort)));
}

function costNote({ bySort }: CompareReport): string {
  const { ranked } = bySort.lcot;
  const bare = ranked.filter((c) => !c.priced).length;
  if (bare === ranked.length) return 'Electricity alone: no price of any of these chips is known (--price CHIP=USD).';
  const rest = bare === 0 ? '' : ` ${bare} more have no price that is known (--price CHIP=USD) and are left out here.`;
  return `Chips and electricity.${rest}`;
}

function detail(c: Ranked): string {
  const table = htmlTable(htmlHead(LOAD_HEAD), c.loads.map(loadRow));
  return `<h3>${escapeText(chipText(c))}</h3>${figure(bindingFigure(c), inferredPower(c) ?? '')}${table}`;
}

/** The page of a comparison, self-contained. */
export function compareReportHtml(report: CompareReport, manifest: Manifest): string {
  const { options, comparison, top } = report;
  const { ranked } = comparison;
  const shown = ranked.slice(0, top);
  const excluded = excludedRows(comparison, report.named);
  const end = options.rank === 'low' ? 'the worse end of the interval' : 'the predicted value';
  const limited = options.maxPowerKw !== undefined;
  const details = shown.slice(0, DETAILED);
  const curves = `Of the first ${Math.min(DRAWN, shown.length)} by ${SORT_WORDS[options.sort].name}. Every dot doubles the sequences at once, up to what the memory holds.`;
  const body = [
    shown.length === 0 ? section('No chip can serve this', 'Why not stands below.', '') : '',
    rankingSection(
      report,
      'tokens-per-joule',
      `Ordered by ${end}. Every chip has the number of devices and the batch that serve best within the targets. Hollow: chip or model was never measured; +: power of the maker’s chips was never measured, it is taken as of ${POWER_MEASURED} chips.`,
    ),
    rankingSection(report, 'lcot', costNote(report)),
    rankingSection(report, 'tokens-per-s', ''),
    shown.length === 0
      ? ''
      : section(
          `Ranking by ${SORT_WORDS[options.sort].name}`,
          '',
          htmlTable(
            htmlHead(rankedHead(limited)),
            shown.map((c, k) => rankedRow(c, k + 1)),
          ) +
            (ranked.length > top ? `<p>and ${ranked.length - top} more (--top)</p>` : '') +
            `<ul>${notesOf(ranked, shown, options)
              .map((note) => `<li>${escapeText(note)}</li>`)
              .join('')}</ul>`,
        ),
    shown.length === 0
      ? ''
      : section('Throughput against latency', curves, figure(throughputFigure(shown, options.service.tpotS))),
    shown.length === 0 ? '' : section('Joules per token against batch', curves, figure(energyFigure(shown))),
    shown.length === 0
      ? ''
      : section(
          'What binds',
          'Parts of a step’s time: reading memory, computing, links between devices, and what the engine costs beside them. Of reading and computing, which run side by side, the shorter counts as far as it is not hidden.',
          details.map(detail).join(''),
        ),
    excluded.rows.length === 0 && excluded.more === ''
      ? ''
      : section(
          'Cannot',
          `Chips that cannot serve this, and why. ${excluded.more}`,
          excluded.rows.length === 0
            ? ''
            : htmlTable([{ header: 'chip', kind: 'name' }, { header: 'why' }], excluded.rows),
        ),
    section('How to make this again', '', definitions(manifestRows(manifest), true)),
  ];
  return htmlPage({
    title: 'Chips for a model and a service',
    subtitle: compareTitle(report),
    body: body.filter((part) => part !== '').join('\n'),
    footer: escapeText(
      `${manifest.program} ${manifest.version}. Predictions, not measurements, unless they say so. One page, nothing loaded from elsewhere.`,
    ),
  });
}
