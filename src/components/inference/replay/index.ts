export { type Fluid, fluidOf, fluidOver, profileOf } from './fluid.ts';
export { Replay, type ReplayOptions, type ReplayResult, replay } from './replay.ts';
export { type Draw, drawRequests, faster, gamma, type Requests, requestsOf, spreadTicks } from './requests.ts';
export { ROUTES, type Route } from './route.ts';
export { quantileOf, type Spread, type Summary, summarise, type Targets, times } from './summary.ts';
export { admissibleRate, levelAt, type RateLevel } from './sweep.ts';
export type { Timeline, Totals } from './timeline.ts';
