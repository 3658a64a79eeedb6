/** One comparison with a value that somebody else published, measured or computed. */
export interface Row {
  readonly id: string;
  /** What was computed: a formula, or the chain in words. */
  readonly what: string;
  readonly source: string;
  readonly reference: string;
  readonly ours: string;
  readonly difference: string;
  readonly tolerance: string;
  readonly verdict: 'ok' | 'red' | 'skipped';
  /** What one must know; why it was skipped. */
  readonly note?: string;
  /** Why a red row is left red. A red row without a reason fails the tests. */
  readonly reason?: string;
}

/** How far two values may be apart; `rel` counts on the reference. Where both are given the wider one holds. */
export interface Tolerance {
  readonly abs?: number;
  readonly rel?: number;
}

/** Digits of a number in the page: seven, without zeros at the end. */
export function digits(value: number, count = 7): string {
  return String(Number(value.toPrecision(count)));
}

/** The widest difference that the tolerance allows around a reference. */
export function allowed(reference: number, { abs, rel }: Tolerance): number {
  return Math.max(abs ?? 0, (rel ?? 0) * Math.abs(reference));
}

function differenceText(reference: number, ours: number, tolerance: Tolerance): string {
  const difference = Math.abs(ours - reference);
  // What is left of rounding differs between machines and says nothing.
  if (difference <= 1e-9 * Math.max(1, Math.abs(reference))) return '0';
  const share = tolerance.abs === undefined && reference !== 0;
  return share ? `${digits((100 * difference) / Math.abs(reference), 2)} %` : digits(difference, 2);
}

/** A tolerance as printed: "0.05", "0.5 %", or both. */
export function toleranceText({ abs, rel }: Tolerance): string {
  const parts = [abs === undefined ? '' : digits(abs), rel === undefined ? '' : `${digits(rel * 100)} %`];
  return parts.filter((part) => part !== '').join(' or ');
}

/** Compares two numbers, or two lists place by place; of a list the worst place is shown. */
export function compare(
  about: Pick<Row, 'id' | 'what' | 'source'> & { readonly note?: string; readonly unit?: string },
  reference: number | readonly number[],
  ours: number | readonly number[],
  tolerance: Tolerance,
): Row {
  const { unit, ...head } = about;
  const of = (text: string) => (unit === undefined || unit === '' ? text : `${text} ${unit}`);
  const wants = typeof reference === 'number' ? [reference] : reference;
  const gives = typeof ours === 'number' ? [ours] : ours;
  const said = toleranceText(tolerance);
  if (wants.length !== gives.length || typeof reference !== typeof ours) {
    const counted = (list: readonly number[]) => `${list.length} values`;
    const row = { reference: counted(wants), ours: counted(gives), difference: 'another length', tolerance: said };
    return { ...head, ...row, verdict: 'red' };
  }
  // The place that comes nearest to its limit, or passes it by most.
  let worst = 0;
  const excess = (i: number) => Math.abs(gives[i]! - wants[i]!) - allowed(wants[i]!, tolerance);
  // What is not a number is worst of all.
  const rank = (i: number) => (Number.isNaN(excess(i)) ? Number.POSITIVE_INFINITY : excess(i));
  for (let i = 1; i < wants.length; i++) if (rank(i) > rank(worst)) worst = i;
  const place = wants.length > 1 ? ` (place ${worst + 1} of ${wants.length})` : '';
  const isWithin = wants.length === 0 || excess(worst) <= 0;
  return {
    ...head,
    reference: of(digits(wants[worst] ?? Number.NaN)) + place,
    ours: of(digits(gives[worst] ?? Number.NaN)),
    difference: differenceText(wants[worst] ?? 0, gives[worst] ?? 0, tolerance),
    tolerance: said,
    verdict: isWithin && said !== '' ? 'ok' : 'red',
  };
}

/** Holds a figure below a limit: an error of a whole series, a spread. */
export function below(
  about: Pick<Row, 'id' | 'what' | 'source'> & { readonly note?: string; readonly unit?: string },
  ours: number,
  limit: number,
): Row {
  const { unit, ...head } = about;
  const of = (value: number) => (unit === undefined ? digits(value, 3) : `${digits(value, 3)} ${unit}`);
  const verdict = ours <= limit ? 'ok' : 'red';
  return { ...head, reference: '0', ours: of(ours), difference: of(ours), tolerance: of(limit), verdict };
}

/** Holds a figure at or below a value that is not an error: a limit that a plan must keep. */
export function atMost(
  about: Pick<Row, 'id' | 'what' | 'source'> & { readonly note?: string },
  limit: number,
  ours: number,
): Row {
  const verdict = ours <= limit + 1e-6 * (1 + Math.abs(limit)) ? 'ok' : 'red';
  const difference = digits(Math.max(0, ours - limit), 2);
  return {
    ...about,
    reference: `at most ${digits(limit)}`,
    ours: digits(ours),
    difference,
    tolerance: '1e-6',
    verdict,
  };
}

/** Gives a row its reason where it is red. */
export function explained(row: Row, reason: string): Row {
  return row.verdict === 'red' ? { ...row, reason } : row;
}

/** A row for what cannot be computed here. */
export function skipped(about: Pick<Row, 'id' | 'what' | 'source'>, note: string): Row {
  return { ...about, reference: '', ours: '', difference: '', tolerance: '', verdict: 'skipped', note };
}
