import { workerData } from 'node:worker_threads';
import { plantOf } from '../../site/plant.ts';
import { solverFor } from '../around.ts';
import { eventOutcomes } from '../events/outcome.ts';
import { peakCutOf } from '../peakCut.ts';
import { workOff } from '../threads.ts';
import { simulateYear } from '../years.ts';
import { type CompareOrder, type Scene, sceneOf } from './order.ts';
import { contenderOutcome } from './outcome.ts';

/** A thread that steps one site under single contenders, as they are asked for. */
const order = workerData as CompareOrder;

let scene: Scene | undefined;

workOff(async (index, onProgress) => {
  scene ??= sceneOf(order);
  const { site, services, weather, warmUp, events } = scene;
  const { startMs, stepMs, count } = scene.grid;
  const grid = { startMs: startMs - warmUp * stepMs, stepMs, count: count + warmUp };
  const contender = order.contenders[index]!;
  const { policy, without, missed } = contender;
  const setting = {
    ...{ site, services, grid, policy, warmUp, solver: await solverFor([policy]) },
    ...(without.length === 0 ? {} : { without }),
    ...(missed === undefined ? {} : { missed }),
  };
  // What an order changed is told of whole policies, beside the same without it
  const beside = events.length > 0 && without.length === 0;
  const part = beside ? 0.5 : 1;
  const run = simulateYear({ ...setting, events }, weather, (share) => onProgress(part * share));
  const plant = plantOf(site, services);
  const outcome = contenderOutcome(contender, run, plant, site.context.zone, warmUp);
  const cut = peakCutOf(site, run, warmUp);
  const plain = beside ? simulateYear(setting, weather, (share) => onProgress(part + part * share)) : undefined;
  return {
    ...outcome,
    ...(cut === undefined ? {} : { peakCut: { counted: cut.counted, missed: cut.missed } }),
    ...(plain === undefined ? {} : { events: eventOutcomes(run, plain, plant) }),
  };
});
