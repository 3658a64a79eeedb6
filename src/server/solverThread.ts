import { parentPort, workerData } from 'node:worker_threads';
import { highs } from '../balance/highs.ts';
import type { ControlPlan } from '../control/contract.ts';
import { reasonOf } from '../errors/error.ts';
import { summarise } from '../policy/demand.ts';
import type { DemandSummary } from '../policy/policy.ts';
import { siloedReplicas, siloedSize } from '../policy/siloed.ts';
import { DAY_MS, HOUR_MS } from '../series/grid.ts';
import { ratesOn } from '../simulate/stepping.ts';
import { loadSite } from '../site/load.ts';
import { plantOf } from '../site/plant.ts';
import { type PlanAsk, Planning } from './planning.ts';
import type { SolveAnswer, SolveOrder, SolverData } from './solver.ts';

/** The baseline sizes once, for the year to come; the summary is made again when a month has passed. */
const SUMMARY_HOLDS_MS = 30 * DAY_MS;

const { siteFile, saved } = workerData as SolverData;
const site = loadSite(siteFile);
const plant = plantOf(site);
let summary: { atMs: number; demand: DemandSummary[] } | undefined;
let planning: Planning | undefined;

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

/** The plan of the baseline: sizes for the year. */
function fixedPlan({ seq, untilMs, standing }: PlanAsk): ControlPlan {
  const nowMs = standing.view.conditions.startMs;
  const setting = { plant, demand: demandFrom(nowMs) };
  const choices = siloedReplicas(setting);
  const words = plant.halls.flatMap((hall, h) =>
    hall.it.map((unit, i) => {
      const { replicas, sufficient } = choices[h]![i]!;
      return `${unit.id} ${replicas} of ${unit.installed}${sufficient ? '' : ' (not enough for the targets)'}`;
    }),
  );
  return {
    seq,
    issuedMs: nowMs,
    validUntilMs: untilMs,
    policy: 'siloed',
    sized: siloedSize(setting),
    reason: `replicas for the year’s 99.9th percentile: ${words.join(', ')}`,
  };
}

/** What is foreseen beside fixed sizes: batches are priced by it, and measurements held against it. */
function aheadOf(of: Planning, ask: PlanAsk): Pick<ControlPlan, 'ahead'> {
  try {
    const { ahead } = of.plan(ask);
    return ahead === undefined ? {} : { ahead };
  } catch {
    // Fixed sizes need no look ahead
    return {};
  }
}

async function answer(order: SolveOrder): Promise<SolveAnswer> {
  const { id, ask } = order;
  try {
    planning ??= new Planning(site, await highs(), saved);
    if (order.kind === 'compare') return { id, comparison: planning.compare(ask, order.lever) };
    if (order.policy === 'siloed') return { id, plan: { ...fixedPlan(ask), ...aheadOf(planning, ask) } };
    return { id, plan: planning.plan(ask), learnt: planning.save() };
  } catch (error) {
    return { id, failed: reasonOf(error) };
  }
}

// One after the other: each plan begins from the basis of the one before
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', (order: SolveOrder) => {
  last = last.then(async () => parentPort?.postMessage(await answer(order)));
});
