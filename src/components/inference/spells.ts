import type { Pace } from '../../workload/pace.ts';

/** A part of a period in which a replica is about equally loaded. */
export interface SpellOfLoad {
  /** Parts of the time and of the requests. */
  readonly timeShare: number;
  readonly requestShare: number;
  /** Prompt tokens and answer tokens that are worked on, over their means. */
  readonly input: number;
  readonly output: number;
  /** Wait for work left over from windows that brought more than could be done, s. */
  readonly delayS: number;
}

/** Parts that a period is cut into; energy and attainment bend slowly with load. */
const PARTS = 16;
/** Tables are kept for loads on this grid. */
const GRID = 100;
const tables = new WeakMap<Pace, Map<string, readonly SpellOfLoad[]>>();

/**
 * How the windows of a pace load a replica that is loaded `load` on average: what a window brings beyond the full rate is left
 * for the next one (a fluid queue). Sorted from the idlest to the one with the longest wait and cut into a few parts.
 *
 * @param load mean share of the full rate, 0..1; taken to the next of 100 steps
 * @param stayS how long an answer takes: decoding follows the arrivals that much later and smoother, s; to the next fourth of an octave
 * @param promptShare part of the work at the full rate that is prompts, 0..1; to the next of 100 steps
 */
export function spellsOf(pace: Pace, load: number, promptShare: number, stayS: number): readonly SpellOfLoad[] {
  const [ofLoad, ofPrompts] = [Math.max(1, Math.round(load * GRID)), Math.round(promptShare * GRID)];
  const stay = Math.round(4 * Math.log2(Math.max(0.01, stayS)));
  const key = `${ofLoad} ${ofPrompts} ${stay}`;
  let known = tables.get(pace);
  if (known === undefined) {
    known = new Map();
    tables.set(pace, known);
  }
  let found = known.get(key);
  if (found === undefined) {
    found = cut(pace, ofLoad / GRID, ofPrompts / GRID, 2 ** (stay / 4));
    known.set(key, found);
  }
  return found;
}

interface Window {
  readonly requests: number;
  readonly load: number;
  readonly input: number;
  readonly output: number;
  readonly delayS: number;
}

function windowsOf(
  { windowS, requests, input, output }: Pace,
  mean: number,
  promptShare: number,
  stayS: number,
): Window[] {
  let leftS = 0;
  let answers = output[0] ?? 1;
  const follow = -Math.expm1(-windowS / stayS);
  return requests.map((count, k) => {
    answers += (Math.max(0, output[k]!) - answers) * follow;
    const own = mean * (promptShare * Math.max(0, input[k]!) + (1 - promptShare) * answers);
    const load = own + leftS / windowS;
    const after = Math.max(0, leftS + (own - 1) * windowS);
    const delayS = (leftS + after) / 2;
    leftS = after;
    // Work that was left over has the mean proportions.
    const [full, kept] = [Math.min(1, load), own > 0 && load < 1];
    const scale = kept ? full / own : 0;
    const each = full / mean;
    return {
      requests: Math.max(0, count),
      load: full,
      input: kept ? Math.max(0, input[k]!) * scale : each,
      output: kept ? answers * scale : each,
      delayS,
    };
  });
}

function cut(pace: Pace, mean: number, promptShare: number, stayS: number): readonly SpellOfLoad[] {
  const windows = windowsOf(pace, mean, promptShare, stayS).sort((a, b) => a.delayS - b.delayS || a.load - b.load);
  const all = windows.reduce((sum, w) => sum + w.requests, 0);
  const parts: SpellOfLoad[] = [];
  let [count, requests, input, output, delay] = [0, 0, 0, 0, 0];
  windows.forEach((w, i) => {
    count++;
    requests += w.requests;
    input += w.input;
    output += w.output;
    delay += w.requests * w.delayS;
    const [timeShare, requestShare] = [count / windows.length, requests / all];
    // Half by time, which energy goes by, and half by requests, which latency goes by.
    if ((timeShare + requestShare) / 2 < 1 / PARTS && i < windows.length - 1) return;
    const delayS = requests > 0 ? delay / requests : 0;
    parts.push({ timeShare, requestShare, input: input / count, output: output / count, delayS });
    [count, requests, input, output, delay] = [0, 0, 0, 0, 0];
  });
  return parts;
}
