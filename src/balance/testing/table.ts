import { LinearModel } from '../linearModel.ts';
import { everyStep } from '../segments.ts';

/** A model of three steps of an hour in one window, without devices. */
export function bareModel(): LinearModel {
  const calendar = { steps: 3, stepH: 1, blocks: [0], cyclic: true, windows: [0] };
  return new LinearModel(everyStep(calendar), [], 3 / 8760, Int32Array.of(0));
}
