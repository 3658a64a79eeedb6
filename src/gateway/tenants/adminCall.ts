import type { z } from 'zod';
import type { Failure } from '../../engines/failure.ts';
import { fail, JoulewrightError } from '../../errors/error.ts';
import type { Clock } from '../../series/clock.ts';
import type { Store } from '../../store/store.ts';
import type { OperateAsk } from '../operate.ts';
import type { Limits } from './limits.ts';
import type { Principal } from './principal.ts';
import type { Change, Registry, Why } from './registry.ts';
import type { Action } from './roles.ts';

/** What the administration works on. */
export interface AdminParts {
  readonly registry: Registry;
  readonly limits: Limits;
  readonly store: Store;
  /** IANA zone of the site. */
  readonly zone: string;
  readonly currency: string;
  readonly clock: Clock;
  /** Asks the controller; undefined where none runs, as on the data of a stopped site. */
  readonly operate?: Operate;
}

/** Asks the controller of the site; rejects with its faults. */
export type Operate = (ask: OperateAsk) => Promise<object>;

/** A request to the administration, over HTTP or from the command line. */
export interface AdminRequest {
  readonly method: string;
  /** Below `/api/admin`: `/keys/key_12`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly principal: Principal;
  /** Who it is in the trail. */
  readonly actor: string;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: object | string;
  /** Of a body that is text. */
  readonly type?: string;
}

/** What a handler is given: the request, the parts, and the last part of the path where the route has a place for it. */
export interface Call extends AdminRequest {
  readonly parts: AdminParts;
  readonly id: string;
  /** Throws JW_FORBIDDEN when the caller may not do this to the organisation. */
  allow(action: Action, organisation?: string): void;
  /** Stores a change. */
  change(why: Omit<Why, 'actor'>, changes: readonly Change[]): Promise<void>;
  /** The body, checked. Throws JW_TENANT_FIELD. */
  read<T>(schema: z.ZodType<T>): T;
}

export type Handler = (call: Call) => Promise<AdminAnswer> | AdminAnswer;
/** Handlers by `METHOD /path`; a path that ends in `/:id` takes any last part. */
export type Handlers = Readonly<Record<string, Handler>>;

export const ok = (body: object): AdminAnswer => ({ status: 200, body });
export const made = (body: object): AdminAnswer => ({ status: 201, body });
export const list = (data: readonly object[]): AdminAnswer => ok({ object: 'list', data });

/** Throws what a check found. */
export function insist(why: Failure | null): void {
  if (why !== null) throw new JoulewrightError([why.fault]);
}

/** Wrong field of a body or query. */
export function wrongField(param: string, reason: string): never {
  return fail('JW_TENANT_FIELD', { param, reason }, param);
}

export function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
