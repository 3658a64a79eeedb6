import { endMs, stepStartMs } from '../../series/grid.ts';
import type { GridEvent } from '../../site/gridEvent.ts';
import type { Plant } from '../../twin/plant.ts';
import type { Run } from '../stepping.ts';
import { sumOf } from './curves.ts';

/** Share of the requests within their targets that policies size for. */
const TARGET = 0.99;
/** A share that is less by no more than this is the same: rounding of sums. */
const SAME = 1e-9;
/** Work of which no more than this share is left is done: rounding of sums. */
const DONE = 1e-9;

/** An interactive service during an order of the grid. */
export interface InteractiveOutcome {
  readonly service: string;
  /** Share of the requests offered that were within both targets, a request not served a miss; null without requests. */
  readonly attainment: number | null;
  readonly withoutAttainment: number | null;
  readonly notServed: number;
  /** True where the share is what policies size for, 99 %, or no less than without the order. */
  readonly held: boolean;
}

/** Batch work of a service that waited for the end of an order. */
export interface BatchOutcome {
  readonly service: string;
  /** Requests served less than without the order while it held, >= 0. */
  readonly slipped: number;
  /** That many of the requests that would have been served, 0..1; null where none would. */
  readonly slippedShare: number | null;
  /** When all that waited at the end of the order was served, ms UTC; null where some of it still waits at the end of the run. */
  readonly doneMs: number | null;
  /** Requests that became late from the announcement to the end of the run, and without the order. */
  readonly late: number;
  readonly withoutLate: number;
  /** True where the order made nothing late, and nothing that waited at its end still waits at the end of the run. */
  readonly deadlinesHeld: boolean;
}

/** Requests of a ledger column between two instants. */
function requests({ ledger }: Run, column: string, fromMs: number, toMs: number, weigh?: string): number {
  const values = ledger.get(column);
  const weights = weigh === undefined ? undefined : ledger.get(weigh);
  const of = weights === undefined ? values : values.map((v, i) => v * weights[i]!);
  return sumOf({ grid: ledger.grid, values: of }, fromMs, toMs) / 1000;
}

function attained(run: Run, id: string, { startMs, endMs: toMs }: GridEvent): number | null {
  const name = `service.${id}`;
  const offered = requests(run, `${name}.arrivedPerS`, startMs, toMs);
  return offered > 0 ? requests(run, `${name}.servedPerS`, startMs, toMs, `${name}.attainment`) / offered : null;
}

/** Interactive services during an order, beside the run without it. */
export function interactiveOutcomes(run: Run, without: Run, plant: Plant, event: GridEvent): InteractiveOutcome[] {
  return plant.services
    .filter(({ kind }) => kind === 'interactive')
    .map(({ id }) => {
      const [attainment, withoutAttainment] = [attained(run, id, event), attained(without, id, event)];
      const least = Math.min(TARGET, (withoutAttainment ?? TARGET) - SAME);
      return {
        service: id,
        attainment,
        withoutAttainment,
        notServed: requests(run, `service.${id}.shedPerS`, event.startMs, event.endMs),
        held: attainment === null || attainment >= least,
      };
    });
}

/** Batch services during and after an order, beside the run without it. */
export function batchOutcomes(run: Run, without: Run, plant: Plant, event: GridEvent): BatchOutcome[] {
  const { grid } = run.ledger;
  return plant.services
    .filter(({ kind }) => kind === 'batch')
    .map(({ id }) => {
      const name = `service.${id}`;
      const would = requests(without, `${name}.servedPerS`, event.startMs, event.endMs);
      const slipped = Math.max(0, would - requests(run, `${name}.servedPerS`, event.startMs, event.endMs));
      const lateOf = ({ ledger }: Run): number => {
        const from = Math.max(0, Math.floor((event.announcedMs - grid.startMs) / grid.stepMs));
        return ledger
          .get(`${name}.late`)
          .subarray(from)
          .reduce((a, b) => a + b, 0);
      };
      const [late, withoutLate] = [lateOf(run), lateOf(without)];
      const doneMs = doneBy(run, name, event.endMs);
      return {
        service: id,
        slipped,
        slippedShare: would > 0 ? slipped / would : null,
        doneMs,
        late,
        withoutLate,
        deadlinesHeld: late <= withoutLate + 1e-6 * (1 + withoutLate) && (slipped <= 0 || doneMs !== null),
      };
    });
}

/** When all that waits at an instant has been served, first in, first out. */
function doneBy({ ledger }: Run, name: string, atMs: number): number | null {
  const { grid } = ledger;
  const [backlog, served] = [ledger.get(`${name}.backlog`), ledger.get(`${name}.servedPerS`)];
  const first = Math.min(grid.count, Math.max(0, Math.ceil((atMs - grid.startMs) / grid.stepMs)));
  const waiting = first > 0 ? backlog[first - 1]! : 0;
  let left = waiting;
  for (let i = first; i < grid.count; i++) {
    if (left <= DONE * (1 + waiting)) return stepStartMs(grid, i);
    left -= (served[i]! * grid.stepMs) / 1000;
  }
  return left <= DONE * (1 + waiting) ? endMs(grid) : null;
}
