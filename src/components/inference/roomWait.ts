import { mixTimeS } from './blend.ts';
import { type Held, heldWhileBusy } from './held.ts';
import type { Mix, ServiceLoad } from './mix.ts';
import { upperTail } from './occupancy.ts';
import type { Operating } from './operating.ts';
import type { Replica } from './performance.ts';

/** A chance that changes no share that is printed. */
const NEVER = 1e-9;

/** Prompts of the interactive class in line before the compute of one replica. */
export interface PromptLine {
  /** Share of the time that they are computed, below 1. */
  readonly load: number;
  /** Squared coefficient of variation of the compute of one. */
  readonly cv2: number;
  /** Mean time of a step that is full of them, s. */
  readonly stepS: number;
  /** As so many servers with one line before them the replicas of the pool make one wait. */
  readonly servers: number;
}

/** Chance that a gamma variate exceeds a value > 0 (Wilson and Hilferty 1931). */
function gammaTail(value: number, { mean, variance }: Held): number {
  const ninth = variance / (9 * mean * mean);
  return upperTail((Math.cbrt(value / mean) - 1 + ninth) / Math.sqrt(ninth));
}

/**
 * Mean over prompts, and over what they find held, of ln(held / (room - prompt)), 0 where the prompt fits; no more is held than
 * the room. It is the integral of P(held > v) P(prompt > room - v) / v over v.
 *
 * @param lengths of prompts, equally likely, rising; those that are longer than the room are refused
 */
export function overfull(lengths: readonly number[], room: number, held: Held): number {
  let sum = 0;
  for (let k = lengths.length - 1; k >= 0; k--) {
    const [long, short] = [lengths[k]!, k > 0 ? lengths[k - 1]! : 0];
    if (long >= room) continue;
    // From the longest down: as long as this one or longer are all that were looked at.
    const [from, to] = [room - long, room - short];
    const chance = gammaTail(Math.sqrt(from * to), held);
    sum += (lengths.length - k) * chance * Math.log(to / from);
    if (chance < NEVER) break;
  }
  return sum / lengths.length;
}

/**
 * Mean wait of a request because it, or a prompt ahead of it, finds no room in the KV memory, s. It comes on top of the wait for
 * the compute of the prompts ahead.
 *
 * While prompts are computed every step is long, answers take their time, and what is held rises (`heldWhileBusy`). A prompt of m
 * tokens that finds V of M held waits until so much has left: S ln(V / (M - m)), with S the stay of answers in a memory that is
 * full while no prompt is computed. Everybody who comes before the busy period is over waits as much longer, and the period lasts
 * longer.
 *
 * Replicas are balanced by their requests, and so by what these hold: n of them fluctuate as one with n times the memory. What
 * batch holds is not counted.
 *
 * @param ratesPerS interactive requests per second and replica of each service
 * @param replicas of the pool, >= 1
 */
export function roomWaitS(
  replica: Replica,
  services: readonly ServiceLoad[],
  ratesPerS: ArrayLike<number>,
  mix: Mix,
  at: Operating,
  line: PromptLine,
  replicas: number,
): number {
  const room = replica.kvRoomBytes / replica.kvBytesPerToken;
  let [rate, answers, sizes, squares] = [0, 0, 0, 0];
  for (let k = 0; k < services.length; k++) {
    const own = ratesPerS[k]!;
    const { inputTokens, outputTokens, heldSquare } = services[k]!;
    rate += own;
    answers += own * outputTokens;
    sizes += own * (inputTokens + outputTokens / 2);
    squares += own * heldSquare;
  }
  const { load } = line;
  if (rate <= 0 || load <= 0 || !Number.isFinite(room)) return 0;
  const steps = answers / rate;
  const kinds = heldWhileBusy({
    comesPerS: rate * replicas,
    load,
    cv2: line.cv2,
    size: sizes / rate / replicas,
    square: squares / rate / replicas ** 2,
    besideS: steps * line.stepS,
    aloneS: steps * at.plain.stepS,
  });
  const fullS = steps * mixTimeS(replica, mix, at.slots, 0);
  let waitS = 0;
  for (const held of kinds) {
    let missing = 0;
    for (let k = 0; k < services.length; k++) {
      if (ratesPerS[k]! > 0) missing += (ratesPerS[k]! / rate) * overfull(services[k]!.promptLengths, room, held);
    }
    const ownS = fullS * missing;
    // The pool's periods, as long as its line is.
    const lastsS = replicas / line.servers / held.endsPerS;
    const lost = Math.min(1, (rate * ownS) / load / (1 - load));
    waitS += (ownS + rate * ownS * lastsS * (1 + lost)) / 2;
  }
  return waitS;
}
