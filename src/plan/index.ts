/**
 * The planner as a library:
 *
 *     import { loadFreeSite, plan } from 'joulewright/plan';
 *     const { figures, design } = await plan(loadFreeSite('site.yaml'), { gap: 0.01 });
 */
export { JoulewrightError } from '../errors/error.ts';
export { weatherOf } from '../simulate/air.ts';
export type { ChosenSize } from '../site/design.ts';
export type { FreePool, FreeSize } from '../site/freeSize.ts';
export { checkSite, checkText, loadFreeSite, loadSite } from '../site/load.ts';
export type { Site } from '../site/site.ts';
export type { WeatherYear } from '../weather/year.ts';
export type { Certified } from './certified.ts';
export type { Bind, Dispatch, PlannedSeries } from './dispatch.ts';
export type { PlanFigures, PlannedSize, PlannedYear } from './figures.ts';
export { type Plan, type PlanOptions, type PlanProgress, plan } from './plan.ts';
export type { PlanProblem } from './problem.ts';
export type { Found, Sizing } from './sizing.ts';
export type { Rounding } from './whole.ts';
