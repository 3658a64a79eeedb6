/** The one balance over the two days that come. */
export { LookAheadHere } from './here.ts';
export { LookAhead, type TimedLook } from './lookAhead.ts';
export { type LookedAhead, Looking, type LookOptions, type Outlook } from './looking.ts';
export { type ForeseenFrom, foreseen, SURE } from './outlook.ts';
export { type DeploymentAhead, readOut, type SegmentAhead } from './readOut.ts';
export { AHEAD, aheadGrid } from './shape.ts';
export { type AheadSite, aheadSite } from './site.ts';
export type { Start } from './start.ts';
