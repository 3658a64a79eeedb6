import path from 'node:path';
import { JoulewrightError, printFault } from '../../errors/error.ts';
import { complianceOfPlan } from '../../plan/compliance.ts';
import { type Plan, type PlanProgress, plan as planSite } from '../../plan/plan.ts';
import { proofOf } from '../../plan/proof.ts';
import { complianceText } from '../../report/complianceText.ts';
import { jsonDocument } from '../../report/json.ts';
import { fileInput, type Manifest } from '../../report/manifest.ts';
import { planBody, writePlan } from '../../report/planFiles.ts';
import { planProofText } from '../../report/planProofText.ts';
import { questionTexts } from '../../report/planQuestionsText.ts';
import { planReportHtml } from '../../report/planReport.ts';
import type { PlanQuestions } from '../../report/planReportInput.ts';
import { planText, planWarnings } from '../../report/planText.ts';
import { VERSION } from '../../report/version.ts';
import { systemClock } from '../../series/clock.ts';
import { endMs } from '../../series/grid.ts';
import { checkSite } from '../../site/load.ts';
import { formatCount, formatNumber, formatShare } from '../../view/format.ts';
import type { Command } from '../command.ts';
import { Progress } from '../progress.ts';
import { PLAN_OPTIONS, planInput } from './planInput.ts';
import { type Beside, checkOutside, outside } from './planOutside.ts';
import { answer, askedOf, QUESTION_OPTIONS, reserveLine } from './planQuestions.ts';
import { outFolder } from './simulateOptions.ts';

/** Exit code of a program that was interrupted. */
const INTERRUPTED = 130;

/** A second Ctrl-C within this time is the first one again. */
const ECHO_MS = 1000;

/** A line of progress, one for each piece of long work that is done. */
const line = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

function progressText({ stage, round }: PlanProgress): string {
  if (round === undefined) return stage;
  const bounds = `${formatCount(round.lowerMoney)} to ${formatCount(round.upperMoney)} a year`;
  const part =
    round.windows < round.allWindows ? ` in the dearest ${round.windows} of ${round.allWindows} windows` : '';
  return `${stage}, round ${round.count}: ${bounds}, gap ${formatShare(round.gapShare, 2)}${part}`;
}

/** The other solver's optimum beside both bounds. */
function besideText({ command, yearlyMoney, seconds }: Beside, { continuous, problem }: Plan): string {
  const { years } = problem.balance;
  const [low, high] = [continuous.lower / years, continuous.upper / years];
  const off = yearlyMoney < low ? low - yearlyMoney : Math.max(0, yearlyMoney - high);
  const where = off <= 1e-6 * high ? 'between the bounds' : `${formatShare(off / high, 2)} outside the bounds`;
  return `${command.split(' ')[0]} finds ${formatCount(yearlyMoney)} a year in ${formatNumber(seconds)} s: ${where} of the sizes without wholes`;
}

async function manifestOf(made: Plan, files: readonly string[]): Promise<Manifest> {
  const { grid } = made.problem.horizon;
  return {
    program: 'joulewright',
    version: VERSION,
    createdMs: systemClock.nowMs(),
    command: `joulewright plan ${process.argv.slice(3).join(' ')}`,
    inputs: await Promise.all([...new Set(files)].map(fileInput)),
    seed: made.site.context.seed,
    siteId: made.site.id,
    stepMs: grid.stepMs,
    fromMs: grid.startMs,
    toMs: endMs(grid),
    policy: null,
    warnings: planWarnings(made),
  };
}

/** Hears Ctrl-C while something is at work: the first asks it to end with what it has, the second ends the program. */
async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly done: T | undefined; readonly stopped: boolean }> {
  const stop = new AbortController();
  let heardAt = Number.NEGATIVE_INFINITY;
  const hear = (): void => {
    // Whoever stops a whole group has the launcher send it once more, half a second later.
    if (performance.now() - heardAt < ECHO_MS) return;
    heardAt = performance.now();
    if (stop.signal.aborted) process.exit(INTERRUPTED);
    process.stderr.write('\nstopping with the best plan so far; Ctrl-C again ends at once\n');
    stop.abort();
  };
  process.on('SIGINT', hear);
  try {
    return { done: await work(stop.signal), stopped: stop.signal.aborted };
  } catch (error) {
    const early = error instanceof JoulewrightError && error.code === 'JW_PLAN_NONE' && stop.signal.aborted;
    if (!early) throw error;
    for (const f of error.faults) process.stderr.write(`error ${printFault(f)}\n`);
    return { done: undefined, stopped: true };
  } finally {
    process.off('SIGINT', hear);
  }
}

export const plan: Command = {
  name: 'plan',
  about:
    'choose the sizes that a site file leaves free: the least-cost site, with a proof of how far it can be from the best',
  details:
    'A size is free where the file has a range, such as peak: { min: 0 MWp, max: 10 MWp }. With --out, design.yaml is the same\n' +
    'file with the chosen sizes, which check, simulate and run take as it is. Ctrl-C keeps the best plan so far.',
  positionals: [{ name: 'SITE', about: 'the site file', required: true }],
  options: {
    ...PLAN_OPTIONS,
    ...QUESTION_OPTIONS,
    out: {
      type: 'string',
      value: 'DIR',
      about: 'write design.yaml, a page (HTML), tables (CSV) and results (JSON) there',
    },
    'no-proof': { type: 'boolean', about: 'leave out what is looked at after sizing: outages, the twin, unseen years' },
    compliance: {
      type: 'boolean',
      about: 'each duty of the section `rules` in every reading that its parameters allow',
    },
    json: { type: 'boolean', about: 'print the results as JSON' },
  },
  examples: [
    'joulewright plan sites/bukhara-plan.yaml --out out',
    'joulewright plan sites/bukhara-plan.yaml --gap 0.1% --json',
    'joulewright plan sites/nukus-ai-zone.yaml --compliance',
    'joulewright plan sites/bukhara-plan.yaml --nines 4 --alternatives --chips nvidia-h200-sxm,amd-mi300x --sensitivity --out out',
    'joulewright plan sites/bukhara-plan.yaml --weather-years 3 --time-limit 10m --out out',
  ],
  async run(typed) {
    const siteFile = typed.positionals[0]!;
    const { site, faults, warnings, explained } = checkSite(siteFile);
    if (site === undefined) throw new JoulewrightError(faults);
    const { options, years, files } = planInput(typed, site);
    const asked = askedOf(typed);
    checkOutside(typed);
    const folder = outFolder(typed);
    const progress = new Progress('planning');
    let beside: Beside | undefined;
    const { done, stopped } = await interruptible((signal) =>
      planSite(site, {
        ...options,
        ...(asked.loleH === undefined ? {} : { loleHPerYear: asked.loleH }),
        signal,
        onReserve: (tried) => line(reserveLine(tried, site.money.currency)),
        onProgress: (now) => progress.tell(progressText(now)),
        onProblem: async (problem) => {
          beside = await outside(typed, problem);
        },
      }),
    ).finally(() => progress.done());
    if (done === undefined) return INTERRUPTED;
    const proof =
      stopped || typed.flag('no-proof') ? undefined : proofOf(done, { onProgress: (about) => progress.tell(about) });
    progress.done();
    const manifest = await manifestOf(done, [siteFile, ...files]);
    const compliance = typed.flag('compliance') ? complianceOfPlan(done) : undefined;
    const { done: answers = {} } = stopped
      ? { done: {} }
      : await interruptible((signal) => answer(site, asked, { ...options, signal }, line));
    const questions: PlanQuestions = {
      ...answers,
      ...(proof === undefined ? {} : { proof }),
      ...(compliance === undefined ? {} : { compliance }),
    };
    // What was not asked for is undefined and so left out.
    const more = { ...questions, beside };
    const told = planWarnings(done);
    const page = () => planReportHtml({ ...questions, plan: done, years, explained, manifest, warnings: told });
    const written = folder === undefined ? [] : await writePlan(folder, done, manifest, { more, html: page() });
    if (typed.flag('json')) {
      process.stdout.write(jsonDocument(manifest, { ...planBody(done), ...more, written }));
    } else {
      const parts = [
        `${site.name}, planned for ${years.join(', ')}`,
        planText(done),
        beside && besideText(beside, done),
        proof && planProofText(proof),
        ...questionTexts(questions, done.secured, site.money.currency),
        compliance && complianceText(compliance),
      ];
      process.stdout.write(`${parts.filter((part) => part !== undefined).join('\n\n')}\n`);
      for (const text of [...warnings.map(printFault), ...told]) process.stderr.write(`warning ${text}\n`);
      const list = written.map((w) => `  ${path.relative('.', w)}`).join('\n');
      process.stdout.write(
        written.length > 0
          ? `\nwritten:\n${list}\n`
          : '\nnothing was written; --out DIR keeps the design and its figures\n',
      );
    }
    return stopped ? INTERRUPTED : 0;
  },
};
