import type { Draft, FileStore } from './files.ts';
import { MOST_LINE_BYTES, readLine } from './inspect.ts';
import { linesOf } from './lines.ts';
import type { BatchRecord } from './records.ts';
import { resultsOf, Sums } from './resultLog.ts';
import { unansweredText } from './verdict.ts';

/** Bytes gathered before they are written. */
const GATHER_BYTES = 256 * 1024;

/** What a batch ends as. */
export type Ending = 'completed' | 'expired' | 'cancelled';

const WHY: Readonly<Record<Ending, readonly [code: string, message: string]>> = {
  completed: ['batch_incomplete', 'This request was not executed.'],
  expired: ['batch_expired', 'This request could not be executed before the batch expired.'],
  cancelled: ['batch_cancelled', 'This request was not executed, because the batch was cancelled.'],
};

/** Collects the lines of one file. */
class Sheet {
  readonly #draft: Draft;
  #parts: string[] = [];
  #chars = 0;
  lines = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  async add(text: string): Promise<void> {
    this.lines += 1;
    this.#parts.push(text, '\n');
    this.#chars += text.length;
    if (this.#chars >= GATHER_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    await this.#draft.write(Buffer.from(this.#parts.join('')));
    this.#parts = [];
    this.#chars = 0;
  }
}

/**
 * Writes the output and the error file of a batch from its log: each line of the input has exactly one line in one of them. A file
 * without lines is not made. May be done again after a crash: the files have the same names then, and replace the first.
 */
export async function assemble(
  batch: BatchRecord,
  ending: Ending,
  files: FileStore,
  logPath: string,
  nowMs: number,
): Promise<Sums & { readonly hasOutput: boolean; readonly hasErrors: boolean }> {
  const [good, bad] = [await files.draft(), await files.draft()];
  try {
    const [output, errors] = [new Sheet(good), new Sheet(bad)];
    const done = new Uint8Array(batch.total);
    const sums = new Sums();
    for await (const result of resultsOf(logPath)) {
      if (result.line >= done.length) continue;
      done[result.line] = 1;
      sums.add(result);
      await (result.ok ? output : errors).add(result.text);
    }
    if (sums.completed + sums.failed < batch.total) {
      const [code, message] = WHY[ending];
      let line = -1;
      for await (const { data } of linesOf(files.pathOf(batch.inputFileId), MOST_LINE_BYTES)) {
        const text = data?.toString().trim() ?? '';
        if (text === '') continue;
        line += 1;
        if (done[line] === 1) continue;
        const read = readLine(text, batch.endpoint);
        await errors.add(unansweredText('customId' in read ? read.customId : '', code, message));
      }
    }
    await output.flush();
    await errors.flush();
    const keep = async (draft: Draft, id: string | null, name: string): Promise<boolean> => {
      if (draft.bytes === 0 || id === null) return false;
      const { organisation, project, outputLifeS } = batch;
      const expiresMs = nowMs + outputLifeS * 1000;
      const about = { id, organisation, project, createdMs: nowMs, expiresMs, purpose: 'batch_output' as const };
      await draft.commit({ ...about, filename: `${batch.id}_${name}.jsonl` });
      return true;
    };
    const hasOutput = await keep(good, batch.outputFileId, 'output');
    const hasErrors = await keep(bad, batch.errorFileId, 'error');
    return Object.assign(sums, { hasOutput, hasErrors });
  } finally {
    await Promise.allSettled([good.discard(), bad.discard()]);
  }
}
