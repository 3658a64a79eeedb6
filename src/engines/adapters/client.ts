import type { Dispatcher } from 'undici';
import { fail, reasonOf } from '../../errors/error.ts';
import type { Clock } from '../../series/clock.ts';
import { isObject } from '../json.ts';
import { parsePrometheus } from '../prometheus.ts';
import type { EngineReading } from '../reading.ts';
import { steadyClock } from '../timing.ts';
import type { Adapter, Verb } from './adapter.ts';
import { discover } from './discover.ts';
import { type Counters, countersOf, readingOf } from './read.ts';
import { adapterOf } from './table.ts';
import { metricsFor, pathsFor } from './version.ts';

const ASK_MS = 2_000;
/** Loading weights back takes seconds to minutes; by then something is wrong. */
const VERB_MS = 120_000;
const LARGEST_PAGE = 8 * 1024 * 1024;

/** Where an engine's own endpoints are. */
export interface ClientParts {
  readonly engine: string;
  readonly adapter: Adapter;
  /** Address with the version, and its key: what stands there is found out where the adapter is that of any server. Null = it is not asked. */
  readonly discover: { readonly url: string; readonly apiKey?: string } | null;
  /** The model's name at the engine. */
  readonly model: string;
  /** Root of the server, without its `/v1`. */
  readonly root: string;
  /** Address of its metrics page where that is not below the root. */
  readonly metricsUrl: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  /** Whether it gives up its weights when it sleeps, where it can; default: they stay in the memory of the host. */
  readonly discards?: boolean;
  readonly clock?: Clock;
}

/** Speaks with an engine in the words of its adapter: readings, version, sleep and wake. */
export class AdapterClient {
  readonly #parts: ClientParts;
  readonly #clock: Clock;
  #adapter: Adapter;
  #asked = false;
  /** Undefined = not asked yet; null = it does not say. */
  #version: string | null | undefined;
  #before: Counters | null = null;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#adapter = parts.adapter;
    this.#clock = parts.clock ?? steadyClock;
  }

  /** It may come back as another version: asked anew. */
  forget(): void {
    this.#version = undefined;
    this.#before = null;
  }

  /** Its version as it tells it; null = it does not. Asked once, and again after `forget`. */
  async version(): Promise<string | null> {
    if (this.#version !== undefined) return this.#version;
    const { version } = this.#adapter;
    if (version === null) {
      this.#version = null;
      return null;
    }
    const answer = await this.#get(this.#parts.root + version.path);
    const said = isObject(answer) ? answer[version.field] : undefined;
    this.#version = typeof said === 'string' ? said : null;
    return this.#version;
  }

  /** Paths below the version that it serves itself, once its kind and version are known. Rejects when it cannot be asked. */
  async paths(): Promise<ReadonlySet<string>> {
    await this.#findOut();
    return pathsFor(this.#adapter, await this.version());
  }

  /** What it says of its load; null = nothing. Rejects when it cannot be asked. */
  async read(): Promise<EngineReading | null> {
    const { root, metricsUrl } = this.#parts;
    await this.#findOut();
    const adapter = this.#adapter;
    const url = metricsUrl ?? (adapter.metricsPath === null ? null : root + adapter.metricsPath);
    const names = url === null ? null : metricsFor(adapter, await this.version().catch(() => null));
    if (url === null || names === null) return null;
    const samples = parsePrometheus(await this.#text(url));
    const now = countersOf(samples, names, this.#clock.nowMs());
    const reading = readingOf(samples, names, now, this.#before);
    this.#before = now;
    return reading;
  }

  /** What stands at an address that the site file only calls OpenAI-compatible. Asked once it answers. */
  async #findOut(): Promise<void> {
    const { adapter, discover: at } = this.#parts;
    if (this.#asked || at === null || adapter.id !== 'openai') return;
    const found = await discover(at.url, at.apiKey);
    if (found === null) return;
    this.#asked = true;
    this.#adapter = adapterOf(found.adapter);
  }

  /** Whether it can be put to sleep, as far as is known what it is. */
  get sleeps(): boolean {
    const { sleep, wake } = this.#adapter;
    return sleep !== null && wake !== null;
  }

  /** Whether it says that it sleeps; null = it does not say. */
  async asleep(): Promise<boolean | null> {
    const { asleep } = this.#adapter;
    if (asleep === null) return null;
    const answer = await this.#get(this.#parts.root + asleep.path);
    const said = isObject(answer) ? answer[asleep.field] : undefined;
    return typeof said === 'boolean' ? said : null;
  }

  /** @throws JW_ENGINE_SLEEP */
  sleep(): Promise<void> {
    return this.#do('sleep', this.#verbs.sleep);
  }

  /** @throws JW_ENGINE_SLEEP */
  async wake(): Promise<void> {
    for (const verb of this.#verbs.wake) await this.#do('wake', verb);
    // Its counters may have started anew
    this.#before = null;
  }

  get #verbs(): { readonly sleep: Verb | null; readonly wake: readonly (Verb | null)[] } {
    const { sleep, wake, discarding } = this.#adapter;
    return this.#parts.discards === true && discarding !== undefined ? discarding : { sleep, wake: [wake] };
  }

  async #do(what: string, verb: Verb | null): Promise<void> {
    const { engine, root, headers, dispatcher } = this.#parts;
    if (verb === null) fail('JW_ENGINE_SLEEP', { engine, what, reason: `${this.#adapter.name} has no call for that` });
    try {
      const { origin, pathname, search } = new URL(root + verb.path);
      const { statusCode, body } = await dispatcher.request({
        origin,
        path: pathname + search,
        method: verb.method,
        headers: { ...headers, 'content-type': 'application/json' },
        body: verb.body === undefined ? '' : JSON.stringify(this.#filled(verb.body)),
        signal: AbortSignal.timeout(VERB_MS),
      });
      await body.dump();
      if (statusCode >= 300) fail('JW_ENGINE_SLEEP', { engine, what, reason: `status ${statusCode}` });
    } catch (error) {
      fail('JW_ENGINE_SLEEP', { engine, what, reason: reasonOf(error) }, '', error);
    }
  }

  #filled(body: NonNullable<Verb['body']>): Record<string, string | number | boolean> {
    return Object.fromEntries(
      Object.entries(body).map(([key, value]) => [key, value === '{model}' ? this.#parts.model : value]),
    );
  }

  async #get(url: string): Promise<unknown> {
    return JSON.parse(await this.#text(url));
  }

  async #text(url: string): Promise<string> {
    const { headers, dispatcher } = this.#parts;
    const { origin, pathname, search } = new URL(url);
    const { statusCode, body } = await dispatcher.request({
      origin,
      path: pathname + search,
      method: 'GET',
      headers,
      signal: AbortSignal.timeout(ASK_MS),
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    for await (const part of body) {
      bytes += (part as Buffer).length;
      if (bytes > LARGEST_PAGE) throw new Error(`more than ${LARGEST_PAGE} bytes`);
      parts.push(part as Buffer);
    }
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    return Buffer.concat(parts).toString();
  }
}
