/** What can go wrong around the controller so that its plans are not to be followed. */
export const FAULT_KINDS = ['solver', 'forecast', 'clock', 'meter', 'engine', 'inverter'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A fault that stands. While any does, the fast rules decide alone. */
export interface Fault {
  /** What is watched, unique: `meter grid power`. */
  readonly id: string;
  readonly kind: FaultKind;
  /** Site time at which it was raised, ms. */
  readonly sinceMs: number;
  /** What is wrong, in plain words, as last seen. */
  readonly text: string;
}

/** How long something must be wrong before it counts, and right before it is forgotten: so many looks in a row over so long a time. */
export interface Patience {
  readonly raise: { readonly looks: number; readonly ms: number };
  readonly clear: { readonly looks: number; readonly ms: number };
}
