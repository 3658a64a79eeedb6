/**
 * The control room's view of the running site: what `GET /api/live` streams once a second (server-sent events, `data:` is
 * one `LiveSnapshot`) and `GET /api/day` returns (`LiveDay`). Types only: the dashboard imports this file and nothing else.
 * Powers are kW, means over the last second of site time.
 */
export interface LiveSnapshot {
  /** Site time and wall time, ms UTC; equal unless the site runs accelerated. */
  readonly siteMs: number;
  readonly wallMs: number;
  readonly speed: number;
  readonly site: { readonly id: string; readonly name: string; readonly zone: string; readonly currency: string };
  /** `simulated` while the embedded twin is the plant. */
  readonly plant: 'simulated' | 'devices';
  readonly mode: 'advise' | 'shadow' | 'control';
  readonly policy: string;
  readonly control: LiveControl;
  readonly weather: { readonly tempC: number; readonly windMs: number; readonly ghiWm2: number };
  readonly flows: {
    readonly solarKw: number;
    readonly windKw: number;
    readonly generatorKw: number;
    /** + import, - export */
    readonly gridKw: number;
    /** + discharging, - charging */
    readonly batteryKw: number;
    readonly curtailedKw: number;
    readonly itKw: number;
    readonly coolingKw: number;
    readonly lossesKw: number;
    /** Wanted and not delivered. */
    readonly shortKw: number;
  };
  readonly battery: { readonly socShare: number; readonly energyKwh: number } | null;
  readonly grid: { readonly up: boolean };
  readonly tokens: {
    readonly outputPerS: number;
    readonly inputPerS: number;
    /** Part of outputPerS that came through the gateway just now. */
    readonly realOutputPerS: number;
  };
  /** Output tokens per joule at the facility boundary: now, and since local midnight. */
  readonly tokensPerJoule: { readonly now: number; readonly today: number };
  readonly pue: { readonly now: number; readonly today: number };
  readonly cooling: { readonly supplyC: number; readonly waterLPerH: number };
  readonly services: readonly {
    readonly id: string;
    readonly kind: 'interactive' | 'batch';
    readonly requestsPerS: number;
    readonly ttftS: number;
    readonly tpotS: number;
    readonly attainment: number;
    readonly backlog: number;
  }[];
  readonly gateway: {
    readonly up: boolean;
    readonly requestsToday: number;
    readonly tokensToday: number;
    readonly joulesToday: number;
  };
  /** Newest first, at most 20: what changed and why. */
  readonly events: readonly { readonly siteMs: number; readonly text: string }[];
}

/** Who decides, what is wrong, and what an operator asked for. */
export interface LiveControl {
  /** The plan in force is followed, or the fast rules decide alone. */
  readonly decides: 'plan' | 'rules';
  /** The plan in force; null without one. Site time, ms. */
  readonly plan: { readonly issuedMs: number; readonly validUntilMs: number; readonly reason: string } | null;
  /** Faults that stand, oldest first; while any does, the fast rules decide alone. */
  readonly faults: readonly {
    readonly id: string;
    readonly kind: 'solver' | 'forecast' | 'clock' | 'meter' | 'engine' | 'inverter';
    readonly sinceMs: number;
    readonly text: string;
  }[];
  /** Levers that are pulled and hold now or later, oldest first. */
  readonly levers: readonly LiveLever[];
  /** In mode `shadow`: what the decisions would have saved against how the plant ran. */
  readonly shadow: LiveShadow | null;
}

/** A lever that an operator has pulled. */
export interface LiveLever {
  readonly id: number;
  /** What it does, in words. */
  readonly text: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The plan in force: `GET /api/plan`. Columns of equal length, one value for each segment, nearest first; kW are means over it. */
export interface LivePlan {
  readonly policy: string;
  /** Site time, ms. */
  readonly issuedMs: number;
  readonly validUntilMs: number;
  readonly startMs: readonly number[];
  readonly endMs: readonly number[];
  readonly columns: {
    readonly solarKw: readonly number[];
    readonly windKw: readonly number[];
    readonly generatorKw: readonly number[];
    /** + import, - export */
    readonly gridKw: readonly number[];
    /** + discharging, - charging */
    readonly batteryKw: readonly number[];
    readonly loadKw: readonly number[];
    readonly shortKw: readonly number[];
    /** In batteries above their floor, at the end, kWh. */
    readonly storedKwh: readonly number[];
    readonly outputTokensPerS: readonly number[];
    /** What one more kWh would cost. */
    readonly pricePerKwh: readonly number[];
    /** Replicas at work, all deployments. */
    readonly replicas: readonly number[];
    /** Replicas that sleep; left out where none does. */
    readonly asleep?: readonly number[];
  };
  /** Why, in words, by segment. */
  readonly reasons: readonly (readonly string[])[];
}

/** A second twin beside the plant under the decisions, with the same demand and weather. Below 0 = it would have cost more. */
export interface LiveShadow {
  readonly sinceMs: number;
  readonly hours: number;
  readonly savedKwh: number;
  readonly savedMoney: number;
  readonly savedCo2Kg: number;
  readonly savedWaterL: number;
  readonly moreTokens: number;
  /** More in its battery than in the plant's, kWh. */
  readonly moreStoredKwh: number;
  readonly plantTokensPerJoule: number;
  readonly shadowTokensPerJoule: number;
}

/** A day's curves at 5 minutes: columns of equal length, oldest first; null where nothing was recorded. */
export interface LiveDay {
  readonly stepMs: number;
  readonly startMs: readonly number[];
  readonly columns: {
    readonly solarKw: readonly (number | null)[];
    readonly windKw: readonly (number | null)[];
    readonly generatorKw: readonly (number | null)[];
    readonly gridKw: readonly (number | null)[];
    readonly batteryKw: readonly (number | null)[];
    readonly loadKw: readonly (number | null)[];
    readonly socShare: readonly (number | null)[];
    readonly tokensPerS: readonly (number | null)[];
    readonly tokensPerJoule: readonly (number | null)[];
    readonly pue: readonly (number | null)[];
  };
}
