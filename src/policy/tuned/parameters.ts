/** Parameters of the tuned silos; docs/baselines.md states and explains each. */
export const TUNED = {
  /** Share of requests that must meet their targets at the rate that replicas are sized for. */
  attainment: 0.99,
  /** Rate that is sized for over the one foreseen. */
  margin: 1.1,
  /** Clocks over the largest that a deployment may be locked at. */
  clocks: [1, 0.9, 0.8, 0.7, 0.6, 0.5],
  /** Replicas go only after they were not needed for this long, s. */
  holdS: 900,
  /** Days' mean that batch work is paced by, h. */
  paceH: 24,
  /** Part of the deadline within which a backlog is to be worked off. */
  deadlineShare: 0.5,
  /** Supply temperatures that are tried, °C. */
  supplyC: { least: 20, most: 60, step: 2.5 },
  /** Energy kept in stores while the grid is up, share of capacity; the siloed baseline keeps as much. */
  reserveShare: 0.2,
  /** Hours that the battery looks ahead, and levels of its energy. */
  aheadH: 36,
  levels: 41,
  /** Without the grid: generators start when stores hold less than the first, and stop at the second. */
  startShare: 0.3,
  stopShare: 0.6,
  /** Forecasts of load, sun and wind are learnt anew after this, days. */
  refitDays: 14,
} as const;
