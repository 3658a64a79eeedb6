import { ratio } from '../../kpi/kpi.ts';
import type { PlantService } from '../../twin/plant.ts';
import type { Run } from '../simulate.ts';

/** What became of a service over a run; requests. */
export interface ServiceOutcome {
  readonly id: string;
  readonly kind: 'interactive' | 'batch';
  readonly offered: number;
  readonly served: number;
  readonly shed: number;
  /** Interactive: share of those offered within both targets; null for batch and where nothing was offered. */
  readonly attainment: number | null;
  /** Batch: passed their time, waiting at the start, and at the end. */
  readonly late: number;
  readonly backlogStart: number;
  readonly backlogEnd: number;
  readonly outputTokens: number;
  readonly itKwh: number;
}

/** Reads what became of every service from step `from` on out of the ledger of a run, in the plant's order. */
export function serviceOutcomes(run: Run, services: readonly PlantService[], from: number): ServiceOutcome[] {
  const { ledger, tally } = run;
  const stepS = ledger.grid.stepMs / 1000;
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  return services.map(({ id, kind }, s) => {
    const all = (name: string): Float64Array => ledger.get(`service.${id}.${name}`);
    const column = (name: string): Float64Array => all(name).subarray(from);
    const served = column('servedPerS');
    const kept = column('attainment');
    const offered = sum(column('arrivedPerS')) * stepS;
    const attained = served.reduce((before, v, i) => before + v * kept[i]!, 0) * stepS;
    const { outputTokens, itKwh } = tally.services()[s]!;
    return {
      id,
      kind,
      offered,
      served: sum(served) * stepS,
      shed: sum(column('shedPerS')) * stepS,
      attainment: kind === 'interactive' ? ratio(attained, offered) : null,
      late: sum(column('late')),
      backlogStart: from > 0 ? all('backlog')[from - 1]! : 0,
      backlogEnd: column('backlog').at(-1) ?? 0,
      outputTokens,
      itKwh,
    };
  });
}
