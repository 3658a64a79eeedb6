import { parentPort } from 'node:worker_threads';
import { reasonOf } from '../errors/error.ts';
import type { FromSolver, ToSolver } from './pool.ts';
import { Shelf } from './shelf.ts';

/** A thread that keeps models, changes them and solves them again. */
const shelf = new Shelf();

async function answer(order: ToSolver): Promise<FromSolver> {
  if (order.kind === 'hold') {
    shelf.put(order.model, order.arrays);
    return { seq: order.seq };
  }
  if (order.kind === 'drop') {
    shelf.drop(order.model);
    return { seq: order.seq };
  }
  const { options, want, stop, like, from } = order;
  const flag = stop === undefined ? undefined : new Int32Array(stop);
  const isStopped = flag === undefined ? undefined : () => Atomics.load(flag, 0) !== 0;
  const solved = await shelf.solve(
    order.model,
    order,
    { ...options, ...(isStopped === undefined ? {} : { interrupt: isStopped }) },
    { ...(like === undefined ? {} : { like: like.model }), ...(from === undefined ? {} : { from }) },
  );
  const basis = want.basis === true ? shelf.basisOf(order.model) : undefined;
  const { values, columnDuals, rowDuals, ...rest } = solved;
  return {
    seq: order.seq,
    solved: {
      ...rest,
      ...(basis === undefined ? {} : { basis }),
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
