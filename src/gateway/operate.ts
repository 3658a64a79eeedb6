import type { Fault } from '../errors/error.ts';
import type { LeverRequest } from '../site/lever.ts';

/** What an operator asks of the controller: a request that was checked here, and is checked again there. */
export type OperateAsk =
  | { readonly kind: 'look' }
  /** What a lever would change in the plan, without pulling it. */
  | { readonly kind: 'preview'; readonly request: LeverRequest }
  | { readonly kind: 'pull'; readonly request: LeverRequest; readonly keyId: string }
  | { readonly kind: 'let go'; readonly lever: number; readonly keyId: string };

export type OperateAnswer = { readonly body: object } | { readonly faults: readonly Fault[] };
