/** What of a billing period was bought so far. */
export interface BillSoFar {
  /** A number of its own for every period. */
  readonly period: number;
  readonly boughtKwh: number;
  /** Highest import that each demand charge counts, kW. */
  readonly peaks: readonly { readonly charge: string; readonly powerKw: number }[];
}
