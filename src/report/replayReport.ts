import {
  type Fluid,
  type RateLevel,
  type ReplayResult,
  type Summary,
  type Targets,
  times,
} from '../components/inference/replay/index.ts';
import { formatNumber } from '../units/quantity.ts';
import { escapeText } from '../view/svg.ts';
import { definitions, figure, htmlPage, htmlTable, section } from './html.ts';
import { type Manifest, manifestRows } from './manifest.ts';
import { batchFigure, bindingFigure, distributionFigure, levelFigure, powerFigure } from './replayFigures.ts';

/** All that a replay's page and its tables tell. */
export interface ReplayReport {
  readonly title: string;
  readonly result: ReplayResult;
  readonly summary: Summary;
  readonly targets: readonly Targets[];
  /** The fluid model's answer for the same; undefined when the replay was broken off. */
  readonly fluid: Fluid | undefined;
  /** Replays of the same requests at other rates, the slowest first. */
  readonly levels: readonly RateLevel[];
  /** The highest rate that was found to keep the targets, and the share of requests that must. */
  readonly admissible: RateLevel | undefined;
  readonly attainment: number;
  readonly notes: readonly string[];
}

const n = (value: number, digits = 3): string => (Number.isFinite(value) ? formatNumber(value, digits) : '-');
/** Percent with so many decimals that a miss in a hundred thousand still shows. */
const percent = (share: number): string => (Number.isFinite(share) ? `${n(100 * share, share > 0.99 ? 5 : 3)} %` : '-');
const ms = (seconds: number): string => `${n(1000 * seconds)} ms`;

/** The figures of a replay: name, replay, fluid model. */
export function replayRows({ summary: s, fluid, result }: ReplayReport): (readonly [string, string, string])[] {
  const spanS = result.arrived === 0 ? 0 : result.requests.arrivalS[result.arrived - 1]!;
  const aboveJ = s.prefillJ + s.decodeJ;
  const per = (joules: number) => (s.outputTokens > 0 ? `${n(joules / s.outputTokens)} J/token` : '-');
  const of = (text: (f: Fluid) => string): string => (fluid === undefined ? '' : text(fluid));
  const idleW = 1000 * result.idleKw;
  return [
    ['requests answered', `${s.finished} of ${s.arrived}`, ''],
    ['answer tokens per second', n(s.outputPerS, 4), of((f) => n(f.outputPerS, 4))],
    ['within both targets', percent(s.attainment), of((f) => percent(f.attainment))],
    ['time to first token, mean', ms(s.ttftS.mean), of((f) => ms(f.ttftS))],
    ['  median, 90 %, 99 %', [s.ttftS.p50, s.ttftS.p90, s.ttftS.p99].map(ms).join(', '), ''],
    ['time per token after it, mean', ms(s.tpotS.mean), of((f) => ms(f.tpotS))],
    ['  median, 90 %, 99 %', [s.tpotS.p50, s.tpotS.p90, s.tpotS.p99].map(ms).join(', '), ''],
    [
      'power while requests came',
      `${n((aboveJ / Math.max(spanS, 1e-9) + idleW) / 1000)} kW`,
      of((f) => `${n((f.aboveIdleW + idleW) / 1000)} kW`),
    ],
    [
      'energy per answer token',
      per(aboveJ + idleW * spanS),
      of((f) => (f.outputPerS > 0 ? `${n((f.aboveIdleW + idleW) / f.outputPerS)} J/token` : '-')),
    ],
    [
      '  of it prompts, answers, idle',
      [s.prefillJ, s.decodeJ, idleW * spanS].map((j) => per(j).replace(' J/token', '')).join(', '),
      of((f) =>
        f.outputPerS > 0
          ? [f.promptPart * f.aboveIdleW, (1 - f.promptPart) * f.aboveIdleW, idleW]
              .map((w) => n(w / f.outputPerS))
              .join(', ')
          : '',
      ),
    ],
    ['batch while steps run', n(s.batch), ''],
    ['time that steps run', percent(s.busyShare), ''],
    [
      '  of it memory, compute, links, engine',
      [s.binds.memory, s.binds.compute, s.binds.link, s.binds.engine].map((v) => `${n(100 * v, 2)} %`).join(', '),
      '',
    ],
    ['  requests held back for KV memory', percent(s.kvWaitShare), ''],
    ['  requests held back for batch slots', percent(s.slotWaitShare), ''],
    ['restarts for want of KV memory', String(s.preemptions), ''],
    ['refused, longer than can be held', String(s.refused), ''],
  ];
}

/** What takes most of a level's busy time, or what holds requests back. */
export function bindsText(s: Summary): string {
  if (s.kvWaitShare > 0.2) return 'KV memory';
  if (s.slotWaitShare > 0.2) return 'batch slots';
  const parts = [
    ['memory', s.binds.memory],
    ['compute', s.binds.compute],
    ['links', s.binds.link],
    ['engine', s.binds.engine],
  ] as const;
  const [name, share] = parts.reduce((most, part) => (part[1] > most[1] ? part : most));
  return `${name} ${n(100 * share, 2)} %`;
}

export const LEVEL_HEAD = [
  'requests/s',
  'tokens/s',
  'TTFT 50 %',
  'TTFT 99 %',
  'TPOT 50 %',
  'TPOT 99 %',
  'in time',
  'batch',
  'kW',
  'J/token',
  'binds',
] as const;

/** A row of the table of levels. */
export function levelRow(level: RateLevel): string[] {
  return [
    n(level.requestsPerS),
    n(level.outputPerS, 4),
    ms(level.ttftS.p50),
    ms(level.ttftS.p99),
    ms(level.tpotS.p50),
    ms(level.tpotS.p99),
    percent(level.attainment),
    n(level.batch),
    n(level.meanKw),
    n(level.joulesPerToken),
    bindsText(level),
  ];
}

/** The sentence about the admissible rate. */
export function admissibleText({ admissible, attainment, targets }: ReplayReport): string {
  const [first] = targets;
  const words =
    targets.length > 1
      ? 'their services’ targets'
      : `${n(first!.ttftS)} s to the first token and ${ms(first!.tpotS)} per token`;
  if (admissible === undefined)
    return `At no rate that was tried do ${percent(attainment)} of the requests keep ${words}.`;
  return `Up to ${n(admissible.requestsPerS)} requests/s (${n(admissible.outputPerS, 4)} tokens/s at ${n(admissible.meanKw)} kW, ${n(admissible.joulesPerToken)} J per token) ${percent(attainment)} keep ${words}.`;
}

/** Waits beyond so many times the target are left off a plot, because they would flatten the rest. */
const SHOWN_TARGETS = 3;

/** The page of a replay, self-contained. */
export function replayReportHtml(report: ReplayReport, manifest: Manifest): string {
  const { result, targets, levels } = report;
  const { ttftS, tpotS } = times(result);
  const target = (pick: (t: Targets) => number) =>
    targets.length === 1 ? pick(targets[0]!) : Number.POSITIVE_INFINITY;
  const levelParts =
    levels.length < 2
      ? []
      : [
          section(
            'Throughput against latency',
            `${admissibleText(report)} Every point is a replay of the same requests at another rate.`,
            figure(
              levelFigure(
                levels.filter((l) => !(l.ttftS.p90 > SHOWN_TARGETS * target((t) => t.ttftS))),
                {
                  title: 'Throughput against latency',
                  desc: 'Time to first token over answer tokens per second.',
                  xUnit: 'answer tokens per second',
                  yUnit: 's to the first token',
                },
                (l) => l.outputPerS,
                [
                  { label: 'median', color: 'it', y: (l) => l.ttftS.p50 },
                  { label: '90 %', color: 'sun', y: (l) => l.ttftS.p90 },
                ],
              ),
            ) +
              figure(
                levelFigure(
                  levels,
                  {
                    title: 'Time per token',
                    desc: 'Time per token after the first over answer tokens per second.',
                    xUnit: 'answer tokens per second',
                    yUnit: 'ms per token',
                  },
                  (l) => l.outputPerS,
                  [
                    { label: 'median', color: 'it', y: (l) => 1000 * l.tpotS.p50 },
                    { label: '99 %', color: 'alert', y: (l) => 1000 * l.tpotS.p99 },
                  ],
                ),
              ),
          ),
          section(
            'Joules per token against batch',
            'The more sequences share a step, the less each token costs; idle power is counted in.',
            figure(
              levelFigure(
                levels,
                {
                  title: 'Joules per token against batch',
                  desc: 'Energy per answer token over the mean batch.',
                  xUnit: 'sequences that decode at once, per replica',
                  yUnit: 'J per answer token',
                },
                (l) => l.batch,
                [
                  { label: 'all', color: 'it', y: (l) => l.joulesPerToken },
                  { label: 'prompts', color: 'tokens', y: (l) => l.prefillJ / l.outputTokens },
                  { label: 'answers', color: 'battery', y: (l) => l.decodeJ / l.outputTokens },
                  { label: 'idle', color: 'losses', y: (l) => l.idleJ / l.outputTokens },
                ],
              ),
            ),
          ),
          section(
            'Load levels',
            'What binds is what held requests back in a fifth of the busy time, otherwise what the largest part of it went to.',
            htmlTable(
              LEVEL_HEAD.map((header, k) => ({
                header,
                ...(k < LEVEL_HEAD.length - 1 ? { kind: 'number' as const } : {}),
              })),
              levels.map(levelRow),
            ),
          ),
        ];
  const body = [
    section(
      'Figures',
      report.fluid === undefined ? '' : 'Beside the replay what the fluid model says, with which a year is simulated.',
      htmlTable(
        [{ header: 'Figure' }, { header: 'Replay', kind: 'number' }, { header: 'Fluid model', kind: 'number' }],
        replayRows(report),
      ),
    ),
    section(
      'Time to first token',
      '',
      figure(
        distributionFigure(
          ttftS,
          'Time to first token',
          's',
          target((t) => t.ttftS),
        ),
      ),
    ),
    section(
      'Time per token',
      '',
      figure(
        distributionFigure(
          tpotS,
          'Time per token',
          'ms',
          target((t) => t.tpotS),
        ),
      ),
    ),
    ...levelParts,
    section('What binds over time', '', figure(bindingFigure(result.timeline))),
    section(
      'Power over time',
      '',
      figure(powerFigure(result.timeline, result.idleKw)) + figure(batchFigure(result.timeline)),
    ),
    report.notes.length === 0
      ? ''
      : section('Assumptions', '', `<ul>${report.notes.map((note) => `<li>${escapeText(note)}</li>`).join('')}</ul>`),
    section('How to make this again', '', definitions(manifestRows(manifest), true)),
  ];
  return htmlPage({
    title: 'Replay of single requests',
    subtitle: report.title,
    body: body.filter((part) => part !== '').join('\n'),
    footer: escapeText(
      `${manifest.program} ${manifest.version}, seed ${manifest.seed}. One page, nothing loaded from elsewhere.`,
    ),
  });
}
