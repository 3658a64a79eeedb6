/** Clock over the largest, 0..1, and power cap of one accelerator, W. */
export interface ClockAndCap {
  readonly clock: number;
  readonly capW: number;
}

/** How the name of a column of replicas ends where a plan chooses their clock and cap; and back. */
export function atClock(name: string, { clock, capW }: ClockAndCap): string {
  return `${name}, clock ${Number(clock.toPrecision(6))}, cap ${Number(capW.toPrecision(6))} W`;
}
export function clockIn(name: string): ClockAndCap | undefined {
  const found = /, clock ([\d.]+), cap ([\d.]+) W$/.exec(name);
  return found === null ? undefined : { clock: Number(found[1]), capW: Number(found[2]) };
}

/** How the name of a column that is a billed peak begins, without its period. */
export function peakOf(unit: string, charge: string): string {
  return `${unit} peak ${charge} `;
}
