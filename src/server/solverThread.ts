import { parentPort, workerData } from 'node:worker_threads';
import { reasonOf } from '../errors/error.ts';
import { summarise } from '../policy/demand.ts';
import type { DemandSummary } from '../policy/policy.ts';
import { siloedReplicas, siloedSize } from '../policy/siloed.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { ratesOn } from '../simulate/stepping.ts';
import { loadSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import type { SolveAnswer, SolveOrder } from './solver.ts';

/** The baseline sizes once, for the year to come; the summary is made again when a month has passed. */
const SUMMARY_HOLDS_MS = 30 * DAY_MS;

const site = loadSite(String(workerData));
const plant = plantOf(site);
let summary: { atMs: number; demand: DemandSummary[] } | undefined;

function demandFrom(siteMs: number): DemandSummary[] {
  if (summary === undefined || Math.abs(siteMs - summary.atMs) > SUMMARY_HOLDS_MS) {
    const grid = { startMs: siteMs, stepMs: HOUR_MS, count: 8760 };
    const demand = plant.services.map((service, s) =>
      summarise(service, ratesOn(site.services[s]!.rate, grid), HOUR_MS / 1000),
    );
    summary = { atMs: siteMs, demand };
  }
  return summary.demand;
}

function solve(order: SolveOrder): SolveAnswer {
  try {
    const setting = { plant, demand: demandFrom(order.siteMs) };
    const choices = siloedReplicas(setting);
    const words = plant.halls.flatMap((hall, h) =>
      hall.it.map((unit, i) => {
        const { replicas, sufficient } = choices[h]![i]!;
        return `${unit.id} ${replicas} of ${unit.installed}${sufficient ? '' : ' (not enough for the targets)'}`;
      }),
    );
    return {
      plan: {
        seq: order.seq,
        issuedMs: order.siteMs,
        validUntilMs: order.siteMs + order.holdMs,
        policy: 'siloed',
        sized: siloedSize(setting),
        reason: `replicas for the year’s 99.9th percentile: ${words.join(', ')}`,
      },
    };
  } catch (error) {
    return { failed: reasonOf(error) };
  }
}

parentPort?.on('message', (order: SolveOrder) => parentPort?.postMessage(solve(order)));
