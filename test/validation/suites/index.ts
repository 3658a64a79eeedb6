import type { Suite } from '../suite.ts';
import { reliability } from './reliability.ts';

/** What is validated beside single formulas, in the order of the page. */
export const SUITES: readonly Suite[] = [reliability];
