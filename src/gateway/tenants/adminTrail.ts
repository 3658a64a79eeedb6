import type { TrailVerdict } from '../../store/rows.ts';
import type { Handlers } from './adminCall.ts';
import { ok, timeText, wrongField } from './adminCall.ts';
import { seesAll } from './roles.ts';

const MOST = 1000;

function count(text: string | null, name: string, otherwise: number, most: number): number {
  if (text === null) return otherwise;
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= most ? value : wrongField(name, `is not 1 to ${most}`);
}

/** What a walk along the trail found. */
export function verdictView({ entries, lastSeq, lastHash, broken }: TrailVerdict) {
  return { object: 'audit.verdict', whole: broken === null, entries, last: { seq: lastSeq, hash: lastHash }, broken };
}

export const trailHandlers: Handlers = {
  'GET /audit': async (call) => {
    call.allow('audit.read');
    const limit = count(call.query.get('limit'), 'limit', 100, MOST);
    const before = count(call.query.get('before'), 'before', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    const organisation = seesAll(call.principal) ? call.query.get('organisation') : call.principal.organisation;
    const entries = await call.parts.store.trail(before, limit, organisation);
    const data = entries.map(({ tsMs, ...entry }) => ({ ...entry, time: timeText(tsMs) }));
    return ok({ object: 'list', data, next: entries.length < limit ? null : (entries.at(-1)?.seq ?? null) });
  },
  'GET /audit/verify': async (call) => {
    call.allow('audit.read');
    return ok(verdictView(await call.parts.store.verifyTrail()));
  },
};
