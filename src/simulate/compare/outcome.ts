import type { Totals } from '../../kpi/totals.ts';
import { stepStartMs } from '../../series/grid.ts';
import { zoneOf } from '../../series/zone.ts';
import type { Plant } from '../../twin/plant.ts';
import type { EventOutcome } from '../events/outcome.ts';
import type { PeakCutResult } from '../peakCut.ts';
import type { Note, Run } from '../simulate.ts';
import { type DeviceSums, deviceSums } from '../yearsMeters.ts';
import type { Contender } from './contender.ts';
import { type ServiceOutcome, serviceOutcomes } from './service.ts';

/** What a site did in the mean over all days of a run, by hour of its local clock, 0 to 23. */
export interface DayShape {
  readonly facilityKw: readonly number[];
  readonly importKw: readonly number[];
  readonly storeKw: readonly number[];
}

/** How a contender did, as measured; plain data, so that it goes between threads. */
export interface ContenderOutcome {
  readonly contender: Contender;
  readonly totals: Totals;
  readonly services: readonly ServiceOutcome[];
  readonly devices: DeviceSums;
  readonly day: DayShape;
  /** Periods of the duty at peak hours that were counted, and missed; left out for a site without it. */
  readonly peakCut?: Pick<PeakCutResult, 'counted' | 'missed'>;
  /** How orders of the grid were met, by a whole policy; left out where there were none. */
  readonly events?: readonly EventOutcome[];
  /** Decisions with their reasons: the first of them, and how many there were. */
  readonly notes: readonly Note[];
  readonly noteCount: number;
  readonly cpuS: number;
}

/** Means of summed columns by local hour. */
function byHour(
  run: Run,
  names: readonly string[],
  hourOf: Int32Array,
  from: number,
  part: (kw: number) => number,
): number[] {
  const sums = new Float64Array(24);
  const counts = new Float64Array(24);
  const columns = names.map((name) => run.ledger.get(name).subarray(from));
  for (let i = 0; i < hourOf.length; i++) {
    const hour = hourOf[i]!;
    counts[hour] = counts[hour]! + 1;
    for (const column of columns) sums[hour] = sums[hour]! + part(column[i]!);
  }
  return Array.from(sums, (sum, hour) => (counts[hour]! > 0 ? sum / counts[hour]! : 0));
}

/** Sums a run up for a comparison. @param from first step that counts */
export function contenderOutcome(
  contender: Contender,
  run: Run,
  plant: Plant,
  zone: string,
  from = 0,
): ContenderOutcome {
  const { grid } = run.ledger;
  const clock = zoneOf(zone);
  const hourOf = Int32Array.from({ length: grid.count - from }, (_, i) =>
    Math.floor(clock.local(stepStartMs(grid, from + i)).hour),
  );
  const powers = (role: 'slack' | 'store') =>
    plant.dispatch.filter((unit) => unit.role === role).map((unit) => `${unit.id}.powerKw`);
  const all = (kw: number): number => kw;
  return {
    contender,
    totals: run.tally.totals(),
    services: serviceOutcomes(run, plant.services, from),
    devices: deviceSums(run, plant, from),
    day: {
      facilityKw: byHour(run, ['site.facilityKw'], hourOf, from, all),
      importKw: byHour(run, powers('slack'), hourOf, from, (kw) => Math.max(0, kw)),
      storeKw: byHour(run, powers('store'), hourOf, from, all),
    },
    notes: run.notes,
    noteCount: run.noteCount,
    cpuS: run.cpuS,
  };
}
