import { workerData } from 'node:worker_threads';
import { plantOf } from '../../site/plant.ts';
import { solverFor } from '../around.ts';
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
  const { site, services, weather, warmUp } = scene;
  const { startMs, stepMs, count } = scene.grid;
  const grid = { startMs: startMs - warmUp * stepMs, stepMs, count: count + warmUp };
  const contender = order.contenders[index]!;
  const { policy, without, missed } = contender;
  const setting = {
    ...{ site, services, grid, policy, warmUp, solver: await solverFor([policy]) },
    ...(without.length === 0 ? {} : { without }),
    ...(missed === undefined ? {} : { missed }),
  };
  const run = simulateYear(setting, weather, onProgress);
  const outcome = contenderOutcome(contender, run, plantOf(site, services), site.context.zone, warmUp);
  const cut = peakCutOf(site, run, warmUp);
  return cut === undefined ? outcome : { ...outcome, peakCut: { counted: cut.counted, missed: cut.missed } };
});
