import type { ReplayResult } from '../components/inference/replay/index.ts';
import { csvCell } from '../series/csv.ts';
import { csvNumber } from './csv.ts';

const HEAD =
  'arrival_s,service,input_tokens,output_tokens,replica,ttft_s,tpot_s,finish_s,prefill_j,decode_j,preemptions,refused\n';
const ROWS_PER_PIECE = 512;

/** One row for each request, in order of arrival; what did not happen is empty. */
export function* replayCsvPieces(result: ReplayResult, serviceNames: readonly string[]): Generator<string> {
  const { requests, book, arrived } = result;
  yield HEAD;
  let piece = '';
  for (let i = 0; i < arrived; i++) {
    const rest = requests.output[i]! - 1;
    const tpotS = rest > 0 ? (book.finishS[i]! - book.firstTokenS[i]!) / rest : Number.NaN;
    piece += `${[
      csvNumber(requests.arrivalS[i]!, 9),
      csvCell(serviceNames[requests.service?.[i] ?? 0] ?? ''),
      requests.input[i]!,
      requests.output[i]!,
      book.replica[i]! < 0 ? '' : book.replica[i]!,
      csvNumber(book.firstTokenS[i]! - requests.arrivalS[i]!, 6),
      csvNumber(tpotS, 6),
      csvNumber(book.finishS[i]!, 9),
      csvNumber(book.prefillJ[i]!, 6),
      csvNumber(book.decodeJ[i]!, 6),
      book.preemptions[i]!,
      book.refused[i]!,
    ].join(',')}\n`;
    if ((i + 1) % ROWS_PER_PIECE === 0) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}
