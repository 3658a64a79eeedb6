import { type ChildProcess, fork } from 'node:child_process';
import type { BatchAsk, BatchQuote, Directive, Load } from '../control/contract.ts';
import { type Fault, fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import type { SiteGauge } from '../gateway/exposition.ts';
import type { FromGateway, GatewayConfig, ToGateway, UsageToday } from '../gateway/messages.ts';
import type { OperateAsk } from '../gateway/operate.ts';
import { siblingUrl } from '../units/sibling.ts';
import type { LiveDay, LivePlan, LiveSnapshot } from './api.ts';

export interface GatewayHostOptions {
  readonly config: GatewayConfig;
  readonly onLoad: (load: Load) => void;
  readonly onEvent: (text: string) => void;
  /** Plans a batch. */
  readonly quote: (ask: BatchAsk) => BatchQuote;
  /** Does what an operator asks. Rejects with what is wrong with it. */
  readonly operate: (ask: OperateAsk) => Promise<object>;
  /** The audit trail of the gateway has grown to here. */
  readonly onTrail?: (head: { readonly seq: number; readonly hash: string; readonly follows: boolean }) => void;
}

/** Waits before a gateway that died is started again, ms: at once when it was well; the last one repeats. */
const BACKOFF_MS = [0, 500, 1_000, 2_000, 5_000, 10_000];
/** A gateway that ran this long has recovered: the waits start over. */
const HEALTHY_MS = 60_000;
const STOP_MS = 8_000;
const RECONFIGURE_MS = 10_000;
/** When a gateway has served this long, ms, one that could take its place is started; after one that died there, later. */
const SPARE_AFTER_MS = 2_000;
const SPARE_AGAIN_MS = 10_000;

/** Keeps the gateway process alive and speaks with it. What it says is data: nothing of it runs here. */
export class GatewayHost {
  readonly #options: GatewayHostOptions;
  #child: ChildProcess | undefined;
  #spare: ChildProcess | undefined;
  #config: GatewayConfig;
  #reconfigured: (faults: readonly Fault[]) => void = () => undefined;
  #url: string | undefined;
  #ready = false;
  #failures = 0;
  #stopping = false;
  #usage: UsageToday | undefined;
  #firstKey: string | null = null;
  #lastDay: LiveDay | undefined;
  #lastPlan: LivePlan | undefined;
  #lastDirective: Directive | undefined;

  constructor(options: GatewayHostOptions) {
    this.#options = options;
    this.#config = options.config;
  }

  /** Starts the process; resolves with its address. @throws what the gateway could not do: JW_PORT_TAKEN, JW_STORE_..., JW_LISTEN */
  start(): Promise<string> {
    return new Promise((resolve, reject) => this.#spawn(resolve, reject));
  }

  get up(): boolean {
    return this.#ready;
  }

  /** Its address at present; undefined before the first start. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Process id, for drills and tests. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Process id of the one that waits to take its place; undefined while there is none. */
  get sparePid(): number | undefined {
    return this.#spare?.pid;
  }

  /** The admin key that the first start has made; null when asked a second time, and where there is none. */
  takeFirstKey(): string | null {
    const key = this.#firstKey;
    this.#firstKey = null;
    return key;
  }

  /** Use since local midnight as last reported. */
  get usage(): UsageToday | undefined {
    return this.#usage;
  }

  #fork(): ChildProcess {
    return fork(siblingUrl(import.meta.url, '../gateway/process'), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  /** Has a process ready, with its program loaded, that takes the place of one that dies. */
  #keepSpare(waitMs = SPARE_AFTER_MS): void {
    setTimeout(() => {
      if (!this.#stopping && this.#ready) this.#makeSpare();
    }, waitMs).unref();
  }

  #makeSpare(): void {
    if (this.#spare !== undefined) return;
    const spare = this.#fork();
    this.#spare = spare;
    spare.on('error', () => undefined);
    spare.once('exit', () => {
      if (this.#spare !== spare) return;
      this.#spare = undefined;
      this.#keepSpare(SPARE_AGAIN_MS);
    });
  }

  #spawn(resolve?: (url: string) => void, reject?: (error: JoulewrightError) => void): void {
    const startedMs = Date.now();
    const child = this.#spare ?? this.#fork();
    this.#spare = undefined;
    this.#child = child;
    let refusal: JoulewrightError | undefined;
    child.on('message', (message: FromGateway) => {
      if (message.type === 'failed') refusal = new JoulewrightError(message.faults);
      else this.#hear(message, resolve);
    });
    child.on('error', (error) => {
      refusal ??= new JoulewrightError([
        fault('JW_INTERNAL', { reason: `the gateway cannot be started: ${error.message}` }),
      ]);
    });
    child.on('exit', (code, signal) => {
      const was = this.#ready;
      this.#ready = false;
      if (this.#stopping) return;
      if (!was && reject !== undefined && this.#url === undefined) {
        reject(
          refusal ??
            new JoulewrightError([fault('JW_INTERNAL', { reason: `the gateway ended with ${code ?? signal}` })]),
        );
        return;
      }
      this.#again(Date.now() - startedMs, refusal?.message ?? (signal === null ? `exit ${code}` : signal));
    });
    this.#send({ type: 'start', config: this.#sameAddress() });
  }

  #hear(message: FromGateway, resolve?: (url: string) => void): void {
    switch (message.type) {
      case 'ready':
        this.#url = message.url;
        this.#ready = true;
        this.#firstKey ??= message.firstKey;
        if (this.#lastDirective !== undefined) this.directive(this.#lastDirective);
        if (this.#lastDay !== undefined) this.day(this.#lastDay);
        if (this.#lastPlan !== undefined) this.plan(this.#lastPlan);
        this.#keepSpare();
        resolve?.(message.url);
        break;
      case 'reconfigured':
        this.#reconfigured(message.faults);
        break;
      case 'load':
        this.#options.onLoad(message.load);
        break;
      case 'usage':
        this.#usage = message.totals;
        break;
      case 'quote':
        this.#send({ type: 'quote', id: message.id, quote: this.#options.quote(message.ask) });
        break;
      case 'operate':
        void this.#operate(message.id, message.ask);
        break;
      case 'trail':
        this.#options.onTrail?.(message);
        break;
    }
  }

  async #operate(id: number, ask: OperateAsk): Promise<void> {
    try {
      this.#send({ type: 'operate', id, answer: { body: await this.#options.operate(ask) } });
    } catch (error) {
      const faults =
        error instanceof JoulewrightError ? error.faults : [fault('JW_INTERNAL', { reason: reasonOf(error) })];
      this.#send({ type: 'operate', id, answer: { faults } });
    }
  }

  /** The gateway has ended after `ranMs`: another one starts, at once or later. */
  #again(ranMs: number, why: string): void {
    if (ranMs > HEALTHY_MS) this.#failures = 0;
    const waitMs = BACKOFF_MS[Math.min(this.#failures, BACKOFF_MS.length - 1)]!;
    this.#failures += 1;
    const when = waitMs === 0 ? 'at once' : `in ${waitMs / 1000} s`;
    this.#options.onEvent(`the gateway has ended (${why}); it starts again ${when}`);
    if (waitMs === 0) {
      this.#spawn();
      return;
    }
    // It loads its program while it waits
    this.#makeSpare();
    setTimeout(() => this.#stopping || this.#spawn(), waitMs).unref();
  }

  /** A gateway that was given any free port keeps the one it got when it starts again. */
  #sameAddress(): GatewayConfig {
    const config = this.#config;
    // An address says nothing of the port that its scheme has anyway
    const port = this.#url === undefined ? '' : new URL(this.#url).port;
    return port === '' ? config : { ...config, port: Number(port) };
  }

  #send(message: ToGateway): void {
    const child = this.#child;
    // A message to a process that has just died is lost: the next one is sent the newest state when it is ready.
    if (child?.connected === true) child.send(message, () => undefined);
  }

  /**
   * Hands the running gateway a changed configuration; requests under way end on the old one. Rejects with what the gateway
   * finds wrong, and then the old one stays.
   */
  async reconfigure(config: GatewayConfig): Promise<void> {
    // A gateway that is just starting again has the old one: it is told as soon as it is there
    const endMs = Date.now() + RECONFIGURE_MS;
    while (!this.#ready && Date.now() < endMs) await new Promise((wake) => setTimeout(wake, 50));
    const faults = await new Promise<readonly Fault[]>((resolve) => {
      const silent = () => resolve([fault('JW_INTERNAL', { reason: 'the gateway does not answer' })]);
      const timer = setTimeout(silent, RECONFIGURE_MS);
      this.#reconfigured = (found) => {
        clearTimeout(timer);
        resolve(found);
      };
      this.#send({ type: 'reconfigure', config });
    });
    if (faults.length > 0) throw new JoulewrightError(faults);
    this.#config = config;
  }

  directive(directive: Directive): void {
    this.#lastDirective = directive;
    if (this.#ready) this.#send({ type: 'directive', directive });
  }

  live(snapshot: LiveSnapshot, gauges: readonly SiteGauge[]): void {
    if (this.#ready) this.#send({ type: 'live', snapshot, gauges });
  }

  plan(plan: LivePlan): void {
    this.#lastPlan = plan;
    if (this.#ready) this.#send({ type: 'plan', plan });
  }

  day(day: LiveDay): void {
    this.#lastDay = day;
    if (this.#ready) this.#send({ type: 'day', day });
  }

  /** Lets open answers end, then ends the process. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#spare?.kill('SIGKILL');
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#send({ type: 'stop' });
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(timer);
  }
}
