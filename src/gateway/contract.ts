import type { Load, QuoteBatch } from '../control/contract.ts';
import type { Engine } from '../engines/contract.ts';
import type { Clock } from '../series/clock.ts';
import type { UsageRow } from '../store/rows.ts';
import type { BatchOffice } from './batch/office.ts';
import type { DirectiveHolder } from './directive.ts';
import type { Patience } from './dispatch/patience.ts';
import type { SiteGauge } from './exposition.ts';
import type { Log } from './log.ts';
import type { Work } from './progress.ts';
import type { Executed, Line, LineAsked, UsageRecord } from './record.ts';
import type { Target } from './router/choose.ts';
import type { Tenancy } from './tenants/tenancy.ts';
import type { TlsPair } from './tls.ts';

export type { Executed, Line, LineAsked, UsageRecord };

/** A model name that callers may use, and the engines behind it. */
export interface ModelEntry {
  readonly name: string;
  /** Ids of the engines that serve it; the router chooses among them. */
  readonly engines: readonly string[];
  /** What its callers were promised; default: nothing. */
  readonly target?: Target;
  /** The model's name at its engines where it is not the engine's own: an adapter (LoRA) that it holds. */
  readonly upstream?: string;
  /** The model that an adapter was trained for; named in `/v1/models`. */
  readonly parent?: string;
}

/** A key that callers may use; the key itself is already resolved from its secret. */
export interface ApiKey {
  readonly key: string;
  /** Whose it is: organisation and project of this name in usage records, never secret. */
  readonly name: string;
}

/** A request in the books; `pending` while its energy is provisional. */
export interface FoundUsage {
  readonly row: UsageRow;
  readonly pending: boolean;
}

export interface GatewayOptions {
  readonly engines: readonly Engine[];
  readonly models: readonly ModelEntry[];
  /** Holds the controller's word; made here when left out. Hand one in when engines read it too. */
  readonly directives?: DirectiveHolder;
  /** Keys that are configured besides those of the tenants. */
  readonly apiKeys?: readonly ApiKey[];
  /** Organisations, projects, keys and limits; without them there are only `apiKeys`. */
  readonly tenancy?: Tenancy;
  /** Whether `/v1` takes requests without a key; by default where there are neither `apiKeys` nor `tenancy`. */
  readonly open?: boolean;
  /** Labels of this site, its id among them: keys whose data is pinned elsewhere are refused. */
  readonly residency?: readonly string[];
  /** Names, besides localhost and addresses, under which the gateway is reached. */
  readonly hosts?: readonly string[];
  /** Files and batches; without it there are none. The gateway starts and stops it. */
  readonly batches?: BatchOffice;
  /** Plans batches; without it their plans say that nothing is known. */
  readonly quoteBatch?: QuoteBatch;
  /** Looks a request up for `GET /v1/usage/{request_id}`. */
  readonly usageOf?: (requestId: string) => Promise<FoundUsage | null>;
  /** Private hosts from which engines may fetch what callers name; default: none. */
  readonly mediaHosts?: readonly string[];
  readonly clock?: Clock;
  readonly onUsage?: (record: UsageRecord) => void;
  readonly onLoad?: (load: Load) => void;
  /** Interval of load reports, ms; default 1000. */
  readonly loadEveryMs?: number;
  /** Folder of the control room's built files, read once. */
  readonly staticDir?: string;
  /** Largest request body, bytes; default 16 MiB (images travel inside). */
  readonly bodyLimit?: number;
  /** How long a caller may take to send its request, ms; default a minute. */
  readonly requestMs?: number;
  /** How long a caller may take nothing of an answer that waits for it, ms; default two minutes. */
  readonly readerMs?: number;
  /** Addresses and networks of proxies whose `X-Forwarded-For` tells the caller's address. */
  readonly trustedProxies?: readonly string[];
  readonly log?: Log;
  /** Speaks TLS with these; default: HTTP in the clear. */
  readonly tls?: TlsPair;
  /** How long requests may wait for an engine. */
  readonly patience?: Partial<Patience>;
  /** Share of a tenant beside others in the fair queue; default: that of its organisation. */
  readonly weightOf?: (tenant: string) => number;
}

/** What of a running gateway can change. */
export interface Reconfigured {
  readonly engines: readonly Engine[];
  readonly models: readonly ModelEntry[];
  readonly open: boolean;
  readonly residency: readonly string[];
  readonly hosts: readonly string[];
  readonly mediaHosts?: readonly string[];
  /** For connections from now on; left out where TLS is not spoken. */
  readonly tls?: TlsPair;
}

/** A running gateway. */
export interface Gateway {
  readonly directives: DirectiveHolder;
  /** Opens the port (0 = any) and returns the address. Throws JW_PORT_TAKEN or JW_LISTEN. */
  listen(host: string, port: number): Promise<string>;
  /** Streams a `LiveSnapshot` to the watchers of `/api/live`; its gauges join `/metrics`. */
  publishLive(snapshot: object, gauges?: readonly SiteGauge[]): void;
  /** What `/api/day` returns from now on. */
  publishDay(day: object): void;
  /** The plan that `GET /api/plan` returns. */
  publishPlan(plan: object): void;
  /**
   * Serves with other engines, models and rules from now on. Requests under way end where they are; an engine that is no more in
   * the list is closed after its last one. Engines that stay must be the same objects. Throws JW_ENGINE_CONFIG and changes nothing.
   */
  reconfigure(next: Reconfigured): void;
  /** How far the requests at engines have come. */
  works(): readonly Work[];
  /** Does a line of a batch, in its class and for its principal, without a connection; see `execute.ts`. Never rejects. */
  execute(line: Line, who: LineAsked, signal?: AbortSignal): Promise<Executed>;
  /** Takes no new requests, lets streams end for up to `graceMs` (default 5000), then breaks them off; closes the engines. */
  close(graceMs?: number): Promise<void>;
}
