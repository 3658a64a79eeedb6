/**
 * Levelised cost: present value of all costs over present value of the output, money per unit of output; undefined where
 * there is no output. Source: Short, Packey, Holt 1995, NREL/TP-462-5173, eq. 4-10.
 */
export function levelisedCost(costsWorth: number, outputWorth: number): number | undefined {
  return outputWorth > 0 ? costsWorth / outputWorth : undefined;
}

/** Inputs of the fixed-charge-rate method; money in one currency, output in units a year. */
export interface FixedChargeCase {
  readonly capexMoney: number;
  readonly fixedMoneyPerYear: number;
  readonly variableMoneyPerUnit: number;
  /** Share of the capital that is charged each year. */
  readonly fixedChargeRate: number;
  readonly outputPerYear: number;
}

/**
 * Levelised cost with a fixed charge rate: (capital x FCR + fixed) / output + variable; undefined where there is no output.
 * Source: NREL System Advisor Model, module lcoefcr; Short et al. 1995.
 */
export function levelisedByFixedCharge(c: FixedChargeCase): number | undefined {
  if (!(c.outputPerYear > 0)) return undefined;
  return (c.capexMoney * c.fixedChargeRate + c.fixedMoneyPerYear) / c.outputPerYear + c.variableMoneyPerUnit;
}
