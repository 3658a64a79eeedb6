import { describe, expect, it } from 'vitest';
import { random } from '../../series/random.ts';
import { type Filling, heldWhileBusy } from './held.ts';

const FILLING: Filling = { comesPerS: 0.9, load: 0.45, cv2: 3, size: 2, square: 11, besideS: 20, aloneS: 3 };

/** The same process, one event at a time: periods of both kinds, sizes that are exponential with a chance to be 0, exponential stays. */
function simulated(filling: Filling, events: number) {
  const { comesPerS, load, cv2, size, square, besideS, aloneS } = filling;
  const draw = random(5);
  const variation = (cv2 + load) / (1 - load);
  const short = (1 + Math.sqrt((variation - 1) / (variation + 1))) / 2;
  const ends = [short, 1 - short].map((part) => 2 * part * (comesPerS / load) * (1 - load));
  // An exponential size of mean e with chance p: p e = size, 2 p e^2 = square.
  const each = square / (2 * size);
  const sums = [0, 1].map(() => ({ timeS: 0, first: 0, second: 0 }));
  let state = -1;
  let held: number[] = [];
  let total = 0;
  for (let k = 0; k < events; k++) {
    const leaves = held.length / (state < 0 ? aloneS : besideS);
    const comes = state < 0 ? 0 : comesPerS / load;
    const turns = state < 0 ? comesPerS : ends[state]!;
    const gap = draw.exponential() / (leaves + comes + turns);
    if (state >= 0) {
      const sum = sums[state]!;
      sum.timeS += gap;
      sum.first += gap * total;
      sum.second += gap * total * total;
    }
    const at = draw.next() * (leaves + comes + turns);
    if (at < leaves) {
      const [gone] = held.splice(Math.min(held.length - 1, Math.floor((at / leaves) * held.length)), 1);
      total -= gone!;
    } else if (at < leaves + comes) {
      if (draw.next() >= size / each) continue;
      const own = each * draw.exponential();
      held = [...held, own];
      total += own;
    } else if (state >= 0) state = -1;
    else state = draw.next() < short ? 0 : 1;
  }
  return sums.map(({ timeS, first, second }) => ({
    mean: first / timeS,
    variance: second / timeS - (first / timeS) ** 2,
  }));
}

describe('what is held while prompts are computed', () => {
  it('is what a simulation of the same process holds', () => {
    const found = simulated(FILLING, 1_500_000);
    heldWhileBusy(FILLING).forEach((held, k) => {
      expect(Math.abs(held.mean / found[k]!.mean - 1)).toBeLessThan(0.03);
      expect(Math.abs(held.variance / found[k]!.variance - 1)).toBeLessThan(0.06);
    });
  });

  it('is that of M/G/infinity where answers stay as long beside prompts as without', () => {
    const { comesPerS, size, square } = FILLING;
    // Prompts that are next to no work come as Poisson arrivals.
    const calm = { ...FILLING, load: 1e-6, cv2: 1, besideS: 5, aloneS: 5 };
    const [short, long] = heldWhileBusy(calm);
    const mean = (short.mean + long.mean) / 2;
    // Half of the period's prompts are there already, however short it is: one of them.
    expect(mean).toBeGreaterThan(comesPerS * size * 5);
    expect(mean).toBeLessThan(comesPerS * size * 5 + 1.5 * size);
    expect(short.variance).toBeGreaterThan(comesPerS * square * 5);
  });

  it('is more in long periods, and with answers that stay longer beside prompts', () => {
    const [short, long] = heldWhileBusy(FILLING);
    expect(long.mean).toBeGreaterThan(1.5 * short.mean);
    expect(heldWhileBusy({ ...FILLING, besideS: 40 })[1].mean).toBeGreaterThan(long.mean);
  });
});
