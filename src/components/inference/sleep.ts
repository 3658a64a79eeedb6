import { z } from 'zod';
import { byDefault, choice, quantity } from '../../units/schema.ts';
import type { Complaint, SleepTerms } from '../contract.ts';
import { idleKw, type PowerSpec, type Racking, seatsFor } from './power.ts';

/** Seconds until a replica that slept serves: measured with vLLM. */
const WAKE_S = { host: 6, disk: 18 } as const;
const WAKE_SOURCE =
  'host: 6 s, the slow end of 3 to 6 s that large models took to wake at level 1 (vLLM blog, 26 October 2025; small ones 0.1 to 0.8 s); ' +
  'disk: three times that, as level 2 took over level 1 for two small models there (0.85 over 0.26 s, 2.58 over 0.82 s)';
const ASLEEP_SOURCE =
  'as idle: weights in memory are less than 0.02 W/GB on H100, A100 and L40S, and a process that keeps its context, as both sleep levels ' +
  'do, keeps the clocks up (arXiv 2605.23918); give what you have measured';
const WAKE_POWER_SOURCE = 'its board power limit, the most that it can be: no measurement known to us';

/** What a site file may say about how replicas of a deployment sleep. */
export const sleepKey = z
  .strictObject({
    weights: byDefault(
      choice('where the weights are meanwhile: host (level 1 of vLLM) or disk (level 2, or a process that has ended)', [
        'host',
        'disk',
      ]),
      'host',
      'default of vLLM (level 1); it takes as much memory of the host as the weights have',
    ),
    wake_time: quantity('duration', 'from waking a replica until it serves', { min: 0, max: 86_400 })
      .optional()
      .meta({ dimension: 'duration', source: WAKE_SOURCE }),
    power: quantity('power', 'one accelerator asleep', { min: 0, max: 1 })
      .optional()
      .meta({ dimension: 'power', source: ASLEEP_SOURCE }),
    wake_power: quantity('power', 'one accelerator while its weights are loaded', { min: 0, max: 5 })
      .optional()
      .meta({ dimension: 'power', source: WAKE_POWER_SOURCE }),
  })
  .optional()
  .meta({
    description:
      'how replicas sleep: weights out of the memory of the accelerators, which is free for others, the node stays on. Without it they are on or off',
  });

/** How the replicas of a deployment sleep. */
export interface Sleep {
  readonly wakeS: number;
  /** One accelerator asleep, and while it wakes, W. */
  readonly asleepW: number;
  readonly wakeW: number;
}

/** Resolves what a site file says; undefined where it says nothing. */
export function sleepGiven(
  given: z.output<typeof sleepKey>,
  { idleW, tdpW }: Pick<PowerSpec, 'idleW' | 'tdpW'>,
  complain: (c: Complaint) => void,
): Sleep | undefined {
  if (given === undefined) return undefined;
  const asleepW = given.power === undefined ? idleW : given.power * 1000;
  const wakeW = given.wake_power === undefined ? tdpW : given.wake_power * 1000;
  if (asleepW > idleW) {
    complain({
      path: ['sleep', 'power'],
      message: `an accelerator draws ${idleW.toFixed(0)} W with nothing to do; asleep it cannot draw ${asleepW.toFixed(0)} W`,
      hint: 'give at most its idle power, or leave it out',
    });
  }
  return { wakeS: given.wake_time ?? WAKE_S[given.weights], asleepW: Math.min(asleepW, idleW), wakeW };
}

/** What standing power hangs on. */
interface Standing {
  readonly power: PowerSpec;
  readonly racking: Racking;
  readonly sleep?: Sleep | undefined;
}

/**
 * Power that nodes draw by being on, kW: accelerators that sleep, and those of a node that is on for others, draw what one asleep
 * draws; those that wake what loading draws; all others idle power.
 *
 * @param on replicas that are not off
 * @param asleep of them, and those that wake: means over a step
 */
export function standingKw({ power, racking, sleep }: Standing, on: number, asleep = 0, waking = 0): number {
  const kw = idleKw(power, racking, on);
  if (sleep === undefined) return kw;
  const empty = seatsFor(racking, on) - on;
  const eachW = (asleep + empty) * (sleep.asleepW - power.idleW) + waking * (sleep.wakeW - power.idleW);
  return kw + (racking.acceleratorsPerReplica * eachW) / 1000;
}

/** What sleeping is to whoever decides about it; undefined where it saves nothing. */
export function sleepTerms({ power, racking, sleep }: Standing): SleepTerms | undefined {
  if (sleep === undefined || sleep.asleepW >= power.idleW) return undefined;
  const { replicas, acceleratorsPerReplica: wide, acceleratorsPerNode: node } = racking;
  const each = idleKw(power, racking, replicas) / replicas;
  const { wakeS, asleepW, wakeW } = sleep;
  return {
    wakeS,
    idleKw: each,
    asleepKw: each - (wide * (power.idleW - asleepW)) / 1000,
    wakeKw: each + (wide * (wakeW - power.idleW)) / 1000,
    together: Math.max(1, Math.floor(node / wide)),
  };
}
