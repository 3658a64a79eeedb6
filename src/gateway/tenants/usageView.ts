import type { UsageRow } from '../../store/rows.ts';

const round = (value: number): number => Number(value.toPrecision(6));

/**
 * A request as `GET /v1/usage/{request_id}` shows it.
 * @param pending true while its energy will still be settled
 */
export function usageView(row: UsageRow, pending: boolean): object {
  const interval = (joules: number) =>
    row.low === null || row.high === null
      ? null
      : { low: round(joules * row.low), high: round(joules * row.high), confidence: 0.9 };
  return {
    object: 'usage',
    id: row.requestId,
    organisation: row.organisation,
    project: row.project,
    key: row.key,
    model: row.service,
    engine: row.engine,
    class: row.class,
    status: row.status,
    started: new Date(row.startMs).toISOString(),
    ended: new Date(row.tsMs).toISOString(),
    duration_ms: round(row.durationMs),
    ttft_ms: row.ttftMs === null ? null : round(row.ttftMs),
    input_tokens: row.inputTokens,
    output_tokens: row.outputTokens,
    energy: {
      state: pending ? 'provisional' : 'settled',
      method: row.method,
      it: { joules: round(row.itJoules), interval: interval(row.itJoules) },
      facility: { joules: round(row.facilityJoules), interval: interval(row.facilityJoules) },
      co2_g: round(row.co2G),
      water_l: round(row.waterL),
      cost: { amount: round(row.cost), currency: row.currency },
    },
    simulated: row.simulated,
  };
}
