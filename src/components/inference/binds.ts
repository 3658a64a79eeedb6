import type { Binds } from '../contract.ts';
import type { Operating } from './operating.ts';
import type { Step } from './performance.ts';

/**
 * What the time of a replica's steps goes to, as the replay counts it: the longer of reading and computing is the roof of a
 * step, links and the engine's own time are beside it. Shares of the busy time that add up to 1; all 0 where no step runs.
 */
export function bindsAt(at: Operating): Binds {
  const sum = { memory: 0, compute: 0, link: 0, engine: 0 };
  if (at.busyShare === 0) return sum;
  const add = (step: Step, share: number): void => {
    if (share <= 0) return;
    const roofS = Math.max(step.memoryS, step.computeS);
    sum[step.memoryS >= step.computeS ? 'memory' : 'compute'] += (share * roofS) / step.stepS;
    sum.link += (share * step.linkS) / step.stepS;
    sum.engine += share * Math.max(0, 1 - (roofS + step.linkS) / step.stepS);
  };
  add(at.plain, 1 - at.mixedTime - at.aloneTime);
  add(at.mixed, at.mixedTime);
  add(at.alone, at.aloneTime);
  return sum;
}
