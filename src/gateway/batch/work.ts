import type { QuoteBatch } from '../../control/contract.ts';
import type { Executed, Line, LineAsked } from '../record.ts';
import type { Principal } from '../tenants/principal.ts';

/** What lines of a model are taken to use, facility boundary; null where nothing is known. */
export interface LoadGuess {
  readonly joules: number;
  readonly watts: number;
}

/** What batches need of the gateway that runs their lines. */
export interface Work {
  execute(line: Line, who: LineAsked, signal: AbortSignal): Promise<Executed>;
  /** In whose name lines of a key run now; undefined where the key is revoked or gone. */
  principalOf(keyId: string): Principal | undefined;
  /** Names of models served here. */
  serves(model: string): boolean;
  /** Whether lines may ask for a path such as `/v1/embeddings`. */
  takes(url: string): boolean;
  /** What tokens of a model are taken to use when `concurrency` lines run at once. */
  guess(model: string, inputTokens: number, outputTokens: number, concurrency: number): LoadGuess | null;
  readonly quote: QuoteBatch | undefined;
  readonly currency: () => string;
}
