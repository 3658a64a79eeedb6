import type { Edit } from '../site/edit.ts';
import type { Factors } from './problem.ts';

/** A question about a site beside the site as it is; `reason` says why it cannot be asked. */
export interface Alternative {
  readonly id: string;
  readonly label: string;
  readonly edits: readonly Edit[];
  readonly factors: Factors;
  readonly reason?: string;
  /** What to know of it beside the label. */
  readonly note?: string;
}
