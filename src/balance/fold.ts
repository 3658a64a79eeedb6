import type { Segments } from './segments.ts';

/** One number per segment from a base series. */
function fold({ starts, count }: Segments, base: Float64Array, of: (from: number, to: number) => number): Float64Array {
  if (base.length < starts[count]!) throw new RangeError(`a series of ${base.length} for ${starts[count]} steps`);
  const out = new Float64Array(count);
  for (let k = 0; k < count; k++) out[k] = of(starts[k]!, starts[k + 1]!);
  return out;
}

export function meanOf(shape: Segments, base: Float64Array): Float64Array {
  return fold(shape, base, (from, to) => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += base[i]!;
    return sum / (to - from);
  });
}

export function leastOf(shape: Segments, base: Float64Array): Float64Array {
  return fold(shape, base, (from, to) => {
    let low = base[from]!;
    for (let i = from + 1; i < to; i++) if (base[i]! < low) low = base[i]!;
    return low;
  });
}

export function mostOf(shape: Segments, base: Float64Array): Float64Array {
  return fold(shape, base, (from, to) => {
    let high = base[from]!;
    for (let i = from + 1; i < to; i++) if (base[i]! > high) high = base[i]!;
    return high;
  });
}

export function lastOf(shape: Segments, base: Float64Array): Float64Array {
  return fold(shape, base, (_, to) => base[to - 1]!);
}
