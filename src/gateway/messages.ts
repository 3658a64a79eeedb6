import type { BatchAsk, BatchQuote, Directive, Load } from '../control/contract.ts';
import type { EngineConfig } from '../engines/create.ts';
import type { Fault } from '../errors/error.ts';
import type { Retention } from '../store/rows.ts';
import type { ApiKey, ModelEntry } from './contract.ts';
import type { SiteGauge } from './exposition.ts';
import type { LogDetail } from './log.ts';
import type { OperateAnswer, OperateAsk } from './operate.ts';
import type { TlsFiles } from './tls.ts';

/** Everything a gateway process needs to start; plain data. */
export interface GatewayConfig {
  readonly host: string;
  readonly port: number;
  /** Certificate and key; without them HTTP is spoken in the clear. Read anew at each configuration. */
  readonly tls?: TlsFiles;
  /** Folder of `usage.db`; made when it is not there. */
  readonly dataDir: string;
  /** Built files of the control room; null = none. */
  readonly staticDir: string | null;
  /** IANA zone of the site: "today" in the usage totals begins at its midnight. */
  readonly zone: string;
  readonly engines: readonly EngineConfig[];
  readonly models: readonly ModelEntry[];
  /** What is written to standard error. */
  readonly log: LogDetail;
  /** Keys already resolved from their secrets, besides those of the tenants. */
  readonly apiKeys: readonly ApiKey[];
  /** Whether requests without a key are taken. */
  readonly open: boolean;
  /** Names, besides localhost and addresses, under which callers reach the gateway. */
  readonly hosts: readonly string[];
  /** Private hosts from which engines may fetch what callers name. */
  readonly mediaHosts?: readonly string[];
  /** Addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies?: readonly string[];
  /** Labels of the site. */
  readonly residency: readonly string[];
  /** The entry of the audit trail that main has noted; null = none. */
  readonly trail: { readonly seq: number; readonly hash: string } | null;
  /** How long usage is kept where it is not the default. */
  readonly retention?: Partial<Retention>;
  /** Currency of the site. */
  readonly currency: string;
}

/** Usage since local midnight. */
export interface UsageToday {
  /** The midnight, ms UTC. */
  readonly sinceMs: number;
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Facility boundary. */
  readonly joules: number;
}

/** What main tells the gateway process. */
export type ToGateway =
  | { readonly type: 'start'; readonly config: GatewayConfig }
  /** The site file has changed; answered with `reconfigured`. */
  | { readonly type: 'reconfigure'; readonly config: GatewayConfig }
  | { readonly type: 'directive'; readonly directive: Directive }
  /** A `LiveSnapshot` and the gauges for `/metrics` that go with it. */
  | { readonly type: 'live'; readonly snapshot: object; readonly gauges?: readonly SiteGauge[] }
  | { readonly type: 'day'; readonly day: object }
  /** The answer to a `quote` of that id. */
  | { readonly type: 'quote'; readonly id: number; readonly quote: BatchQuote }
  /** A `LivePlan`. */
  | { readonly type: 'plan'; readonly plan: object }
  /** The answer to an `operate` of that id. */
  | { readonly type: 'operate'; readonly id: number; readonly answer: OperateAnswer }
  | { readonly type: 'stop' };

/** What the gateway process tells main. */
export type FromGateway =
  /** `firstKey`: the admin key of a site that had none, just made; it is shown once and kept nowhere. */
  | { readonly type: 'ready'; readonly url: string; readonly firstKey: string | null }
  /** The newest entry of the audit trail, for main to note apart from it; `follows` is false when the entry that main had noted is no longer there. */
  | { readonly type: 'trail'; readonly seq: number; readonly hash: string; readonly follows: boolean }
  /** The new configuration is in use; with faults, the old one still is. */
  | { readonly type: 'reconfigured'; readonly faults: readonly Fault[] }
  | { readonly type: 'load'; readonly load: Load }
  /** What would a batch get? Amounts only. */
  | { readonly type: 'quote'; readonly id: number; readonly ask: BatchAsk }
  /** An operator, whose rights were checked, asks for something. */
  | { readonly type: 'operate'; readonly id: number; readonly ask: OperateAsk }
  | { readonly type: 'usage'; readonly totals: UsageToday }
  /** It could not start, and ends with `exit`. */
  | { readonly type: 'failed'; readonly faults: readonly Fault[]; readonly exit: number };
