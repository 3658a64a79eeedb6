import path from 'node:path';
import { type Directive, TRAFFIC_CLASSES } from '../control/contract.ts';
import { LlamaEngine } from '../engines/llama/engine.ts';
import { createGateway } from '../gateway/gateway.ts';
import { jsonLog } from '../gateway/log.ts';
import { systemClock } from '../series/clock.ts';

export interface ModelOptions {
  /** GGUF file. */
  readonly file: string;
  readonly host: string;
  readonly port: number;
  /** Requests answered at once. */
  readonly slots: number;
  /** Tokens of input and answer together, per request. */
  readonly contextTokens: number;
  readonly threads?: number;
  readonly gpu?: boolean;
}

/** A model that is served. */
export interface RunningModel {
  readonly url: string;
  /** The name by which callers ask for it: that of the file without its ending. */
  readonly model: string;
  /** `cpu`, `cuda`, `vulkan` or `metal`. */
  readonly backend: string;
  readonly contextTokens: number;
  stop(): Promise<void>;
}

const RENEW_MS = 1_000;
const HOLD_MS = 10_000;
const ENGINE = 'built-in';

/** Everything may be served: there is no site whose power would have to be kept to. */
function openDirective(seq: number, nowMs: number): Directive {
  return {
    seq,
    issuedMs: nowMs,
    validUntilMs: nowMs + HOLD_MS,
    classes: TRAFFIC_CLASSES.map((name) => ({ class: name, ratePerS: null, watts: null })),
    engines: [],
    facilityFactor: 1,
    carbonGPerKwh: 0,
    waterLPerKwh: 0,
    pricePerKwh: 0,
    currency: 'USD',
  };
}

/**
 * Serves one model file in this process: engine and gateway, without a site around them. No energy is stated, because nothing
 * here measures it.
 *
 * @throws JW_FILE_UNREADABLE, JW_LLAMA_MISSING, JW_LLAMA_LOAD, JW_PORT_TAKEN, JW_LISTEN
 */
export async function runModel(options: ModelOptions): Promise<RunningModel> {
  const model = path.basename(options.file).replace(/\.gguf$/i, '');
  const { host: address, port, ...loading } = options;
  const engine = new LlamaEngine({ kind: 'gguf', id: ENGINE, model, ...loading, file: path.resolve(options.file) });
  const { backend, contextTokens } = await engine.loaded;
  const gateway = createGateway({ engines: [engine], models: [{ name: model, engines: [ENGINE] }], log: jsonLog() });
  let seq = 0;
  const renew = (): void => {
    seq += 1;
    gateway.directives.accept(openDirective(seq, systemClock.nowMs()));
  };
  renew();
  const timer = setInterval(renew, RENEW_MS);
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await gateway.close();
  };
  try {
    return { url: await gateway.listen(address, port), model, backend, contextTokens, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
