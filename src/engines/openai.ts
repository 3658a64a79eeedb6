import { type Dispatcher, Pool } from 'undici';
import { fail, reasonOf } from '../errors/error.ts';
import { type Clock, systemClock } from '../series/clock.ts';
import type { AdapterId } from './adapters/adapter.ts';
import { AdapterClient } from './adapters/client.ts';
import { rootOf } from './adapters/discover.ts';
import { adapterOf } from './adapters/table.ts';
import type {
  Engine,
  EngineCall,
  EngineHealth,
  EngineRest,
  EngineRun,
  EngineSink,
  Expected,
  JsonObject,
  RelayCall,
  RelaySink,
} from './contract.ts';
import { Crowd } from './crowd.ts';
import { dialectOf } from './dialects/index.ts';
import { countedAt } from './openai-count.ts';
import { RelayRun } from './openai-relay.ts';
import { type EngineTimeouts, OpenAiRun, type RunHost, type TimedRun } from './openai-run.ts';
import { OPENAI_PATHS } from './paths.ts';
import type { EngineReading } from './reading.ts';
import { steadyClock } from './timing.ts';

/** Any engine with an OpenAI-compatible API: vLLM, SGLang, llama.cpp, MindIE, Ollama, a hosted one. */
export interface OpenAiEngineConfig {
  readonly kind: 'openai';
  readonly id: string;
  /** The model's name at the engine. */
  readonly model: string;
  /** Base address up to and including the version: `http://10.0.0.5:8000/v1`. */
  readonly url: string;
  /** The key itself, already resolved from its secret. */
  readonly apiKey?: string;
  /** Paths below the version that it answers itself; default: `OPENAI_PATHS`, and what its kind and version add to them. */
  readonly serves?: readonly string[];
  /** Defaults: connect 5 s, first byte 120 s, answer 600 s, idle 30 s, whole stream one hour. */
  readonly timeouts?: Partial<EngineTimeouts>;
  /** Energy and times while the controller has given none; without them no energy is stated. */
  readonly expected?: Expected;
  /** Deployment that it is one of; default: its own id. */
  readonly deployment?: string;
  /** Place of a hosted API outside the site: it takes only what the site cannot, and only of tenants whose data may go there. */
  readonly outside?: string;
  /** Requests that it answers at once; default: unknown. */
  readonly slots?: number;
  /** What it is, for its metrics and its ways to sleep; default: any OpenAI-compatible server. */
  readonly adapter?: AdapterId;
  /** Address of its metrics page where that is not where the adapter has it. */
  readonly metricsUrl?: string;
  /** Whether the gateway may put it to sleep and wake it by order of the site. */
  readonly mayRest?: boolean;
  /** Whether it gives up its weights then, where it can: the host has no memory for them. */
  readonly discardsWeights?: boolean;
}

const DEFAULT_TIMEOUTS: EngineTimeouts = {
  connectMs: 5_000,
  firstByteMs: 120_000,
  answerMs: 600_000,
  idleMs: 30_000,
  wholeMs: 3_600_000,
};
/** Below the 5 s after which Node's and uvicorn's servers close an idle connection, so that none is taken that is closing. */
const KEEP_ALIVE_MS = 4_000;
const HEALTH_MS = 2_000;

/** The request as the engine gets it: its own model name, usage always asked for, and nothing that only the site understands. */
export function upstreamBody(call: EngineCall, asksUsage: boolean): JsonObject {
  const { service_tier: _tier, ...body } = call.body;
  body['model'] = call.model;
  if (!call.stream || !asksUsage) return body;
  const options = body['stream_options'];
  body['stream_options'] = { ...(typeof options === 'object' ? options : {}), include_usage: true };
  return body;
}

/** Relays calls to one engine over a pool of kept connections. */
export class OpenAiEngine implements Engine, RunHost {
  readonly id: string;
  readonly model: string;
  readonly simulated = false;
  readonly nominal: Expected | null;
  readonly deployment: string;
  readonly outside: string | null;
  readonly slots: number | null;
  readonly #client: AdapterClient;
  readonly #healthPath: string;
  readonly timeouts: EngineTimeouts;
  #serves: ReadonlySet<string>;
  /** Whether its kind and version are still to be asked what it serves. */
  #asksPaths: boolean;
  readonly #mayAskPaths: boolean;
  readonly #mayRest: boolean;
  readonly #pool: Pool;
  readonly #origin: string;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  readonly #runs = new Crowd<TimedRun>();
  readonly #sweepMs: number;
  #sweeper: ReturnType<typeof setInterval> | null = null;

  /** Throws JW_ENGINE_CONFIG when the address is not an http(s) URL. */
  constructor(config: OpenAiEngineConfig, clock: Clock = systemClock) {
    const url = URL.parse(config.url);
    if (url === null || !/^https?:$/.test(url.protocol)) {
      fail('JW_ENGINE_CONFIG', { engine: config.id, reason: `"${config.url}" is not an http or https address` });
    }
    this.id = config.id;
    this.model = config.model;
    this.nominal = config.expected ?? null;
    this.deployment = config.deployment ?? config.id;
    this.outside = config.outside ?? null;
    this.slots = config.slots ?? null;
    this.#clock = clock;
    this.#serves = config.serves === undefined ? OPENAI_PATHS : new Set(config.serves);
    this.#mayAskPaths = config.serves === undefined && config.outside === undefined;
    this.#asksPaths = this.#mayAskPaths;
    this.timeouts = { ...DEFAULT_TIMEOUTS, ...config.timeouts };
    const { connectMs, firstByteMs, answerMs, idleMs, wholeMs } = this.timeouts;
    this.#sweepMs = Math.min(1_000, Math.max(10, Math.min(firstByteMs, answerMs, idleMs, wholeMs) / 5));
    this.#origin = url.origin;
    this.#path = url.pathname.replace(/\/+$/, '');
    this.#headers = {
      'content-type': 'application/json',
      'user-agent': 'joulewright',
      ...(config.apiKey === undefined ? {} : { authorization: `Bearer ${config.apiKey}` }),
    };
    this.#pool = new Pool(url.origin, {
      connections: null,
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: { timeout: connectMs },
    });
    const adapter = adapterOf(config.adapter ?? 'openai');
    const root = rootOf(url.href);
    this.#healthPath =
      adapter.health === '/v1/models' ? `${this.#path}/models` : new URL(root + adapter.health).pathname;
    this.#client = new AdapterClient({
      engine: config.id,
      adapter,
      model: config.model,
      discover: config.outside === undefined ? discoverable(config) : null,
      root,
      metricsUrl: config.metricsUrl ?? null,
      headers: this.#headers,
      dispatcher: this.#pool,
      discards: config.discardsWeights === true,
    });
    this.#mayRest = config.mayRest === true;
  }

  /** Known once it has answered what it is, where the site file does not say. */
  get rest(): EngineRest | undefined {
    return this.#mayRest && this.#client.sleeps ? this.#client : undefined;
  }

  get serves(): ReadonlySet<string> {
    return this.#serves;
  }

  nowMs(): number {
    return steadyClock.nowMs();
  }

  start(call: EngineCall, sink: EngineSink): EngineRun {
    const dialect = dialectOf(call.path);
    const run = new OpenAiRun(this, call, sink, Math.floor(this.#clock.nowMs() / 1000), dialect);
    this.#dispatch(run, call, this.#headers['content-type']!, JSON.stringify(upstreamBody(call, dialect.asksUsage)));
    return run;
  }

  relay(call: RelayCall, sink: RelaySink): EngineRun {
    const run = new RelayRun(this, sink);
    this.#dispatch(run, call, call.contentType, call.body);
    return run;
  }

  async countTokens(body: JsonObject, model: string): Promise<number | null> {
    if (!this.#serves.has('/messages')) return null;
    const path = `${this.#path}/messages/count_tokens`;
    return countedAt(this.#pool, this.#origin, path, this.#headers, { ...body, model });
  }

  #dispatch(
    run: TimedRun & Dispatcher.DispatchHandler,
    { path, requestId, trace }: Pick<RelayCall, 'path' | 'requestId' | 'trace'>,
    contentType: string,
    body: string | Buffer,
  ): void {
    this.#runs.add(run);
    this.#sweeper ??= setInterval(() => this.#sweep(), this.#sweepMs);
    const headers = { ...this.#headers, 'content-type': contentType, 'x-request-id': requestId, ...trace };
    this.#pool.dispatch({ method: 'POST', path: `${this.#path}${path}`, headers, body }, run);
  }

  over(run: TimedRun): void {
    this.#runs.delete(run);
    if (this.#runs.size === 0 && this.#sweeper !== null) {
      clearInterval(this.#sweeper);
      this.#sweeper = null;
    }
  }

  async read(): Promise<EngineReading | null> {
    try {
      if (this.#asksPaths) await this.#findPaths();
      return await this.#client.read();
    } catch (error) {
      this.#client.forget();
      this.#asksPaths = this.#mayAskPaths;
      throw error;
    }
  }

  async #findPaths(): Promise<void> {
    this.#serves = await this.#client.paths();
    this.#asksPaths = false;
  }

  /** Up when its health page, or where it has none the list of models (or a plain 404 in its place), comes within two seconds. */
  async health(): Promise<EngineHealth> {
    const start = this.nowMs();
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'GET',
        path: this.#healthPath,
        headers: this.#headers,
        signal: AbortSignal.timeout(HEALTH_MS),
      });
      await body.dump();
      const up = statusCode === 200 || statusCode === 404;
      return { up, reason: up ? '' : `status ${statusCode}`, latencyMs: this.nowMs() - start };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : reasonOf(error);
      return { up: false, reason: code, latencyMs: this.nowMs() - start };
    }
  }

  async close(): Promise<void> {
    for (const run of this.#runs.all()) run.cancel();
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    this.#sweeper = null;
    await this.#pool.destroy();
  }

  #sweep(): void {
    const now = this.nowMs();
    for (const run of this.#runs.all()) run.sweep(now);
  }
}

/** What finding out needs; a hosted API is not asked what it is. */
function discoverable({ url, apiKey }: OpenAiEngineConfig): { url: string; apiKey?: string } {
  return apiKey === undefined ? { url } : { url, apiKey };
}
