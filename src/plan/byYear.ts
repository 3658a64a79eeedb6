import type { PlanProblem } from './problem.ts';
import type { Sizing } from './sizing.ts';

/** One weather year of a plan. */
export interface YearOfPlan {
  /** Place among the weather years. */
  readonly block: number;
  readonly importKwh: number;
  readonly renewableKwh: number;
  readonly generatorKwh: number;
  readonly curtailedKwh: number;
  /** Requests not served over those that arrived, 0..1. */
  readonly unservedShare: number;
  /** Energy that was short, kWh. */
  readonly shortKwh: number;
}

/** How each weather year of a plan goes: the sizes are the same, the sun and the wind are not. */
export function planByYear({ horizon, services, balance }: PlanProblem, { dispatch, sizes }: Sizing): YearOfPlan[] {
  const stepH = horizon.grid.stepMs / 3_600_000;
  const sum = (values: ArrayLike<number>, from: number, to: number): number => {
    let all = 0;
    for (let i = from; i < to; i++) all += values[i]!;
    return all;
  };
  const of = (from: number, to: number, is: (name: string, unit: string) => boolean): number => {
    let all = 0;
    for (const c of dispatch.columns.values()) if (is(c.name, c.unit)) all += sum(c.values, from, to);
    return all;
  };
  const free = balance.standbys.flatMap(({ unitId, standby }) => {
    if (standby.kind !== 'free') return [];
    const i = balance.sizes.findIndex((s) => s.unitId === unitId && s.key === standby.key);
    return [{ size: sizes[i]!, perUnit: standby.perUnit }];
  });
  return horizon.blocks.map((from, block) => {
    const to = horizon.blocks[block + 1] ?? horizon.grid.count;
    const power = (suffix: string): number => stepH * of(from, to, (n, u) => u === 'kW' && n.endsWith(` ${suffix}`));
    const renewableKwh = power('used');
    const availableKwh = stepH * free.reduce((all, f) => all + f.size * sum(f.perUnit, from, to), 0);
    const arrived = services.reduce((all, s) => all + sum(horizon.arrivals(s.profile.id)!, from, to), 0);
    return {
      block,
      importKwh: power('import'),
      renewableKwh,
      generatorKwh: power('power'),
      curtailedKwh: Math.max(0, availableKwh - renewableKwh),
      unservedShare: arrived > 0 ? of(from, to, (n) => n.endsWith(' not served')) / arrived : 0,
      shortKwh: stepH * of(from, to, (n) => n === 'electricity short'),
    };
  });
}
