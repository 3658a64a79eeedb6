import type { Mix } from './mix.ts';
import type { Operating } from './operating.ts';
import { runningShare } from './performance.ts';
import { aboveIdleKw } from './power.ts';
import type { InferenceSpec } from './spec.ts';

/** Power above idle at an operating point, kW, and the part of it that computes prompts, as they take the time of their steps. */
export function drawOf(
  spec: InferenceSpec,
  mix: Mix,
  at: Operating,
): { readonly loadKw: number; readonly promptKw: number } {
  if (at.busyShare === 0) return { loadKw: 0, promptKw: 0 };
  const { replica, power } = spec;
  const kw = (step: Operating['plain']) => aboveIdleKw(power, replica.accelerators, runningShare(replica, step));
  const mixedKw = at.busyShare * at.mixedTime * kw(at.mixed);
  const aloneKw = at.busyShare * at.aloneTime * kw(at.alone);
  const plainKw = at.busyShare * (1 - at.mixedTime - at.aloneTime) * kw(at.plain);
  // Of the steps with prompts and decodes, the prompts' part is what their tokens take of the time.
  const stretch = replica.clock / at.mixed.clock;
  const work = stretch * mix.promptLoad + mix.promptPerS * replica.linkS - at.busyShare * at.aloneTime;
  const share = at.mixedTime > 0 ? Math.max(0, Math.min(1, work / (at.busyShare * at.mixedTime))) : 0;
  return { loadKw: plainKw + mixedKw + aloneKw, promptKw: aloneKw + share * mixedKw };
}
