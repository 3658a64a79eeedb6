/** Parameters of the joint policy; docs/baselines.md states and explains each. */
export const JOINT = {
  /** Share of requests that must meet their targets at the rate that replicas are sized for: more than the silos ask, since they keep a margin beside it. */
  attainment: 0.998,
  /** Share of requests that must meet their targets on replicas that the router fills one after the other. */
  filling: 0.999,
  /** A new look ahead is taken after this, h, and at once after what nobody expected. */
  againH: 3,
  /** The same while the grid is away. */
  againLostH: 0.5,
  /** Clocks over the largest that a deployment may be set to; those of the tuned silos. */
  clocks: [1, 0.9, 0.8, 0.7, 0.6, 0.5],
  /** Share of an interactive service's requests that may miss a target because the pool was too small for what came. */
  missed: 0.001,
  /** Share of the steps of late that are taken to have come out of the blue: no margin is asked to serve them. */
  unforeseen: 0.02,
  /** Who may miss so large a share of the requests serves what came out of the blue by that. */
  paysForAll: 0.01,
  /** Steps whose errors say how sure a forecast of the coming steps is, and the margin until there are as many as `leastErrors`. */
  errors: 672,
  leastErrors: 96,
  firstMargin: 1.1,
  /** A stored energy that is off what was planned by more than this share of the capacity asks for a new look ahead. */
  offPlanShare: 0.1,
  /** Demand over what was foreseen surely that asks for a new look ahead. */
  surge: 1.25,
  /** A plan is let to live this long whatever the demand does, h: replicas follow it all the same. */
  surgeH: 1,
  /** A plan aims so far below what an order of the grid leaves, share: pools of whole replicas draw a little more than planned. */
  belowOrder: 0.02,
  /** Forecasts are learnt anew after this, days. */
  refitDays: 14,
  /** Without the grid: generators start below the first share of the stores whatever the plan says, and stop at the second. */
  startShare: 0.15,
  stopShare: 0.4,
} as const;

/** Parts of the policy that can be left to the tuned silos, so that what each is worth can be measured. */
export const JOINT_PARTS = ['packing', 'levels', 'chips', 'cooling', 'storage', 'deferral'] as const;
export type JointPart = (typeof JOINT_PARTS)[number];

/** The parts that decide anything for these services: who has no choice between deployments leaves no choice of chips. */
export function partsFor(services: readonly { readonly deployments: readonly string[] }[]): readonly JointPart[] {
  const hasChoice = services.some(({ deployments }) => deployments.length > 1);
  return JOINT_PARTS.filter((part) => part !== 'chips' || hasChoice);
}
