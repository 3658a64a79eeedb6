import { open } from 'node:fs/promises';
import { fail, reasonOf } from '../../errors/error.ts';
import { loadPeer, type Peer, type PeerLlama, type PeerModel, type PeerSequence } from './peer.ts';

/** What a model file is loaded with. */
export interface LlamaConfig {
  /** Path of the GGUF file. */
  readonly file: string;
  /** Requests answered at once; each has its own part of memory for the context. */
  readonly slots: number;
  /** Tokens of input and answer together, per request. */
  readonly contextTokens: number;
  /** Threads of the processor; default: as many as the library finds best. */
  readonly threads?: number;
  /** Whether graphics cards may be used; default true. */
  readonly gpu?: boolean;
}

/** A place for one request at a time, with what it holds in its cache. */
export interface Slot {
  readonly sequence: PeerSequence;
  /** The text that the cache was filled with last, to find the slot that knows most of a prompt. */
  text: string;
}

/** A model in this process, and its slots. */
export class LlamaHost {
  readonly peer: Peer;
  readonly contextTokens: number;
  /** `cpu`, `cuda`, `vulkan` or `metal`. */
  readonly backend: string;
  readonly #model: PeerModel;
  readonly #free: Slot[];
  readonly #waiting: ((slot: Slot) => void)[] = [];

  private constructor(peer: Peer, llama: PeerLlama, model: PeerModel, slots: Slot[], contextTokens: number) {
    this.peer = peer;
    this.#model = model;
    this.#free = slots;
    this.contextTokens = contextTokens;
    this.backend = llama.gpu === false ? 'cpu' : llama.gpu;
  }

  /**
   * Loads a model file. Nothing is downloaded and nothing is compiled.
   *
   * @throws JW_LLAMA_MISSING, JW_FILE_UNREADABLE, JW_LLAMA_LOAD
   */
  static async load({ file, slots, contextTokens, threads, gpu = true }: LlamaConfig): Promise<LlamaHost> {
    await checkFile(file);
    const peer = await loadPeer();
    try {
      const llama = await backendOf(peer, gpu);
      const model = await llama.loadModel({ modelPath: file });
      const context = await model.createContext({
        sequences: slots,
        contextSize: Math.min(contextTokens, model.trainContextSize),
        ...(threads === undefined ? {} : { threads }),
      });
      const made = Array.from({ length: slots }, () => ({ sequence: context.getSequence(), text: '' }));
      return new LlamaHost(peer, llama, model, made, context.contextSize);
    } catch (error) {
      fail('JW_LLAMA_LOAD', { what: file, reason: reasonOf(error) }, '', error);
    }
  }

  /** A free slot, the one that knows most of the text; waits for one where there is none. */
  take(text: string): Promise<Slot> {
    if (this.#free.length === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    let best = 0;
    for (let i = 1; i < this.#free.length; i++) {
      if (shared(this.#free[i]!.text, text) > shared(this.#free[best]!.text, text)) best = i;
    }
    return Promise.resolve(this.#free.splice(best, 1)[0]!);
  }

  give(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(slot);
    else next(slot);
  }

  async close(): Promise<void> {
    await this.#model.dispose();
  }
}

const backends = new Map<boolean, Promise<PeerLlama>>();

/** llama.cpp itself is loaded once per process; finding out what runs here takes seconds. */
function backendOf(peer: Peer, gpu: boolean): Promise<PeerLlama> {
  let backend = backends.get(gpu);
  if (backend === undefined) {
    backend = peer.getLlama({ gpu: gpu ? 'auto' : false, build: 'never', skipDownload: true, logLevel: 'error' });
    backends.set(gpu, backend);
    backend.catch(() => backends.delete(gpu));
  }
  return backend;
}

/** Throws JW_FILE_UNREADABLE or JW_LLAMA_LOAD when a file is not there or does not begin as GGUF files do. */
async function checkFile(file: string): Promise<void> {
  const magic = Buffer.alloc(4);
  try {
    const handle = await open(file);
    try {
      await handle.read(magic, 0, 4, 0);
    } finally {
      await handle.close();
    }
  } catch (error) {
    fail('JW_FILE_UNREADABLE', { file, reason: reasonOf(error) }, '', error);
  }
  if (magic.toString('latin1') !== 'GGUF') fail('JW_LLAMA_LOAD', { what: file, reason: 'it is not a GGUF file' });
}

/** Characters that two texts begin with in common. */
function shared(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at < most && a[at] === b[at]) at++;
  return at;
}
