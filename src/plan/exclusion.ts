import { type ModelArrays, solveOnce } from '../balance/highs.ts';
import { matrixOf } from '../balance/matrix.ts';
import type { SizeLimit } from '../balance/rules/sizes.ts';
import type { SizeChoice } from '../balance/siteModel.ts';
import { fault, JoulewrightError } from '../errors/error.ts';
import { formatNumber } from '../units/quantity.ts';
import type { PlanProblem } from './problem.ts';

/** A limit on sizes as a row: its coefficients by size, and its ends. */
interface Row {
  readonly name: string;
  readonly unit: string;
  readonly factors: ReadonlyMap<number, number>;
  readonly least: number;
  readonly most: number;
}

/** Share of a limit by which it may be missed for rounding. */
const NEAR = 1e-6;

/**
 * Ends a plan whose limits on sizes exclude each other, before any solve of the site: each may be kept by itself, but no choice of
 * the free sizes keeps all of them. A small linear model of the sizes alone misses as little as can be; the limits with a price
 * there are those at odds.
 *
 * @throws JW_PLAN_LIMIT that names them
 */
export async function refuseExclusion(problem: PlanProblem): Promise<void> {
  const { choices } = problem;
  const rows = rowsOf(problem);
  if (rows.length < 2 || !choices.some((c) => c.lower < c.upper)) return;
  const { objective, rowDuals } = await solveOnce(arraysOf(problem, rows));
  if (objective <= NEAR) return;
  const at = rows.filter((_, r) => Math.abs(rowDuals[r]!) > 0).map(limitText);
  const reason = `limits exclude each other: no choice of the free sizes keeps ${at.join(' and ')}`;
  throw new JoulewrightError([
    fault('JW_PLAN_LIMIT', { reason, hint: 'loosen one of them, or raise the most of the free sizes' }),
  ]);
}

function rowsOf({ limits, site, balance }: PlanProblem): Row[] {
  const column = (unit: string, key: string): number =>
    balance.sizes.findIndex((s) => s.unitId === unit && s.key === key);
  const pools = site.freePools.filter((pool) => pool.users.length > 1);
  const limited = limits.map(({ name, unit, terms, least, most }: SizeLimit): Row => {
    const factors = new Map<number, number>();
    for (const term of terms) {
      const at = column(term.unit, term.key);
      factors.set(at, (factors.get(at) ?? 0) + term.factor);
    }
    return { name, unit, factors, least: least ?? Number.NEGATIVE_INFINITY, most: most ?? Number.POSITIVE_INFINITY };
  });
  const shared = pools.map(
    ({ id, users, least, most }): Row => ({
      name: `${id}: accelerators of all its deployments`,
      unit: 'accelerators',
      factors: new Map(users.map(({ deployment, perReplica }) => [column(deployment, 'replicas'), perReplica])),
      least,
      most,
    }),
  );
  return [...limited, ...shared];
}

/** Sizes within their bounds, and for every limit what it is missed by, as a share of what it may come to. */
function arraysOf({ choices }: PlanProblem, rows: readonly Row[]): ModelArrays {
  const [atRow, atColumn, value]: [number[], number[], number[]] = [[], [], []];
  const put = (row: number, column: number, v: number): void => {
    atRow.push(row);
    atColumn.push(column);
    value.push(v);
  };
  const scales = rows.map(({ factors }) =>
    Math.max(1e-9, ...[...factors].map(([c, f]) => Math.abs(f) * reachOf(choices[c]!))),
  );
  rows.forEach(({ factors }, r) => {
    for (const [column, factor] of factors) put(r, column, factor / scales[r]!);
    put(r, choices.length + 2 * r, 1);
    put(r, choices.length + 2 * r + 1, -1);
  });
  const columns = choices.length + 2 * rows.length;
  const of = (size: (i: number) => number, miss: number): Float64Array =>
    Float64Array.from({ length: columns }, (_, i) => (i < choices.length ? size(i) : miss));
  return {
    columns,
    rows: rows.length,
    cost: of(() => 0, 1),
    lower: of((i) => choices[i]!.lower, 0),
    upper: of((i) => choices[i]!.upper, Number.POSITIVE_INFINITY),
    rowLower: Float64Array.from(rows, ({ least }, r) => least / scales[r]!),
    rowUpper: Float64Array.from(rows, ({ most }, r) => most / scales[r]!),
    matrix: matrixOf(Int32Array.from(atRow), Int32Array.from(atColumn), Float64Array.from(value), columns, rows.length),
  };
}

/** How far a size goes, where its bounds say. */
function reachOf({ lower, upper }: SizeChoice): number {
  return Math.max(1, Number.isFinite(upper) ? upper : lower);
}

function limitText({ name, unit, least, most }: Row): string {
  const ends = [
    ...(Number.isFinite(least) ? [`at least ${formatNumber(least)}`] : []),
    ...(Number.isFinite(most) ? [`at most ${formatNumber(most)}`] : []),
  ];
  // A duty that goes with the sizes has no figure of its own.
  return least === 0 && ends.length === 1 ? name : `${name} (${ends.join(', ')} ${unit})`;
}
