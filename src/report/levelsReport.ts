import type { LoadLevel } from '../components/contract.ts';
import { formatNumber } from '../units/quantity.ts';
import { xyPlot } from '../view/plots/xy.ts';
import { escapeText, twice } from '../view/svg.ts';
import type { ColorName } from '../view/tokens.ts';
import { definitions, figure, htmlPage, htmlTable, section } from './html.ts';
import { bySetting, joulesPerToken, LEVELS_HEAD, type LevelsReport, levelsNotes, levelsRow } from './levelsText.ts';
import { type Manifest, manifestRows } from './manifest.ts';

const HEIGHT = 280;
/** Settings that are drawn, each in one colour on every plot. */
const COLORS: readonly ColorName[] = ['it', 'sun', 'tokens', 'battery', 'generator', 'wind'];

interface Words {
  readonly title: string;
  readonly desc: string;
  readonly xUnit: string;
  readonly yUnit: string;
}

/** One curve for each clock and cap. */
function settingsFigure(
  report: LevelsReport,
  words: Words,
  x: (level: LoadLevel) => number,
  y: (level: LoadLevel) => number,
): string {
  const groups = [...bySetting(report.all)].slice(0, COLORS.length);
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      ...words,
      curves: groups.map(([label, levels], k) => ({
        label,
        color: COLORS[k]!,
        x: levels.map(x),
        y: levels.map(y),
        dots: true,
      })),
    }),
  );
}

/** What the steps' time goes to over the load, at the first clock and cap. */
function bindsFigure({ all }: LevelsReport): string {
  const [setting, levels] = [...bySetting(all)][0]!;
  const busy = levels.filter((level) => level.share > 0);
  const layer = (label: string, color: ColorName, part: (level: LoadLevel) => number) => ({
    label,
    color,
    x: busy.map((level) => level.outputTokensPerS),
    y: busy.map((level) => 100 * part(level)),
  });
  return twice((width) =>
    xyPlot({
      width,
      height: HEIGHT,
      title: `What binds, at ${setting}`,
      desc: 'Parts of the busy time: the longer of reading and computing, links, and the engine’s own time.',
      xUnit: 'answer tokens per second and replica',
      yUnit: '% of the busy time',
      yMax: 100,
      layers: [
        layer('memory', 'it', (level) => level.binds.memory),
        layer('compute', 'tokens', (level) => level.binds.compute),
        layer('links', 'wind', (level) => level.binds.link),
        layer('engine', 'losses', (level) => level.binds.engine),
      ],
      curves: [],
    }),
  );
}

/** The page of a table of load levels, self-contained. */
export function levelsReportHtml(report: LevelsReport, manifest: Manifest): string {
  const columns = LEVELS_HEAD.map((header) =>
    header === 'bound by' ? { header } : { header, kind: 'number' as const },
  );
  const drawn = bySetting(report.all).size;
  const more = drawn > COLORS.length ? ` Of ${drawn} settings the first ${COLORS.length} are drawn.` : '';
  const tokens = (level: LoadLevel) => level.outputTokensPerS;
  const body = [
    section(
      'Levels worth having',
      `One replica among ${report.replicas}; a level is left out where another serves as much for no more power. ${formatNumber(100 * report.attainment)} % of the requests keep their targets at the largest load. ${levelsNotes(report).join(' ')}`,
      htmlTable(columns, report.best.map(levelsRow)),
    ),
    section(
      'Joules per token against batch',
      `The more sequences share a step, the less each token costs; idle power is counted in.${more}`,
      figure(
        settingsFigure(
          report,
          {
            title: 'Joules per token against batch',
            desc: 'Electricity per answer token over the mean batch, by clock and power cap.',
            xUnit: 'sequences that decode at once',
            yUnit: 'J per answer token',
          },
          (level) => level.batch,
          joulesPerToken,
        ),
      ),
    ),
    section(
      'Power against speed',
      'Up to the largest load that keeps the targets at each clock and cap.',
      figure(
        settingsFigure(
          report,
          {
            title: 'Power against speed',
            desc: 'Electricity of a replica over its answer tokens per second, by clock and power cap.',
            xUnit: 'answer tokens per second and replica',
            yUnit: 'kW',
          },
          tokens,
          (level) => level.powerKw,
        ),
      ),
    ),
    section('What binds', '', figure(bindsFigure(report))),
    section('All levels', '', htmlTable(columns, report.all.map(levelsRow))),
    section('How to make this again', '', definitions(manifestRows(manifest), true)),
  ];
  return htmlPage({
    title: 'Load levels',
    subtitle: report.title,
    body: body.join('\n'),
    footer: escapeText(`${manifest.program} ${manifest.version}. One page, nothing loaded from elsewhere.`),
  });
}
