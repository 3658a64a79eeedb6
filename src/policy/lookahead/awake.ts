import type { Rule } from '../../balance/rules/rule.ts';
import type { Start } from './start.ts';

/** I3, awake: replicas at work <= those awake in every segment that begins before one started now has booted. */
export function awakeRule(deployment: string, { replicas, bootH }: { replicas: number; bootH: number }): Rule {
  return {
    add(model) {
      const most = new Float64Array(model.segments).fill(Number.POSITIVE_INFINITY);
      let beginH = 0;
      for (let k = 0; k < model.segments; k++) {
        if (beginH < bootH - 1e-9) most[k] = replicas;
        beginH += model.hours[k]!;
      }
      const rows = model.rows('I3', `${deployment}: awake`, Number.NEGATIVE_INFINITY, most);
      model.listen(`busy ${deployment}`, [{ at: rows, factor: 1 }]);
    },
  };
}

/** The rules of all deployments whose start is known. */
export function awakeRules({ awake }: Start): Rule[] {
  return [...(awake ?? [])].map(([deployment, own]) => awakeRule(deployment, own));
}
