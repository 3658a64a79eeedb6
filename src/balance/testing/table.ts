import { LinearModel } from '../linearModel.ts';
import { everyStep } from '../segments.ts';

/** A model of hours in one window, without devices. */
export function bareModel(steps = 3): LinearModel {
  const calendar = { steps, stepH: 1, blocks: [0], cyclic: true, windows: [0] };
  return new LinearModel(everyStep(calendar), [], steps / 8760, Int32Array.of(0));
}
