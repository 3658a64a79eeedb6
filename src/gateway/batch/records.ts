import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { BatchQuote } from '../../control/contract.ts';

/** What files may be for; `batch_output` is given by the site alone. */
export const PURPOSES = ['assistants', 'batch', 'fine-tune', 'vision', 'user_data', 'evals'] as const;

/** A file as it is stored beside its content. Times are ms UTC. */
export const fileSchema = z.object({
  id: z.string(),
  organisation: z.string(),
  project: z.string(),
  bytes: z.number(),
  /** Newlines in it. */
  lines: z.number(),
  createdMs: z.number(),
  expiresMs: z.number().nullable(),
  filename: z.string(),
  purpose: z.enum([...PURPOSES, 'batch_output']),
});
export type FileRecord = z.infer<typeof fileSchema>;

export const STATUSES = [
  'validating',
  'failed',
  'in_progress',
  'finalizing',
  'completed',
  'expired',
  'cancelling',
  'cancelled',
] as const;
export type BatchStatus = (typeof STATUSES)[number];
/** Nothing happens to a batch after these. */
const FINAL: ReadonlySet<BatchStatus> = new Set<BatchStatus>(['failed', 'completed', 'expired', 'cancelled']);

const lineErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  param: z.string().nullable(),
  /** From 1; null = the file as a whole. */
  line: z.number().nullable(),
});
export type LineError = z.infer<typeof lineErrorSchema>;

/** What lines have used, over all their tries. */
export const useSchema = z.object({
  inputTokens: z.number(),
  cachedTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
  itJoules: z.number(),
  joules: z.number(),
  co2G: z.number(),
  /** Part of `joules` from own sun and wind, of the lines of which it is known; null = of none. */
  greenJoules: z.number().nullable().default(null),
  waterL: z.number(),
  cost: z.number(),
});
export type Use = z.infer<typeof useSchema>;
export const NO_USE: Use = {
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  itJoules: 0,
  joules: 0,
  co2G: 0,
  greenJoules: null,
  waterL: 0,
  cost: 0,
};

/** The sum of two uses. */
export function plus(a: Use, b: Use): Use {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    cachedTokens: a.cachedTokens + b.cachedTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    reasoningTokens: a.reasoningTokens + b.reasoningTokens,
    itJoules: a.itJoules + b.itJoules,
    joules: a.joules + b.joules,
    co2G: a.co2G + b.co2G,
    greenJoules: a.greenJoules === null ? b.greenJoules : a.greenJoules + (b.greenJoules ?? 0),
    waterL: a.waterL + b.waterL,
    cost: a.cost + b.cost,
  };
}

const quoteSchema = z.object({
  startMs: z.number(),
  endMs: z.number(),
  greenShare: z.number().nullable(),
  pricePerKwh: z.number().nullable(),
  cost: z.number().nullable(),
  currency: z.string(),
  basis: z.enum(['forecast', 'none']),
  reason: z.string(),
}) satisfies z.ZodType<BatchQuote>;

/** A batch as it is stored: all that must survive, except the results of its lines. Times are ms UTC. */
export const batchSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  organisation: z.string(),
  project: z.string(),
  /** Key that made it: its lines run in that key's name. */
  keyId: z.string(),
  idempotencyKey: z.string().nullable(),
  endpoint: z.string(),
  inputFileId: z.string(),
  completionWindow: z.string(),
  metadata: z.record(z.string(), z.string()).nullable(),
  /** Lifetime of its output files, s. */
  outputLifeS: z.number(),
  /** Whether it waits for the start of its plan. */
  waits: z.boolean(),
  status: z.enum(STATUSES),
  createdMs: z.number(),
  expiresMs: z.number(),
  inProgressMs: z.number().nullable(),
  finalizingMs: z.number().nullable(),
  completedMs: z.number().nullable(),
  failedMs: z.number().nullable(),
  expiredMs: z.number().nullable(),
  cancellingMs: z.number().nullable(),
  cancelledMs: z.number().nullable(),
  errors: z.array(lineErrorSchema).nullable(),
  /** Lines of the input file; 0 until it is validated. */
  total: z.number(),
  completed: z.number(),
  failed: z.number(),
  /** The one model of all lines; null while unknown, and where there are several. */
  model: z.string().nullable(),
  use: useSchema,
  plan: quoteSchema.nullable(),
  /** Names of its output files, fixed before they are written so that a second try replaces the first. */
  outputFileId: z.string().nullable(),
  errorFileId: z.string().nullable(),
});
export type BatchRecord = z.infer<typeof batchSchema>;

export function isOver({ status }: BatchRecord): boolean {
  return FINAL.has(status);
}

/** A name that cannot be guessed, `file-…` or `batch_…`. */
export function newId(prefix: 'file-' | 'batch_' | 'batch_req_'): string {
  return prefix + randomBytes(12).toString('hex');
}
