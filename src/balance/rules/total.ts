import type { Account } from '../../components/model.ts';
import type { Rule } from './rule.ts';

/** A limit on what is counted over the whole horizon: sum of factor x account <= allowed per year. */
export interface TotalLimit {
  /** Number of its rows in docs/formulation.md. */
  readonly number: string;
  /** What is limited, in words: "CO2 of a year". */
  readonly name: string;
  /** Unit of the sum. */
  readonly unit: string;
  readonly terms: readonly { readonly account: Account; readonly factor: number }[];
  /** Per year of the horizon; 0 for a share. */
  readonly allowedPerYear: number;
  /** Money of a unit beyond it, as a multiple of what a kWh not fed costs. */
  readonly penalty: number;
}

/** Rows of a limit on a sum over the horizon, in parts by window, each of which can be missed at a penalty. */
export function totalRule(limit: TotalLimit): Rule {
  return {
    add(model, { shortPerKwh }) {
      const { number, name, unit, terms, allowedPerYear, penalty } = limit;
      const used = model.budget(number, name, {
        allowed: allowedPerYear * model.years,
        missed: { name: `${name} missed`, unit, penalty: penalty * shortPerKwh },
      });
      for (const { account, factor } of terms) model.putAccount(account, used.row, factor);
    },
  };
}

/** A limit on what is counted in every hour. */
export interface HourlyLimit {
  readonly number: string;
  readonly name: string;
  readonly unit: string;
  readonly account: Account;
  readonly mostPerHour: number;
  readonly penalty: number;
}

/** Rows of a limit on every step: mean of the step, per hour. */
export function hourlyRule({ number, name, unit, account, mostPerHour, penalty }: HourlyLimit): Rule {
  return {
    add(model, { shortPerKwh }) {
      const most = model.hours.map((h) => h * mostPerHour);
      const rows = model.rows(number, name, Number.NEGATIVE_INFINITY, most);
      model.putAccount(account, (k) => rows + k, 1);
      const missed = model.columns(`${name} missed`, unit, 0, Number.POSITIVE_INFINITY, penalty * shortPerKwh, true);
      model.putAll(
        rows,
        missed,
        model.hours.map((h) => -h),
      );
    },
  };
}
