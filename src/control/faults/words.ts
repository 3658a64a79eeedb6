/** A length of time in words: "40 s", "12 min", "3.5 h", "2.1 days". */
export function formatDuration(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 90 * 60_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 48 * 3_600_000) return `${Math.round(ms / 360_000) / 10} h`;
  return `${Math.round(ms / 8_640_000) / 10} days`;
}

/** A reading in words: three digits that count. */
export function figure(value: number, unit: string): string {
  if (!Number.isFinite(value)) return 'no number';
  const rounded = Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
  return `${rounded} ${unit}`;
}
