import type { LinearModel } from '../linearModel.ts';
import type { Rule } from './rule.ts';

/** Charge that a store keeps while the grid is there, as an operator asks. */
export interface KeptCharge {
  readonly unit: string;
  /** kWh above its floor by base step; 0 where nothing is asked. */
  readonly leastKwh: Float64Array;
  /** What it holds at the start, kWh above its floor. */
  readonly startKwh: number;
  /** Money of a kWh that is used below, and of a kWh missing for an hour, as multiples of what a kWh not fed costs. */
  readonly usedPenalty: number;
  readonly missingPenalty: number;
}

/**
 * D5, charge kept: stored energy + what is missing >= what is asked. D6, not used below: what is missing - what was missing before <= what is used
 * below + what more is asked. A store that holds less than is asked is so filled when it costs little, and is used only before load is lost.
 */
export function keptChargeRule(kept: KeptCharge): Rule {
  const { unit, leastKwh, startKwh, usedPenalty, missingPenalty } = kept;
  return {
    sharp: [leastKwh],
    add(model, { shortPerKwh }) {
      const held = model.states.find(({ name }) => name === `${unit} energy`)?.state;
      if (held === undefined) return;
      const infinite = Number.POSITIVE_INFINITY;
      const least = leastOf(model, leastKwh);
      const rows = model.rows('D5', `${unit}: charge kept`, least, infinite);
      model.putAll(rows, held.first, 1);
      const missing = model.slack(`${unit}: charge missing`, 'kWh', rows, 1, missingPenalty * shortPerKwh);
      const allowed = least.map((kwh, k) => (k === 0 ? Math.max(0, kwh - startKwh) : Math.max(0, kwh - least[k - 1]!)));
      const falls = model.rows('D6', `${unit}: not used below`, -infinite, allowed);
      model.putAll(falls, missing, 1);
      for (let k = 1; k < model.segments; k++) model.put(falls + k, missing + k - 1, -1);
      // Of the segment, not by the hour: a kWh that is used below is so once
      const used = model.slack(`${unit}: charge used below`, 'kWh', falls, -1, 0);
      for (let k = 0; k < model.segments; k++) model.cost[used + k] = usedPenalty * shortPerKwh;
    },
  };
}

/** Replicas of a deployment that stay awake, as an operator asks. */
export interface KeptAwake {
  readonly deployment: string;
  /** Replicas by base step; 0 where nothing is asked. */
  readonly least: Float64Array;
  /** Money of a replica that is not awake for an hour, as a multiple of what a kWh not fed costs. */
  readonly penalty: number;
}

/** I8, kept awake: replicas at work + replicas awake beside them + those missed >= what is asked. */
export function keptAwakeRule({ deployment, least, penalty }: KeptAwake): Rule {
  return {
    sharp: [least],
    add(model, { shortPerKwh }) {
      const rows = model.rows('I8', `${deployment}: kept awake`, leastOf(model, least), Number.POSITIVE_INFINITY);
      model.listen(`awake ${deployment}`, [{ at: rows, factor: 1 }]);
      model.slack(`${deployment}: not kept awake`, 'replicas', rows, 1, penalty * shortPerKwh);
    },
  };
}

/** The value of each segment, within which it is the same. */
function leastOf({ shape, hours }: LinearModel, base: Float64Array): Float64Array {
  return Float64Array.from(hours, (_, k) => base[shape.starts[k]!]!);
}
