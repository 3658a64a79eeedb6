import { parentPort, workerData } from 'node:worker_threads';
import { fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import { loadSite } from '../site/load.ts';
import { substitute } from './substitutes.ts';
import type { FromYearThread, YearOrder, YearsOrder } from './yearPool.ts';
import { outcomeOf, simulateYear } from './years.ts';
import { yearsOf } from './yearsSource.ts';

/** A thread that steps single weather years of one site, as they are asked for. */
const order = workerData as YearsOrder;
const say = (message: FromYearThread): void => parentPort?.postMessage(message);

let made: ReturnType<typeof make> | undefined;

function make() {
  const site = loadSite(order.siteFile);
  const { services } = substitute(site, order.demand, order.lengths);
  const setting = { site, services, grid: order.grid, policy: order.policy };
  return { setting, years: yearsOf(order.source, site) };
}

function run({ index }: YearOrder): void {
  try {
    made ??= make();
    const { name, weather } = made.years[index]!;
    const year = weather();
    const done = simulateYear(made.setting, year, (share) => say({ kind: 'progress', index, share }));
    say({ kind: 'done', index, outcome: outcomeOf(name, made.setting, year, done) });
  } catch (error) {
    const faults =
      error instanceof JoulewrightError ? error.faults : [fault('JW_INTERNAL', { reason: reasonOf(error) })];
    say({ kind: 'failed', faults });
  }
}

parentPort?.on('message', run);
