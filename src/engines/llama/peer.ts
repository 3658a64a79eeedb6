import { fail, reasonOf } from '../../errors/error.ts';

/*
 * What is used of the package `node-llama-cpp`, which is an optional peer: it is loaded only when a model file is to be served,
 * and everything works without it otherwise. Its own types are not used, so that nobody needs it to build this.
 */

export interface PeerMeterState {
  readonly usedInputTokens: number;
  readonly usedOutputTokens: number;
}

export interface PeerSequence {
  /** Place of the next token: as many as are in the cache. */
  readonly nextTokenIndex: number;
  readonly tokenMeter: { getState(): PeerMeterState; diff(before: PeerMeterState): PeerMeterState };
}

/** Options of both kinds of generation. */
export interface PeerOptions {
  readonly signal: AbortSignal;
  readonly onTextChunk: (text: string) => void;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
}

export interface PeerResult {
  readonly metadata: { readonly stopReason: string };
}

export type PeerHistoryItem =
  | { readonly type: 'system' | 'user'; readonly text: string }
  | { readonly type: 'model'; readonly response: readonly string[] };

export interface PeerChat {
  generateResponse(history: readonly PeerHistoryItem[], options: PeerOptions): Promise<PeerResult>;
  dispose(options: { readonly disposeSequence: boolean }): void;
}

export interface PeerCompletion {
  generateCompletionWithMeta(prompt: string, options: PeerOptions): Promise<PeerResult>;
  dispose(options: { readonly disposeSequence: boolean }): void;
}

export interface PeerContext {
  readonly contextSize: number;
  dispose(): Promise<void>;
  getSequence(): PeerSequence;
}

export interface PeerModel {
  readonly trainContextSize: number;
  dispose(): Promise<void>;
  createContext(options: {
    readonly sequences: number;
    readonly contextSize?: number | { readonly max: number };
    readonly threads?: number;
  }): Promise<PeerContext>;
}

export interface PeerLlama {
  /** `false` = the processor. */
  readonly gpu: string | false;
  loadModel(options: { readonly modelPath: string }): Promise<PeerModel>;
}

export interface Peer {
  getLlama(options: {
    readonly gpu: 'auto' | false;
    readonly build: 'never';
    readonly skipDownload: boolean;
    readonly logLevel: 'error';
  }): Promise<PeerLlama>;
  readonly LlamaChat: new (options: { readonly contextSequence: PeerSequence }) => PeerChat;
  readonly LlamaCompletion: new (options: { readonly contextSequence: PeerSequence }) => PeerCompletion;
}

/**
 * Loads the package.
 *
 * @param load stands in for its import in tests
 * @throws JW_LLAMA_MISSING where it is not installed
 */
export async function loadPeer(load: () => Promise<Peer> = () => import('node-llama-cpp')): Promise<Peer> {
  try {
    return await load();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_MODULE_NOT_FOUND') fail('JW_LLAMA_MISSING', {}, '', error);
    fail('JW_LLAMA_LOAD', { what: 'node-llama-cpp', reason: reasonOf(error) }, '', error);
  }
}
