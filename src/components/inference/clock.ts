import { boardShare } from './predict/boardShare.ts';
import { SHIPPED_POWER } from './predict/constants.ts';

/**
 * Clock and power cap of an accelerator. The core clock paces computing and the launches of layers; memory, links and the host
 * have clocks of their own. A locked clock is an upper limit that holds always; a power cap lowers the clock only in steps that would draw more (NVIDIA, nvidia-smi -lgc and
 * -pl), so that a cap above the draw changes nothing: decode on an H200 draws 137 to 300 of 700 W and no cap binds (Ma et al.
 * 2026, arXiv 2605.11999).
 *
 * Form: dynamic power of the core as clock x voltage squared, with a voltage that rises linearly above a knee and is constant
 * below it (Guerreiro et al., GPGPU Power Modeling for Multi-Domain Voltage-Frequency Scaling, HPCA 2018).
 */

/**
 * Voltage over that at the largest clock: the lowest, and its slope above the knee, which so lies at 0.83 of the clock; and the
 * part of what reading memory adds to the power that the core clock paces (caches and crossbar, not the memory itself). Least
 * squares, in round figures because the minimum is flat, on speed and draw against the clock of two cards under power caps, 31
 * points of two models in two engines (fixtures/clock.json): 4 % root mean square.
 */
const LEAST_VOLTAGE = 0.8;
const VOLTAGE_SLOPE = 1.2;
const CORE_PART_OF_READING = 0.5;

/** Slowest clock that a cap can force, share of the largest. */
export const LEAST_CLOCK = 0.02;

/** Dynamic power of the core over that at the largest clock, 0..1. @param clock share of the largest, 0..1 */
export function corePower(clock: number): number {
  const voltage = Math.max(LEAST_VOLTAGE, 1 - VOLTAGE_SLOPE * (1 - clock));
  return clock * voltage * voltage;
}

/** Times of a step, s, as its power depends on them. */
export interface Parts {
  readonly stepS: number;
  readonly memoryS: number;
  readonly computeS: number;
  readonly linkS: number;
}

/**
 * Share of its board power limit that an accelerator draws in a step at a clock, 0..1. At the largest clock it is what the
 * regression on measurements says; of that, idle power, links and the memory's own part of reading do not follow the clock.
 *
 * @param idleShare idle power over the limit
 * @param clock share of the largest clock at which the step took these times
 * @param draw what the chip draws over what the regression says, > 0; 1 where nothing was learnt
 */
export function shareAt(
  idleShare: number,
  { stepS, memoryS, computeS, linkS }: Parts,
  clock: number,
  draw: number,
): number {
  const memoryShare = memoryS / stepS;
  const linkShare = linkS / stepS;
  const full = Math.min(
    1,
    draw * boardShare(SHIPPED_POWER, { memoryShare, computeShare: computeS / stepS, linkShare }),
  );
  if (clock >= 1) return full;
  const reading = SHIPPED_POWER[1]! * (1 - CORE_PART_OF_READING) * memoryShare;
  const fixed = Math.min(full, idleShare + draw * (reading + SHIPPED_POWER[3]! * linkShare));
  return fixed + (full - fixed) * corePower(clock);
}

/**
 * The most that an accelerator draws at a clock, over its limit, while no step reads, computes or waits for links longer than
 * `busyShare` of its time, nor computes longer than `computeShare` of it.
 */
export function mostShareAt(
  { idleShare, clock, draw }: { readonly idleShare: number; readonly clock: number; readonly draw: number },
  busyShare: number,
  computeShare: number,
): number {
  const [, reading, , links] = SHIPPED_POWER;
  const full = Math.min(1, draw * boardShare(SHIPPED_POWER, { memoryShare: busyShare, computeShare, linkShare: 0 }));
  const most = draw * Math.max(reading! * (1 - CORE_PART_OF_READING), links!);
  const fixed = Math.min(full, idleShare + most * busyShare);
  return fixed + (full - fixed) * corePower(clock);
}
