export { DetailedDeployment, type DetailOptions } from './detailed.ts';
export { type Ended, FATES, type Fate } from './ended.ts';
export type { StepRequests } from './pool.ts';
export type { ServiceStep } from './sums.ts';
