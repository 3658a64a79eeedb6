import type { BatchAsk, BatchQuote } from '../../control/contract.ts';
import { MOST_LINE_BYTES, readLine } from './inspect.ts';
import { linesOf } from './lines.ts';
import { LINES_PER_MODEL } from './scheduler.ts';
import type { Work } from './work.ts';

/** How long whoever plans the site may take to answer, ms; a batch is taken without a plan rather than late. */
const PATIENCE_MS = 2_000;

/** What a batch is taken to need, by estimate. */
export interface Amounts {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Part of each model in it; they add up to 1. */
  readonly shares: ReadonlyMap<string, number>;
}

/** The model of the first line of a file; empty where it cannot be read. */
export async function firstModel(path: string, endpoint: string): Promise<string> {
  for await (const { data } of linesOf(path, MOST_LINE_BYTES)) {
    const text = data?.toString().trim() ?? '';
    if (text === '') continue;
    const line = readLine(text, endpoint);
    return 'customId' in line ? String(line.body['model']) : '';
  }
  return '';
}

/** Asks for the plan of a batch. Never rejects: where nothing is known, or nobody answers, the plan says so. */
export async function planOf(
  times: Pick<BatchAsk, 'atMs' | 'deadlineMs'>,
  { inputTokens, outputTokens, shares }: Amounts,
  { guess, quote, currency }: Work,
): Promise<BatchQuote> {
  let [joules, watts]: [number | null, number | null] = [0, 0];
  for (const [model, share] of shares) {
    const one = guess(model, inputTokens * share, outputTokens * share, LINES_PER_MODEL);
    if (one === null || joules === null || watts === null) [joules, watts] = [null, null];
    else {
      joules += one.joules;
      watts += one.watts;
    }
  }
  const ask: BatchAsk = { ...times, joules, watts };
  const unknown = (reason: string): BatchQuote => ({
    startMs: ask.atMs,
    endMs: ask.deadlineMs,
    greenShare: null,
    pricePerKwh: null,
    cost: null,
    currency: currency(),
    basis: 'none',
    reason,
  });
  if (quote === undefined) return unknown('nobody plans this site');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<BatchQuote>((resolve) => {
    timer = setTimeout(() => resolve(unknown('whoever plans the site did not answer')), PATIENCE_MS);
  });
  try {
    return await Promise.race([quote(ask), late]);
  } catch {
    return unknown('whoever plans the site could not answer');
  } finally {
    clearTimeout(timer);
  }
}
