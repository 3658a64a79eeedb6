import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fail, JoulewrightError, printFault } from '../../errors/error.ts';
import { partsFor } from '../../policy/joint/parameters.ts';
import { POLICY_NAMES, type PolicyName } from '../../policy/policy.ts';
import { accuracyNotes } from '../../report/accuracy.ts';
import { comparisonCsv } from '../../report/comparisonCsv.ts';
import { comparisonEventsText } from '../../report/comparisonEvents.ts';
import { comparisonReportHtml } from '../../report/comparisonReport.ts';
import { comparisonText } from '../../report/comparisonText.ts';
import { jsonDocument, writeJson } from '../../report/json.ts';
import { fileInput, simulationManifest } from '../../report/manifest.ts';
import { assumptions } from '../../report/runColumns.ts';
import { siteRows } from '../../report/siteRows.ts';
import { writeAtomic } from '../../report/write.ts';
import { type Comparison, comparisonOf } from '../../simulate/compare/comparison.ts';
import { type Contender, lacking, whole } from '../../simulate/compare/contender.ts';
import { sceneOf, type WeatherChoice } from '../../simulate/compare/order.ts';
import { compareOn } from '../../simulate/compare/pool.ts';
import { sizesGiven } from '../../site/free.ts';
import { checkSite } from '../../site/load.ts';
import { plantOf } from '../../site/plant.ts';
import type { Site } from '../../site/site.ts';
import { parseQuantity } from '../../units/quantity.ts';
import type { OptionDef, Typed } from '../command.ts';
import { Progress } from '../progress.ts';
import { BROKEN_OFF, Stop } from '../stop.ts';
import { boundBeside } from './simulateBound.ts';
import { eventsAsked, periodAround } from './simulateEvents.ts';
import { demandText, jobsOf, outFolder, policiesOf } from './simulateOptions.ts';

const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'simulate' });

/** Options of `simulate` about comparing policies. */
export const COMPARE_OPTIONS = {
  compare: { type: 'boolean', about: 'all policies side by side (or those of --policy), and what each gains' },
  'warm-up': {
    type: 'string',
    value: '14d',
    about: '--compare after so much time before --from in which policies gather a record and nothing is counted',
  },
  'no-waterfall': { type: 'boolean', about: '--compare without measuring what each part of joint gains' },
  'no-bound': { type: 'boolean', about: '--compare without the lower bound' },
} as const satisfies Readonly<Record<string, OptionDef>>;

const OTHERS = ['weather-years', 'dark-weather', 'no-winter', 'detailed'];

function weatherChoice(typed: Typed): WeatherChoice {
  const [file, map] = [typed.text('weather'), typed.text('map')];
  if (file === undefined)
    return map === undefined ? { kind: 'own' } : wrong('--map is for a file given with --weather');
  return map === undefined ? { kind: 'file', file } : { kind: 'file', file, map };
}

const DAY_S = 86_400;
const MOST_WARM_UP_DAYS = 366;

/** Steps of the warm-up; none without one. */
function warmUpOf(typed: Typed, stepMs: number): number {
  const text = typed.text('warm-up');
  if (text === undefined) return 0;
  try {
    const { value } = parseQuantity(text, 'duration');
    if (value >= 0 && value <= MOST_WARM_UP_DAYS * DAY_S) return Math.round((1000 * value) / stepMs);
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
  }
  return wrong(`--warm-up takes a duration up to a year, such as 14d, not "${text}"`);
}

/** Who is compared: every policy once, in the order of their list, and `joint` without each of its parts. */
function contendersOf(typed: Typed, { services }: Site): readonly Contender[] {
  const policies: readonly PolicyName[] = typed.texts('policy').length === 0 ? POLICY_NAMES : policiesOf(typed);
  const taken = (name: PolicyName): boolean => policies.includes(name);
  const parts = taken('joint') && taken('tuned-silos') && !typed.flag('no-waterfall') ? partsFor(services) : [];
  return [...POLICY_NAMES.filter(taken).map(whole), ...parts.map((part) => lacking('joint', part))];
}

/** What results say of a comparison. */
function comparisonResult({ compared, ...rest }: Comparison): Readonly<Record<string, unknown>> {
  return {
    contenders: compared.map(({ outcome: { contender, totals: measured, ...outcome }, totals, kpis }) => ({
      ...contender,
      kpis,
      corrected: totals,
      measured,
      ...outcome,
    })),
    ...rest,
  };
}

/** `simulate --compare`: one site, one year, all policies. */
export async function simulateCompare(typed: Typed): Promise<number> {
  for (const name of OTHERS) {
    if (typed.text(name) !== undefined || typed.flag(name)) wrong(`--${name} and --compare do not go together`);
  }
  const siteFile = path.resolve(typed.positionals[0]!);
  const { site: checked, faults, warnings } = checkSite(typed.positionals[0]!);
  if (checked === undefined) throw new JoulewrightError(faults);
  sizesGiven(checked);
  const jobs = jobsOf(typed, availableParallelism());
  const grid = periodAround(
    typed,
    { from: typed.text('from'), to: typed.text('to'), days: typed.text('days'), step: typed.text('step') },
    checked,
  );
  const events = eventsAsked(typed, checked);
  const contenders = contendersOf(typed, checked);
  const warmUp = warmUpOf(typed, grid.stepMs);
  const order = {
    siteFile,
    grid,
    weather: weatherChoice(typed),
    demand: demandText(typed),
    warmUp,
    events,
    contenders,
  };
  const scene = sceneOf(order);
  const { site, services, weather, files, notes } = scene;
  const folder = outFolder(typed);
  const began = performance.now();
  const stop = new Stop();
  const progress = new Progress('comparing');
  const outcomes = await compareOn(
    order,
    jobs,
    (share, shares) =>
      progress.update(share, contenders.map(({ id }, i) => `${id} ${Math.round(100 * shares[i]!)} %`).join(', ')),
    stop.signal,
  );
  progress.done();
  if (!outcomes.some(({ contender }) => contender.without.length === 0)) {
    process.stderr.write('broken off before any policy came to the end\n');
    return BROKEN_OFF;
  }
  const bound = typed.flag('no-bound') ? undefined : await boundBeside(scene, outcomes, stop.signal);
  stop.release();
  const comparison = comparisonOf(site, outcomes, bound);
  const names = comparison.compared.map(({ outcome }) => outcome.contender.id);
  const done = new Set(outcomes.map(({ contender }) => contender.id));
  const missing = contenders.filter(({ id }) => !done.has(id)).map(({ id }) => id);
  const told = [
    ...warnings.map(printFault),
    ...weather.warnings,
    ...(missing.length === 0 ? [] : [`broken off: ${missing.join(', ')} did not come to the end`]),
  ];
  const ownWeather = site.weather.kind === 'file' ? [site.weather.file] : [];
  const weatherFiles = order.weather.kind === 'file' ? [order.weather.file] : ownWeather;
  const inputs = await Promise.all([...new Set([siteFile, ...weatherFiles, ...files])].map(fileInput));
  const manifest = simulationManifest({
    inputs,
    seed: site.context.seed,
    siteId: site.id,
    grid,
    policy: names.join(', '),
    warnings: told,
  });
  const { currency } = site.money;
  const deployments = plantOf(site, services).halls.flatMap((hall) => hall.it);
  const written: string[] = [];
  if (folder !== undefined) {
    const name = (suffix: string) => path.join(folder, `${site.id}-compare.${suffix}`);
    const html = comparisonReportHtml({
      title: `${site.name}, policies side by side`,
      comparison,
      currency,
      grid,
      zone: site.context.zone,
      site: siteRows(site),
      assumptions: assumptions(weather, [...notes, ...accuracyNotes(deployments)], site),
      manifest,
      warnings: told,
    });
    await writeAtomic(name('html'), html);
    await writeJson(name('json'), manifest, comparisonResult(comparison));
    await writeAtomic(name('csv'), comparisonCsv(comparison, currency));
    written.push(name('html'), name('json'), name('csv'));
  }
  if (typed.flag('json')) {
    process.stdout.write(jsonDocument(manifest, { ...comparisonResult(comparison), written }));
    return stop.asked ? BROKEN_OFF : 0;
  }
  const seconds = (performance.now() - began) / 1000;
  const width = process.stdout.columns ?? 120;
  process.stdout.write(
    `${site.name}: ${names.join(', ')}; ${grid.count} steps each, in ${seconds.toFixed(1)} s on ${Math.min(jobs, contenders.length)} threads\n` +
      `${[['weather', weather.about] as const, ...notes].map(([what, about]) => `${what}: ${about}\n`).join('')}\n` +
      `${comparisonText(comparison, currency, width)}\n\n` +
      comparisonEventsText(comparison, currency, site.context.zone, width),
  );
  for (const text of told) process.stderr.write(`warning ${text}\n`);
  process.stdout.write(
    written.length > 0
      ? `written:\n${written.map((w) => `  ${path.relative('.', w)}`).join('\n')}\n`
      : 'nothing was written; --out DIR keeps table, results and a page with plots\n',
  );
  return stop.asked ? BROKEN_OFF : 0;
}
