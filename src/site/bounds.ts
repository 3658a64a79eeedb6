/** What the controller may do: tell only, decide beside the plant and be scored, or act. */
export const MODES = ['advise', 'shadow', 'control'] as const;
export type Mode = (typeof MODES)[number];

/** Limits that hold whatever a policy says. The site file sets them, the operator may change them while the site runs. */
export interface Bounds {
  /** Coldest and warmest supply of a liquid loop, °C. */
  readonly minSupplyC: number;
  readonly maxSupplyC: number;
  /** Share of the installed replicas of every deployment that stays awake at least, 0 to 1. */
  readonly leastAwakeShare: number;
  /** Stores are not used below this share of what they hold while the grid is up, 0 to 1. */
  readonly leastStoredShare: number;
  /** Most that is bought while anything else can feed the site, kW; Infinity = what the connection allows. */
  readonly mostImportKw: number;
  /** Whether generators may run before load would be lost. */
  readonly generators: boolean;
}

/** The bounds of a site whose file says nothing. Temperatures: what liquid loops of servers bear (ASHRAE W17 to W45 and a margin). */
export const WIDE_BOUNDS: Bounds = {
  minSupplyC: 15,
  maxSupplyC: 50,
  leastAwakeShare: 0,
  leastStoredShare: 0,
  mostImportKw: Number.POSITIVE_INFINITY,
  generators: true,
};
