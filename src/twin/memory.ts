/** A stored object read back with care: anything that is not an object of keys becomes an empty one. */
export function reviveRecord(saved: unknown): Readonly<Record<string, unknown>> {
  return typeof saved === 'object' && saved !== null && !Array.isArray(saved) ? { ...saved } : {};
}
