/**
 * What the merged model and the windows have in common, by name, so that it holds for any segments: sizes, stored quantities at the
 * ends of windows, shares of budgets, what stretches limits on sizes, and what the merged model takes each window to cost.
 */
export type Point = ReadonlyMap<string, number>;

/** The cost of a window is at least `constant + sum of slope x value`, anywhere. */
export interface Cut {
  readonly window: number;
  readonly constant: number;
  readonly slopes: Point;
}

/** Name of what a window is taken to cost, in a point. */
export function costName(window: number): string {
  return `cost of window ${window}`;
}

/** Name of a size in a point. */
export function sizeName({ unit, key }: { readonly unit: string; readonly key: string }): string {
  return `size ${unit}.${key}`;
}

/** The point that lies a share of the way from one to another. */
export function between(from: Point, to: Point, share: number): Point {
  return new Map([...to].map(([name, value]) => [name, share * value + (1 - share) * from.get(name)!]));
}
