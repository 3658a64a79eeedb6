import type { Rule } from './rule.ts';

/** An order of the grid's operator to import no more than so much. */
export interface ImportOrder {
  /** The most, as the sum of all connections, by base step, kW; Infinity where nothing is asked. */
  readonly mostKw: Float64Array;
  /** Money of a kWh beyond it, as a multiple of what a kWh not fed costs. */
  readonly penalty: number;
}

const NAME = 'order of the grid';

/** D4, order of the grid: import <= what was asked - what it is missed by, in every segment that an order covers. */
export function orderRule({ mostKw, penalty }: ImportOrder): Rule {
  return {
    sharp: [mostKw],
    add(model, { shortPerKwh }) {
      const { shape } = model;
      const most = Float64Array.from(model.hours, (_, k) => mostKw[shape.starts[k]!]!);
      const rows = model.rows('D4', NAME, Number.NEGATIVE_INFINITY, most);
      model.listen('import', [{ at: rows, factor: 1 }]);
      model.slack(`${NAME} missed`, 'kW', rows, -1, penalty * shortPerKwh);
    },
  };
}
