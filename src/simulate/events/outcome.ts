import type { Baseline } from '../../policy/event/baseline.ts';
import { HOUR_MS, MINUTE_MS } from '../../series/grid.ts';
import { type GridEvent, limitKw } from '../../site/gridEvent.ts';
import type { Plant } from '../../twin/plant.ts';
import type { Run, RunEvent } from '../stepping.ts';
import { type EventCurves, eventCurves, meanOf } from './curves.ts';
import { type BatchOutcome, batchOutcomes, type InteractiveOutcome, interactiveOutcomes } from './service.ts';

/** Demand is metered by quarters of an hour. */
const QUARTER_MS = 15 * MINUTE_MS;
/** A limit counts as kept within this share of it: rounding of sums. */
const KEPT = 1e-6;

/** A quarter of an hour of an order; kW are means over it. */
export interface EventQuarter {
  readonly startMs: number;
  readonly endMs: number;
  readonly baselineKw: number;
  /** The most that was asked. */
  readonly limitKw: number;
  readonly drawnKw: number;
  /** What the same policy draws in the same quarter without the order. */
  readonly withoutKw: number;
  /** Below the baseline, over it; null where the baseline is nothing. */
  readonly cutShare: number | null;
  readonly reached: boolean;
}

/** Load that could be covered otherwise or moved, against what had to be. */
export interface FlexibleShare {
  /** Mean load of the site without the order, kW: what shares are of. */
  readonly loadKw: number;
  /** By how much import had to fall in the hardest quarter, against the run without the order, kW. */
  readonly neededKw: number;
  readonly neededShare: number;
  /** Sum of the three below. */
  readonly thereKw: number;
  readonly thereShare: number;
  /** Electricity of batch work that would have run and whose deadline is longer than the order, with cooling and losses. */
  readonly batchKw: number;
  /** What batteries held at the start could give over the whole order, beside what they would have given. */
  readonly batteryKw: number;
  /** What generators could give beside what they would have given. */
  readonly generatorKw: number;
}

/** How a site met an order of the grid, beside the same run without it. */
export interface EventOutcome {
  readonly event: GridEvent;
  readonly baseline: Baseline | undefined;
  readonly quarters: readonly EventQuarter[];
  /** Means over the order, kW. */
  readonly baselineKw: number;
  readonly limitKw: number;
  readonly drawnKw: number;
  readonly withoutKw: number;
  readonly quartersReached: number;
  /** Energy drawn beyond the limit, kWh. */
  readonly overKwh: number;
  readonly interactive: readonly InteractiveOutcome[];
  readonly interactiveHeld: boolean;
  readonly flexible: FlexibleShare;
  readonly batch: readonly BatchOutcome[];
  readonly batchDeadlinesHeld: boolean;
  /** Given during the order beyond what was given without it, kWh; batteries less what they took. */
  readonly batteryKwh: number;
  readonly generatorKwh: number;
  /** Running cost of the whole run beyond that without the order; what is left in batteries is not counted. */
  readonly extraMoney: number;
}

/** How each order of a run was met. @param without the same run without any order, step by step */
export function eventOutcomes(run: Run, without: Run, plant: Plant): EventOutcome[] {
  const [own, other] = [eventCurves(run, plant), eventCurves(without, plant)];
  return run.events.map((met) => outcomeOf(met, run, without, plant, own, other));
}

function outcomeOf(
  met: RunEvent,
  run: Run,
  without: Run,
  plant: Plant,
  own: EventCurves,
  other: EventCurves,
): EventOutcome {
  const { event, baseline } = met;
  const { startMs, endMs } = event;
  const quarters = quartersOf(event, baseline, own, other);
  const mean = (of: (q: EventQuarter) => number): number =>
    quarters.reduce((sum, q) => sum + of(q) * (q.endMs - q.startMs), 0) / (endMs - startMs);
  const hours = (endMs - startMs) / HOUR_MS;
  const more = (of: 'storeKw' | 'generatorKw'): number =>
    hours * (meanOf(own.grid, own[of], startMs, endMs) - meanOf(other.grid, other[of], startMs, endMs));
  const interactive = interactiveOutcomes(run, without, plant, event);
  const batch = batchOutcomes(run, without, plant, event);
  return {
    event,
    baseline,
    quarters,
    baselineKw: mean((q) => q.baselineKw),
    limitKw: mean((q) => q.limitKw),
    drawnKw: mean((q) => q.drawnKw),
    withoutKw: mean((q) => q.withoutKw),
    quartersReached: quarters.filter((q) => q.reached).length,
    overKwh: hours * mean((q) => Math.max(0, q.drawnKw - q.limitKw * (1 + KEPT))),
    interactive,
    interactiveHeld: interactive.every(({ held }) => held),
    flexible: flexibleShare(met, without, plant, other, quarters),
    batch,
    batchDeadlinesHeld: batch.every(({ deadlinesHeld }) => deadlinesHeld),
    batteryKwh: more('storeKw'),
    generatorKwh: more('generatorKw'),
    extraMoney: run.tally.totals().runningCostMoney - without.tally.totals().runningCostMoney,
  };
}

/** Quarters from the start of an order on, the last one perhaps shorter; none where it has no baseline. */
function quartersOf(
  { startMs, endMs, cut }: GridEvent,
  baseline: Baseline | undefined,
  own: EventCurves,
  other: EventCurves,
): EventQuarter[] {
  const list: EventQuarter[] = [];
  for (let fromMs = startMs; fromMs < endMs && baseline !== undefined; fromMs += QUARTER_MS) {
    const toMs = Math.min(endMs, fromMs + QUARTER_MS);
    const baselineKw = baseline.hours.find((h) => fromMs >= h.fromMs && fromMs < h.toMs)!.kw;
    const most = limitKw(baselineKw, cut);
    const drawnKw = meanOf(own.grid, own.importKw, fromMs, toMs);
    list.push({
      startMs: fromMs,
      endMs: toMs,
      baselineKw,
      limitKw: most,
      drawnKw,
      withoutKw: meanOf(other.grid, other.importKw, fromMs, toMs),
      cutShare: baselineKw > 0 ? 1 - drawnKw / baselineKw : null,
      reached: drawnKw <= most * (1 + KEPT) + KEPT,
    });
  }
  return list;
}

function flexibleShare(
  { event, supply }: RunEvent,
  without: Run,
  plant: Plant,
  { grid, loadKw, storeKw, generatorKw }: EventCurves,
  quarters: readonly EventQuarter[],
): FlexibleShare {
  const { startMs, endMs } = event;
  const hours = (endMs - startMs) / HOUR_MS;
  const { ledger } = without;
  const mean = (values: Float64Array): number => meanOf(grid, values, startMs, endMs);
  const itKw = mean(ledger.get('site.itKw'));
  const perItKw = itKw > 0 ? mean(ledger.get('site.facilityKw')) / itKw : 0;
  const movable = plant.services.filter(({ kind, deadlineS }) => kind === 'batch' && deadlineS > hours * 3600);
  const batchKw = movable.reduce((sum, { id }) => sum + perItKw * mean(ledger.get(`service.${id}.powerKw`)), 0);
  const { storeKw: most = 0, storeKwh: held = 0, generatorKw: rated = 0 } = supply ?? {};
  const batteryKw = Math.max(0, Math.min(most, held / hours) - Math.max(0, mean(storeKw)));
  const spareKw = Math.max(0, rated - mean(generatorKw));
  const load = mean(loadKw);
  const neededKw = quarters.reduce((hardest, q) => Math.max(hardest, q.withoutKw - q.limitKw), 0);
  const thereKw = batchKw + batteryKw + spareKw;
  const share = (kw: number): number => (load > 0 ? kw / load : 0);
  return {
    loadKw: load,
    neededKw,
    neededShare: share(neededKw),
    thereKw,
    thereShare: share(thereKw),
    batchKw,
    batteryKw,
    generatorKw: spareKw,
  };
}
