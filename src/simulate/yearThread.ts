import { workerData } from 'node:worker_threads';
import { loadSite } from '../site/load.ts';
import { solverFor } from './around.ts';
import { substitute } from './substitutes.ts';
import { workOff } from './threads.ts';
import type { YearsOrder } from './yearPool.ts';
import { outcomeOf, simulateYear } from './years.ts';
import { yearsOf } from './yearsSource.ts';

/** A thread that steps single weather years of one site, as they are asked for. */
const order = workerData as YearsOrder;

let made: ReturnType<typeof make> | undefined;

async function make() {
  const site = loadSite(order.siteFile);
  const { services } = substitute(site, order.demand);
  const setting = { site, services, grid: order.grid, policy: order.policy, solver: await solverFor([order.policy]) };
  return { setting, years: yearsOf(order.source, site) };
}

workOff(async (index, onProgress) => {
  made ??= make();
  const { setting, years } = await made;
  const { name, weather } = years[index]!;
  const year = weather();
  return outcomeOf(name, setting, year, simulateYear(setting, year, onProgress));
});
