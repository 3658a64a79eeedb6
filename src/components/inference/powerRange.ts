import { mixStep, slotsOf } from './blend.ts';
import { mostShareAt } from './clock.ts';
import { mixOf } from './mix.ts';
import { aboveIdleKw, idleKw } from './power.ts';
import { STEP_TOKENS } from './replay/scheduling.ts';
import type { InferenceSpec } from './spec.ts';

/**
 * Largest power above idle of one replica, kW, whatever the mix: every part of a step at the largest value that any of the
 * services gives it with all slots taken, and the rest of its tokens prompts.
 */
export function mostKw(spec: InferenceSpec): number {
  let roofS = 0;
  let computeS = 0;
  let linkS = 0;
  for (let k = 0; k < spec.services.length; k++) {
    const mix = mixOf(
      spec.services,
      spec.services.map((_, j) => Number(j === k)),
    );
    const slots = slotsOf(spec.replica, mix);
    if (slots < 1) continue;
    for (const batch of [0, slots]) {
      const prompts = mix.promptPerS > 0 ? STEP_TOKENS - batch : 0;
      const step = mixStep(spec.replica, mix, batch, prompts);
      roofS = Math.max(roofS, step.memoryS, step.computeS);
      computeS = Math.max(computeS, step.computeS);
      linkS = Math.max(linkS, step.linkS);
    }
  }
  if (roofS === 0) return 0;
  // More of anything never lowers a share, because only the engine's own time stands beside it.
  const stepS = roofS + linkS + spec.replica.fixedS;
  const computeShare = computeS / (computeS + spec.replica.fixedS);
  const { capShare, accelerators } = spec.replica;
  const share = mostShareAt(spec.replica, (roofS + linkS) / stepS, computeShare);
  return aboveIdleKw(spec.power, accelerators, Math.min(capShare, share));
}

/** Least and most power with `replicas` replicas serving, kW. */
export function powerRange(
  spec: InferenceSpec,
  replicas: number,
): { readonly idleKw: number; readonly fullKw: number } {
  const idle = idleKw(spec.power, spec.racking, replicas);
  return { idleKw: idle, fullKw: idle + replicas * mostKw(spec) };
}
