import { reasonOf } from '../../errors/error.ts';
import type { EngineCall, EngineRun, EngineSink, JsonObject } from '../contract.ts';
import { failure } from '../failure.ts';
import type { LlamaHost, Slot } from './host.ts';
import type { PeerMeterState, PeerOptions } from './peer.ts';
import type { Prompt, Sampling } from './prompt.ts';
import { StopFilter } from './stop.ts';

/** What a run is made of. */
export interface LlamaRunParts {
  readonly engine: string;
  readonly call: EngineCall;
  readonly sink: EngineSink;
  readonly prompt: Prompt;
  readonly sampling: Sampling;
  readonly createdS: number;
  readonly over: (run: LlamaRun) => void;
}

/** Tokens of an answer, as the model's own tokenizer counts them. */
interface Usage {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
}

/** One answer of a model in this process, in the shapes of the OpenAI API. */
export class LlamaRun implements EngineRun {
  readonly #parts: LlamaRunParts;
  readonly #abort = new AbortController();
  readonly #stops: StopFilter;
  /** A stop text was found: the rest is not wanted. */
  #stopped = false;
  #cancelled = false;
  #begun = false;
  #text = '';

  constructor(parts: LlamaRunParts) {
    this.#parts = parts;
    this.#stops = new StopFilter(parts.sampling.stop);
  }

  cancel(): void {
    this.#cancelled = true;
    this.#abort.abort();
  }

  /** A slow reader does not slow the model down: its answer is short, and waits in memory. */
  pause(): void {
    // Nothing to be done
  }

  resume(): void {
    // Nor here
  }

  /** Generates; never rejects. */
  async start(loading: Promise<LlamaHost>): Promise<void> {
    const { engine, sink, over } = this.#parts;
    let host: LlamaHost | undefined;
    let slot: Slot | undefined;
    try {
      host = await loading;
      slot = await host.take(this.#parts.prompt.text);
      if (!this.#cancelled) await this.#generate(host, slot);
    } catch (error) {
      // The cache holds what was generated until then, which nobody asks for again
      if (slot !== undefined) slot.text = '';
      if (!this.#cancelled) sink.fail(failure('JW_ENGINE_FAILED', { engine, status: 500, reason: reasonOf(error) }));
    } finally {
      if (slot !== undefined) host?.give(slot);
      over(this);
    }
  }

  async #generate(host: LlamaHost, slot: Slot): Promise<void> {
    const { prompt, call, sink, engine } = this.#parts;
    const { sequence } = slot;
    const before = sequence.tokenMeter.getState();
    slot.text = prompt.text;
    const reason = await this.#ask(host, slot);
    if (this.#cancelled) return;
    this.#say(this.#stops.rest());
    const usage = usageOf(sequence.nextTokenIndex, sequence.tokenMeter.diff(before));
    if (reason === 'abort' && !this.#stopped) {
      sink.fail(failure('JW_ENGINE_DIED', { engine, reason: 'it was stopped' }));
      return;
    }
    const finish = reason === 'maxTokens' ? 'length' : 'stop';
    if (call.stream) this.#endStream(finish, usage);
    else this.#answer(finish, usage);
  }

  /** Generates, and says why it ended. */
  async #ask(host: LlamaHost, { sequence }: Slot): Promise<string> {
    const { prompt } = this.#parts;
    const options = this.#options(host);
    const { LlamaChat, LlamaCompletion } = host.peer;
    const chat = 'prompt' in prompt ? null : new LlamaChat({ contextSequence: sequence });
    const completion = 'prompt' in prompt ? new LlamaCompletion({ contextSequence: sequence }) : null;
    try {
      const result =
        'prompt' in prompt
          ? await completion!.generateCompletionWithMeta(prompt.prompt, options)
          : await chat!.generateResponse(prompt.history, options);
      return result.metadata.stopReason;
    } catch (error) {
      if (this.#stopped) return 'abort';
      throw error;
    } finally {
      (chat ?? completion)!.dispose({ disposeSequence: false });
    }
  }

  #options(host: LlamaHost): PeerOptions {
    const { maxTokens, temperature, topP, seed } = this.#parts.sampling;
    return {
      signal: this.#abort.signal,
      onTextChunk: (text) => this.#take(text),
      maxTokens: Math.min(maxTokens ?? host.contextTokens, host.contextTokens),
      ...(temperature === null ? {} : { temperature }),
      ...(topP === null ? {} : { topP }),
      ...(seed === null ? {} : { seed }),
    };
  }

  #take(text: string): void {
    if (this.#cancelled || this.#stopped) return;
    const { text: sure, stopped } = this.#stops.push(text);
    this.#say(sure);
    if (!stopped) return;
    this.#stopped = true;
    this.#abort.abort();
  }

  #say(text: string): void {
    if (text === '') return;
    this.#text += text;
    if (!this.#parts.call.stream) return;
    if (!this.#begun) this.#begin();
    this.#chunk([this.#choice(this.#isChat ? { delta: { content: text } } : { text }, null)], null);
    this.#parts.sink.flush();
  }

  #begin(): void {
    this.#begun = true;
    if (this.#isChat) this.#chunk([this.#choice({ delta: { role: 'assistant', content: '' } }, null)], null);
  }

  #endStream(finish: string, usage: Usage): void {
    if (!this.#begun) this.#begin();
    this.#chunk([this.#choice(this.#isChat ? { delta: {} } : { text: '' }, finish)], null);
    this.#chunk([], usageObject(usage));
    this.#parts.sink.flush();
    this.#parts.sink.end();
  }

  #answer(finish: string, usage: Usage): void {
    const content = this.#text;
    const part = this.#isChat ? { message: { role: 'assistant', content, refusal: null } } : { text: content };
    const { sink } = this.#parts;
    sink.answer({
      ...this.#frame(this.#isChat ? 'chat.completion' : 'text_completion'),
      choices: [this.#choice(part, finish)],
      usage: usageObject(usage),
    });
    sink.end();
  }

  get #isChat(): boolean {
    return this.#parts.call.path === '/chat/completions';
  }

  #choice(part: JsonObject, finish: string | null): JsonObject {
    return { index: 0, ...part, logprobs: null, finish_reason: finish };
  }

  #chunk(choices: unknown[], usage: JsonObject | null): void {
    const chunk: JsonObject = {
      ...this.#frame(this.#isChat ? 'chat.completion.chunk' : 'text_completion'),
      choices,
      usage,
    };
    this.#parts.sink.event(JSON.stringify(chunk), chunk, '');
  }

  #frame(object: string): JsonObject {
    const { call, createdS } = this.#parts;
    return {
      id: `${this.#isChat ? 'chatcmpl' : 'cmpl'}-${call.requestId}`,
      object,
      created: createdS,
      model: call.model,
    };
  }
}

/** All tokens of the prompt are in the cache before the answer; those that were not evaluated now were there already. */
function usageOf(inCache: number, used: PeerMeterState): Usage {
  const input = Math.max(used.usedInputTokens, inCache - used.usedOutputTokens);
  return { input, cached: input - used.usedInputTokens, output: used.usedOutputTokens };
}

function usageObject({ input, cached, output }: Usage): JsonObject {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  };
}
