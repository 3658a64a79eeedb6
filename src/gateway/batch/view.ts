import type { BatchRecord, FileRecord, LineError } from './records.ts';
import { isOver } from './records.ts';

const seconds = (ms: number | null): number | null => (ms === null ? null : Math.floor(ms / 1000));
const round = (value: number): number => Number(value.toPrecision(6));
const J_PER_KWH = 3.6e6;

/** A file as callers read it. */
export function fileView(file: FileRecord): object {
  return {
    id: file.id,
    object: 'file',
    bytes: file.bytes,
    created_at: seconds(file.createdMs),
    expires_at: seconds(file.expiresMs),
    filename: file.filename,
    purpose: file.purpose,
    status: 'processed',
  };
}

/** A batch as callers read it: OpenAI's object with `plan` and `energy`. */
export function batchView(batch: BatchRecord): object {
  const over = isOver(batch);
  return {
    id: batch.id,
    object: 'batch',
    endpoint: batch.endpoint,
    // One of several models is none
    ...(batch.model === null ? {} : { model: batch.model }),
    errors: errorsView(batch.errors),
    input_file_id: batch.inputFileId,
    completion_window: batch.completionWindow,
    status: batch.status,
    // Their names are fixed before they are written
    output_file_id: over ? batch.outputFileId : null,
    error_file_id: over ? batch.errorFileId : null,
    created_at: seconds(batch.createdMs),
    in_progress_at: seconds(batch.inProgressMs),
    expires_at: seconds(batch.expiresMs),
    finalizing_at: seconds(batch.finalizingMs),
    completed_at: seconds(batch.completedMs),
    failed_at: seconds(batch.failedMs),
    expired_at: seconds(batch.expiredMs),
    cancelling_at: seconds(batch.cancellingMs),
    cancelled_at: seconds(batch.cancelledMs),
    request_counts: { total: batch.total, completed: batch.completed, failed: batch.failed },
    usage: usageView(batch),
    metadata: batch.metadata,
    plan: planView(batch),
    energy: over && batch.status !== 'failed' ? energyView(batch) : null,
  };
}

function errorsView(errors: readonly LineError[] | null): object | null {
  return errors === null ? null : { object: 'list', data: errors };
}

function usageView({ use }: BatchRecord): object {
  return {
    input_tokens: use.inputTokens,
    input_tokens_details: { cached_tokens: use.cachedTokens },
    output_tokens: use.outputTokens,
    output_tokens_details: { reasoning_tokens: use.reasoningTokens },
    total_tokens: use.inputTokens + use.outputTokens,
  };
}

function planView({ plan }: BatchRecord): object | null {
  if (plan === null) return null;
  return {
    start: seconds(plan.startMs),
    end: seconds(plan.endMs),
    green_share: plan.greenShare === null ? null : round(plan.greenShare),
    price: {
      per_kwh: plan.pricePerKwh === null ? null : round(plan.pricePerKwh),
      amount: plan.cost === null ? null : round(plan.cost),
      currency: plan.currency,
    },
    basis: plan.basis,
    reason: plan.reason,
  };
}

function energyView({ use, plan }: BatchRecord): object {
  return {
    joules: round(use.joules),
    it_joules: round(use.itJoules),
    kwh: round(use.joules / J_PER_KWH),
    co2_g: round(use.co2G),
    green_share: use.greenJoules === null || use.joules <= 0 ? null : round(use.greenJoules / use.joules),
    water_l: round(use.waterL),
    cost: { amount: round(use.cost), currency: plan?.currency ?? '' },
    boundary: 'facility',
    // Each request is settled on its own: `GET /v1/usage/{request_id}`
    state: 'provisional',
  };
}

/** One page of a list, as the OpenAI API cuts it. */
export function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  after: string | null,
  limit: number,
  view: (one: T) => object,
): object {
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const page = after !== null && from === 0 ? [] : all.slice(from, from + limit);
  return {
    object: 'list',
    data: page.map(view),
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
    has_more: page.length > 0 && from + page.length < all.length,
  };
}
