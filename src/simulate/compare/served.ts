import type { ContenderOutcome } from './outcome.ts';

/** Attainments that differ by less are equal: a tenth of a percentage point. */
const SAME_ATTAINMENT = 1e-3;
/** Shares of requests, and of energy, that differ by less are equal. */
const SAME_SHARE = 1e-6;

/** In what a contender serves worse than another; [] where it serves as well. */
export function servedWorse(own: ContenderOutcome, other: ContenderOutcome): string[] {
  const worse: string[] = [];
  own.services.forEach((mine, s) => {
    const theirs = other.services[s]!;
    const points = 100 * ((theirs.attainment ?? 1) - (mine.attainment ?? 1));
    if (points > 100 * SAME_ATTAINMENT)
      worse.push(`${mine.id} is within its targets ${points.toFixed(2)} points less often`);
    const shed = mine.shed - theirs.shed;
    if (shed > SAME_SHARE * mine.offered) worse.push(`${shed.toFixed(0)} more requests of ${mine.id} are not served`);
    const late = mine.late - theirs.late;
    if (late > SAME_SHARE * mine.offered) worse.push(`${late.toFixed(0)} more requests of ${mine.id} are late`);
  });
  const short = own.totals.shortKwh - other.totals.shortKwh;
  if (short > SAME_SHARE * other.totals.facilityKwh)
    worse.push(`${short.toFixed(1)} kWh more are wanted and not delivered`);
  return worse;
}
