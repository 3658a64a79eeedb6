import { loadCatalog } from '../../catalog/load.ts';
import { printFault } from '../../errors/error.ts';
import { weatherOf } from '../../simulate/air.ts';
import { initSite } from '../../site/init.ts';
import { checkText } from '../../site/load.ts';
import type { Site } from '../../site/site.ts';
import { type PlanProblem, type ProblemOptions, problemOf } from '../problem.ts';

/** The site that `init` writes, with texts of the file replaced and sections added, for tests of the plan. */
export function sampleSite(changes: readonly (readonly [string, string])[] = [], more = ''): Site {
  let text = initSite({ climate: 'bukhara' }, loadCatalog());
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new RangeError(`the site of init has no ${from}`);
    text = text.replace(from, to);
  }
  const { site, faults } = checkText(`${text}\n${more}`, '.');
  if (site === undefined) throw new RangeError(faults.map(printFault).join('\n'));
  return site;
}

/** A few days of its own weather, with what the file leaves free. */
export function sampleProblem(site: Site, options: Partial<ProblemOptions> = {}): PlanProblem {
  return problemOf(site, { years: [weatherOf(site)], days: 4, free: site.free, ...options });
}

/** Sizes of a problem by device and key. */
export function sizesOf(problem: PlanProblem, sizes: ArrayLike<number>): (unit: string, key: string) => number {
  const of = new Map(problem.balance.sizes.map((s, i) => [`${s.unitId}.${s.key}`, sizes[i]!]));
  return (unit, key) => {
    const size = of.get(`${unit}.${key}`);
    if (size === undefined) throw new RangeError(`no size ${unit}.${key}`);
    return size;
  };
}
