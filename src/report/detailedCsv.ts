import { FATES } from '../components/inference/detail/index.ts';
import { csvCell } from '../series/csv.ts';
import type { Left } from '../simulate/detailed.ts';
import { csvNumber } from './csv.ts';

export const DETAILED_HEAD =
  'deployment,service,arrival_s,input_tokens,output_tokens,replica,ttft_s,tpot_s,finish_s,prefill_j,decode_j,preemptions,outcome\n';
const ROWS_PER_PIECE = 512;

/** Rows of requests as they leave, of all of them or of every n-th. */
export class RequestRows {
  readonly #every: number;
  #seen = 0;

  /** @param every 1 for all */
  constructor(every: number) {
    this.#every = every;
  }

  /** Rows of those that left in a step, in pieces; what did not happen is empty. */
  *of(left: readonly Left[]): Generator<string> {
    let piece = '';
    let rows = 0;
    for (const { deployment, services, ended } of left) {
      const names = services.map((service) => `${csvCell(deployment)},${csvCell(service)}`);
      for (let i = 0; i < ended.count; i++) {
        if (this.#seen++ % this.#every !== 0) continue;
        const rest = ended.output[i]! - 1;
        const tpotS = rest > 0 ? (ended.finishS[i]! - ended.firstTokenS[i]!) / rest : Number.NaN;
        piece += `${[
          names[ended.service[i]!]!,
          csvNumber(ended.arrivalS[i]!, 9),
          ended.input[i]!,
          ended.output[i]!,
          ended.replica[i]! < 0 ? '' : ended.replica[i]!,
          csvNumber(ended.firstTokenS[i]! - ended.arrivalS[i]!, 6),
          csvNumber(tpotS, 6),
          csvNumber(ended.finishS[i]!, 9),
          csvNumber(ended.prefillJ[i]!, 6),
          csvNumber(ended.decodeJ[i]!, 6),
          ended.preemptions[i]!,
          FATES[ended.fate[i]!]!,
        ].join(',')}\n`;
        if (++rows % ROWS_PER_PIECE === 0) {
          yield piece;
          piece = '';
        }
      }
    }
    if (piece !== '') yield piece;
  }
}
