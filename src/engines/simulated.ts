import { type Clock, systemClock } from '../series/clock.ts';
import { type Random, random, seedFrom } from '../series/random.ts';
import type { Engine, EngineCall, EngineHealth, EngineRun, EngineSink, Expected } from './contract.ts';
import { failure } from './failure.ts';
import { embedSimulated } from './simulated-embedding.ts';
import { SimulatedRun } from './simulated-run.ts';
import { answerLength } from './simulated-text.ts';
import { systemTimers, type Timers } from './timing.ts';

/** An engine without a model: it keeps the predicted times of its deployment and says in every answer that it is simulated. */
export interface SimulatedEngineConfig {
  readonly kind: 'simulated';
  readonly id: string;
  readonly model: string;
  /** Times while the controller has given none. */
  readonly expected: Expected;
  /** Lengths of answers in tokens, drawn at random where a call sets no limit; default: a small list around 200. */
  readonly outputTokens?: readonly number[];
  /** Share of the input tokens that it says to have had in its prefix cache, 0..1; none when left out. */
  readonly prefixHitShare?: number;
  readonly seed?: number;
  /** Longest input and answer together; default 131,072 tokens. */
  readonly contextTokens?: number;
  /** Deployment that it is one of; default: its own id. */
  readonly deployment?: string;
  /** Requests that the deployment answers at once; default: any number, at the same pace. */
  readonly slots?: number;
}

/** What a simulated engine takes from outside. */
export interface SimulatedEngineOptions {
  /** The controller's present expectation for this engine; undefined = the one in the configuration holds. */
  readonly expected?: () => Expected | undefined;
  readonly clock?: Clock;
  readonly timers?: Timers;
}

/** Deciles of a long-tailed length list with median 180 tokens (assumed; chat traces differ widely by service). */
const DEFAULT_OUTPUT_TOKENS = [12, 40, 80, 120, 160, 200, 260, 340, 450, 700];
const DEFAULT_CONTEXT_TOKENS = 131_072;

function stopsOf(stop: unknown): readonly string[] {
  if (typeof stop === 'string') return stop === '' ? [] : [stop];
  return Array.isArray(stop) ? stop.filter((s): s is string => typeof s === 'string' && s !== '') : [];
}

const SERVES: ReadonlySet<string> = new Set(['/chat/completions', '/completions', '/embeddings']);

/** True for a list of several prompts; a list of numbers is one prompt in tokens. */
function hasManyPrompts(prompt: unknown): boolean {
  return Array.isArray(prompt) && prompt.length > 1 && typeof prompt[0] !== 'number';
}

function limitOf(body: EngineCall['body']): number | undefined {
  const limit = body['max_completion_tokens'] ?? body['max_tokens'];
  return typeof limit === 'number' ? limit : undefined;
}

/** Answers with filler text at the predicted pace; see `SimulatedEngineConfig`. */
export class SimulatedEngine implements Engine {
  readonly id: string;
  readonly model: string;
  readonly simulated = true;
  readonly nominal: Expected;
  readonly serves = SERVES;
  readonly deployment: string;
  readonly outside = null;
  readonly slots: number | null;
  readonly #config: SimulatedEngineConfig;
  readonly #expected: () => Expected;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #lengths: readonly number[];
  readonly #runs = new Set<EngineRun>();

  constructor(config: SimulatedEngineConfig, options: SimulatedEngineOptions = {}) {
    this.id = config.id;
    this.model = config.model;
    this.nominal = config.expected;
    this.deployment = config.deployment ?? config.id;
    this.slots = config.slots ?? null;
    this.#config = config;
    const ordered = options.expected;
    this.#expected = ordered === undefined ? () => config.expected : () => ordered() ?? config.expected;
    this.#clock = options.clock ?? systemClock;
    this.#timers = options.timers ?? systemTimers;
    this.#random = random(config.seed ?? seedFrom(config.id));
    const given = config.outputTokens ?? [];
    this.#lengths = given.length > 0 ? given : DEFAULT_OUTPUT_TOKENS;
  }

  start(call: EngineCall, sink: EngineSink): EngineRun {
    const limit = this.#config.contextTokens ?? DEFAULT_CONTEXT_TOKENS;
    const asked = limitOf(call.body);
    if (call.inputTokens >= limit) {
      return this.#refuse(sink, 'JW_CONTEXT_LENGTH', { tokens: call.inputTokens, limit }, 'messages');
    }
    if (call.path === '/embeddings') return this.#embed(call, sink);
    const { n, prompt } = call.body;
    const several = typeof n === 'number' && n !== 1 ? 'n' : hasManyPrompts(prompt) ? 'prompt' : null;
    if (several !== null) {
      const reason = 'the simulated engine gives one choice per request';
      return this.#refuse(sink, 'JW_REQUEST_FIELD', { param: several, reason }, several);
    }
    // A caller that sets a limit gets an answer of that length: load tests rely on it, as they do with ignore_eos
    const natural = asked === undefined ? this.#draw() : Number.MAX_SAFE_INTEGER;
    const most = Math.min(asked ?? Number.MAX_SAFE_INTEGER, limit - call.inputTokens);
    const run = new SimulatedRun({
      call,
      sink,
      length: answerLength(natural, most, stopsOf(call.body['stop'])),
      prefixHitShare: this.#config.prefixHitShare ?? 0,
      createdS: Math.floor(this.#clock.nowMs() / 1000),
      timers: this.#timers,
      expected: this.#expected,
      over: (ended) => this.#runs.delete(ended),
    });
    this.#runs.add(run);
    return run;
  }

  async health(): Promise<EngineHealth> {
    return { up: true, reason: '', latencyMs: 0 };
  }

  async close(): Promise<void> {
    for (const run of this.#runs) run.cancel();
  }

  /** Vectors come after the time that their prefill takes. */
  #embed(call: EngineCall, sink: EngineSink): EngineRun {
    const { queueS, prefillSPerToken } = this.#expected();
    const waitMs = (queueS + prefillSPerToken * call.inputTokens) * 1000;
    const nothing = (): void => undefined;
    const cancelTimer = this.#timers.after(waitMs, () => {
      this.#runs.delete(run);
      sink.answer(embedSimulated(call));
      sink.end();
    });
    const cancel = (): void => {
      cancelTimer();
      this.#runs.delete(run);
    };
    const run: EngineRun = { cancel, pause: nothing, resume: nothing };
    this.#runs.add(run);
    return run;
  }

  #draw(): number {
    return this.#lengths[Math.floor(this.#random.next() * this.#lengths.length)]!;
  }

  /** Fails in a later turn, as a real engine does, so that the caller has its run in hand first. */
  #refuse(
    sink: EngineSink,
    code: 'JW_CONTEXT_LENGTH' | 'JW_REQUEST_FIELD',
    details: Record<string, string | number>,
    where: string,
  ): EngineRun {
    const cancel = this.#timers.after(0, () => sink.fail(failure(code, details, { where })));
    const nothing = (): void => undefined;
    return { cancel, pause: nothing, resume: nothing };
  }
}
