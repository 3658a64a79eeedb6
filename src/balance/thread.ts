import { parentPort } from 'node:worker_threads';
import { reasonOf } from '../errors/error.ts';
import { HeldModel, highs } from './highs.ts';
import type { FromSolver, ToSolver } from './pool.ts';

/** A thread that keeps models in the solver's memory, changes them in place and solves them again. */
const models = new Map<number, HeldModel>();

async function answer(order: ToSolver): Promise<FromSolver> {
  if (order.kind === 'hold') {
    models.set(order.model, new HeldModel(await highs(), order.arrays));
    return { seq: order.seq };
  }
  const model = models.get(order.model);
  if (model === undefined) throw new RangeError(`no model ${order.model} in this thread`);
  if (order.kind === 'drop') {
    model.dispose();
    models.delete(order.model);
    return { seq: order.seq };
  }
  const { fix, price, rows, options, want, stop, like } = order;
  const other = like === undefined ? undefined : models.get(like.model);
  if (other !== undefined) model.startFrom(other);
  if (fix !== undefined) model.setColumnBounds(fix.columns, fix.lower, fix.upper);
  for (const [i, column] of price?.columns.entries() ?? []) model.setCost(column, price!.costs[i]!);
  for (const row of rows ?? []) model.addRow(row.lower, row.upper, row.columns, row.values);
  const flag = stop === undefined ? undefined : new Int32Array(stop);
  const solved = model.solve({
    ...options,
    ...(flag === undefined ? {} : { interrupt: () => Atomics.load(flag, 0) !== 0 }),
  });
  const { values, columnDuals, rowDuals, ...rest } = solved;
  return {
    seq: order.seq,
    solved: {
      ...rest,
      values: want.values === 'all' ? values : Float64Array.from(want.values, (c) => values[c]!),
      columnDuals: Float64Array.from(want.duals, (c) => columnDuals[c]!),
      rowDuals: want.rowDuals === true ? rowDuals : new Float64Array(0),
    },
  };
}

parentPort?.on('message', (order: ToSolver) => {
  answer(order).then(
    (reply) => parentPort?.postMessage(reply),
    (error: unknown) => parentPort?.postMessage({ seq: order.seq, failed: reasonOf(error) } satisfies FromSolver),
  );
});
