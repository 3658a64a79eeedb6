/**
 * `npm run results`: the three sites of sites/ under all policies, on typical and dark years, on recorded demand at 30 % and 60 % of
 * capacity; writes docs/results.md. It needs the public data beside the checkout (../shared/data). A finished run is kept in a folder outside the
 * checkout, by a hash of all that it depends on: broken off and begun again, it goes on where it was.
 *
 * `-- --quick` a fortnight instead of the year; `-- --only WORD` cases with this word in their names; `-- --waterfall` also joint
 * without each of its parts; `-- --jobs N` threads; `-- --cache DIR`; `-- --kept` writes the page from what is finished.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { SolverPool } from '../src/balance/pool.ts';
import { lowerBound } from '../src/plan/bound/bound.ts';
import { JOINT, partsFor } from '../src/policy/joint/parameters.ts';
import { POLICY_NAMES } from '../src/policy/policy.ts';
import { comparisonOf, type LowerBound } from '../src/simulate/compare/comparison.ts';
import { type Contender, lacking, servingAs, whole } from '../src/simulate/compare/contender.ts';
import { sceneOf } from '../src/simulate/compare/order.ts';
import type { ContenderOutcome } from '../src/simulate/compare/outcome.ts';
import { compareOn } from '../src/simulate/compare/pool.ts';
import { boundTerms } from '../src/simulate/compare/terms.ts';
import { loadSite } from '../src/site/load.ts';
import { Cache, cacheFolder } from './results/cache.ts';
import { type Case, casesOf } from './results/cases.ts';
import { type CaseResult, RESULTS_PAGE, resultsPage } from './results/page.ts';
import { at } from './tree.ts';

const DATA = at('..', 'shared', 'data');
/** Kept runs of these hold whatever those do who look ahead. */
const BASELINES: readonly string[] = ['siloed', 'tuned-silos'];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    kept: { type: 'boolean', default: false },
    waterfall: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: String(availableParallelism()) },
    cache: { type: 'string', default: cacheFolder() },
    data: { type: 'string', default: DATA },
  },
});
if (!existsSync(values.data)) {
  process.stderr.write(`the public data are not there: ${values.data}; nothing was done\n`);
  process.exit(66);
}
const { quick } = values;
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const cache = new Cache(values.cache);
const say = (text: string): void => {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
};

function contendersOf(of: Case): readonly Contender[] {
  const parts = values.waterfall ? partsFor(loadSite(of.order.siteFile).services) : [];
  return [...POLICY_NAMES.map(whole), ...parts.map((part) => lacking('joint', part))];
}

/** Those who look ahead once more, with as many requests out of their targets as the tuned silos have. */
function equals(tuned: ContenderOutcome): Contender[] {
  const missed = Object.fromEntries(
    tuned.services.flatMap(({ id, attainment }) =>
      attainment === null ? [] : [[id, Math.max(JOINT.missed, 1 - attainment)] as const],
    ),
  );
  return (['joint', 'foresight'] as const).map((policy) => ({
    ...whole(policy),
    id: servingAs(policy, 'tuned-silos'),
    missed,
  }));
}

/** Outcomes of contenders in a case: those that are missing are run, unless only kept runs count. */
async function outcomesOf(of: Case, contenders: readonly Contender[]): Promise<(ContenderOutcome | undefined)[]> {
  const keys = contenders.map(({ id, missed }) => {
    const who = missed === undefined ? id : `${id} ${JSON.stringify(missed)}`;
    return cache.key(of.order, who, BASELINES.includes(id) ? 'silos' : 'ahead');
  });
  const done = keys.map((key) => cache.get<ContenderOutcome>(key));
  const open = contenders.filter((_, i) => done[i] === undefined);
  if (open.length > 0 && !values.kept && !stop.signal.aborted) {
    say(`${of.id}: ${open.map(({ id }) => id).join(', ')}`);
    await compareOn(
      { ...of.order, contenders: open },
      Number(values.jobs),
      () => undefined,
      stop.signal,
      (outcome) => {
        const i = contenders.findIndex(({ id }) => id === outcome.contender.id);
        cache.put(keys[i]!, outcome);
        done[i] = outcome;
        say(`${of.id}: ${outcome.contender.id} in ${outcome.cpuS.toFixed(0)} s of CPU`);
      },
    );
  }
  return done;
}

/** Runs what is missing of a case. @returns undefined where it was broken off, or where a policy is missing and only kept runs count */
async function finished(of: Case): Promise<CaseResult | undefined> {
  const first = await outcomesOf(of, contendersOf(of));
  const tuned = first.find((outcome) => outcome?.contender.id === 'tuned-silos');
  const again = tuned === undefined ? [] : equals(tuned);
  // Where the tuned silos miss no more than is promised anyway, the promise is the same.
  const isSame = again.every(({ missed }) => Object.values(missed ?? {}).every((share) => share <= JOINT.missed));
  const second = isSame
    ? again.map((contender) => {
        const known = first.find((outcome) => outcome?.contender.id === contender.policy);
        return known && { ...known, contender };
      })
    : await outcomesOf(of, again);
  const outcomes = [...first, ...second].filter((outcome) => outcome !== undefined);
  const policies = outcomes.filter(({ contender }) => contender.without.length === 0);
  if (policies.length < POLICY_NAMES.length + 2) return undefined;
  const bound = await boundOf(of, policies);
  const site = loadSite(of.order.siteFile);
  return { of, comparison: comparisonOf(site, outcomes, bound), currency: site.money.currency };
}

/** The lower bound of a case, kept like a run. */
async function boundOf(of: Case, outcomes: readonly ContenderOutcome[]): Promise<LowerBound | undefined> {
  const terms = boundTerms(outcomes);
  const key = cache.key(
    of.order,
    `bound ${JSON.stringify([[...terms.attainment], [...terms.waiting], terms.price])}`,
    'bound',
  );
  const known = cache.get<LowerBound>(key);
  if (known !== undefined || values.kept || stop.signal.aborted) return known;
  const pool = new SolverPool(1);
  try {
    const bound = await lowerBound(sceneOf(of.order), terms, { pool });
    cache.put(key, bound);
    say(`${of.id}: the bound in ${bound.seconds.toFixed(0)} s`);
    return bound;
  } finally {
    await pool.close();
  }
}

const cases = casesOf(values.data, quick);
const chosen = cases.filter(({ id }) => values.only.length === 0 || values.only.some((word) => id.includes(word)));
for (const one of chosen) if (!stop.signal.aborted) await finished(one);
// What is finished of other cases belongs onto the page too.
values.kept = true;
const results: CaseResult[] = [];
for (const one of cases) {
  const result = await finished(one);
  if (result !== undefined) results.push(result);
}
const missing = cases.filter((one) => !results.some(({ of }) => of === one)).map(({ id }) => id);
writeFileSync(at(RESULTS_PAGE), resultsPage(results, quick, missing));
say(`${RESULTS_PAGE}: ${results.length} of ${cases.length} comparisons`);
process.exitCode = stop.signal.aborted ? 130 : 0;
