import type { LinearModel } from './linearModel.ts';
import type { Matrix } from './matrix.ts';
import type { Group } from './table.ts';

/** What is wrong with a model, before a solver sees it. An `error` has no sensible solution. */
export interface ModelFault {
  readonly kind: 'number' | 'bounds' | 'unserved' | 'unused' | 'unbounded' | 'free' | 'unit' | 'spread';
  readonly severity: 'error' | 'warning';
  /** In the words of the site file: ids of devices, names of limits. */
  readonly text: string;
}

/** Orders of magnitude between the largest and the smallest coefficient above which a solver's tolerances mean nothing. */
const MOST_DECADES = 12;

/** Names a member of a group: which one, and where in time. */
function nameOf(groups: readonly Group[], index: number, model: LinearModel): string {
  const group = groups.find((g) => index >= g.first && index < g.first + g.count)!;
  if (group.count !== model.segments || group.count === 1) return group.name;
  const [from, to] = model.span(index - group.first);
  return `${group.name} (step ${from}${to > from + 1 ? ` to ${to - 1}` : ''})`;
}

/**
 * Looks through a model before it is solved: numbers that are none, bounds that cross, demands that no column can serve, buses that
 * only fill or only empty, columns that no row holds, sizes that are free in both senses, units and row numbers that are missing,
 * and coefficients too far apart. Each group of columns or rows is told once.
 */
export function checkModel(model: LinearModel): ModelFault[] {
  const matrix = model.matrix();
  const numbers = numberFaults(model, matrix);
  // With numbers that are none, nothing else can be said.
  if (numbers.length > 0) return numbers;
  return [
    ...boundFaults(model),
    ...rowFaults(model, matrix),
    ...columnFaults(model, matrix),
    ...sizeFaults(model),
    ...unitFaults(model),
    ...spreadFaults(model, matrix),
  ];
}

function numberFaults(model: LinearModel, { starts, rows, values }: Matrix): ModelFault[] {
  const list = new Map<string, ModelFault>();
  const tell = (group: string, text: string): void => {
    if (!list.has(group)) list.set(group, { kind: 'number', severity: 'error', text });
  };
  const column = (c: number): string => nameOf(model.columnGroups, c, model);
  const row = (r: number): string => nameOf(model.rowGroups, r, model);
  for (let c = 0; c < model.columnCount; c++) {
    if (!Number.isFinite(model.cost[c]!)) tell(`cost ${column(c)}`, `the cost of ${column(c)} is ${model.cost[c]}`);
    if (Number.isNaN(model.lower[c]! + 0) || Number.isNaN(model.upper[c]! + 0)) {
      tell(`bound ${column(c)}`, `a bound of ${column(c)} is no number`);
    }
    for (let i = starts[c]!; i < starts[c + 1]!; i++) {
      if (Number.isFinite(values[i]!)) continue;
      tell(`${column(c)}`, `${row(rows[i]!)}: the coefficient of ${column(c)} is ${values[i]}`);
    }
  }
  for (let r = 0; r < model.rowCount; r++) {
    if (Number.isNaN(model.rowLower[r]!) || Number.isNaN(model.rowUpper[r]!)) {
      tell(`row ${row(r)}`, `a bound of ${row(r)} is no number`);
    }
  }
  // The first of each is enough.
  return [...list.values()].slice(0, 20);
}

/** One fault for each group with members that fail. */
function perGroup(
  groups: readonly Group[],
  fails: (index: number) => boolean,
  tell: (group: Group, first: number, count: number) => ModelFault,
): ModelFault[] {
  return groups.flatMap((group) => {
    let [first, count] = [-1, 0];
    for (let i = group.first; i < group.first + group.count; i++) {
      if (!fails(i)) continue;
      if (first < 0) first = i;
      count++;
    }
    return count === 0 ? [] : [tell(group, first, count)];
  });
}

function boundFaults(model: LinearModel): ModelFault[] {
  const { lower, upper, rowLower, rowUpper } = model;
  const tell =
    (low: Float64Array, high: Float64Array) =>
    ({ name }: Group, first: number): ModelFault => ({
      kind: 'bounds',
      severity: 'error',
      text: `${name}: at least ${low[first]} and at most ${high[first]} exclude each other`,
    });
  return [
    ...perGroup(model.columnGroups, (c) => lower[c]! > upper[c]!, tell(lower, upper)),
    ...perGroup(model.rowGroups, (r) => rowLower[r]! > rowUpper[r]!, tell(rowLower, rowUpper)),
  ];
}

/** What the columns of each row can reach without slack, which signs they have, and whether it has slack. */
function reachOf(model: LinearModel, { starts, rows, values }: Matrix) {
  const { rowCount, lower, upper } = model;
  const [least, most] = [new Float64Array(rowCount), new Float64Array(rowCount)];
  const [rises, falls] = [new Uint8Array(rowCount), new Uint8Array(rowCount)];
  const loose = new Uint8Array(rowCount);
  for (const group of model.columnGroups) {
    for (let c = group.first; c < group.first + group.count; c++) {
      for (let i = starts[c]!; i < starts[c + 1]!; i++) {
        const [r, a] = [rows[i]!, values[i]!];
        if (group.slack) {
          loose[r] = 1;
          // What is missed in any case is not asked of anybody.
          least[r]! += a * lower[c]!;
          most[r]! += a * lower[c]!;
          continue;
        }
        const ends = [a * lower[c]!, a * upper[c]!].map((v) => (Number.isNaN(v) ? 0 : v));
        least[r]! += Math.min(...ends);
        most[r]! += Math.max(...ends);
        if (Math.max(...ends) > 0) rises[r] = 1;
        if (Math.min(...ends) < 0) falls[r] = 1;
      }
    }
  }
  return { least, most, rises, falls, loose };
}

function rowFaults(model: LinearModel, matrix: Matrix): ModelFault[] {
  const { rowLower, rowUpper, segments } = model;
  const { least, most, rises, falls, loose } = reachOf(model, matrix);
  const near = (bound: number): number => 1e-9 * Math.max(1, Math.abs(bound));
  const short = (r: number): boolean => {
    const [low, high] = [rowLower[r]!, rowUpper[r]!];
    return low - near(low) > most[r]! || high + near(high) < least[r]!;
  };
  const share = (group: Group, count: number): string =>
    group.count === segments && segments > 1 ? ` in ${count} of ${segments} steps` : '';
  const buses = model.rowGroups.filter((g) => g.tag === 'E1');
  return [
    ...perGroup(model.rowGroups, short, (group, first, count) => ({
      kind: 'unserved',
      // A limit that can be missed, and a demand that can be served in part, are told with the solution.
      severity: loose[first] === 0 || (group.tag === 'E1' && !(most[first]! > 0)) ? 'error' : 'warning',
      text:
        group.tag === 'E1'
          ? `${group.name}: nothing can serve what is asked of it${share(group, count)}`
          : `${group.name}: no choice reaches ${Number.isFinite(rowLower[first]!) ? rowLower[first] : rowUpper[first]}${share(group, count)}`,
    })),
    // A bus of which every step only fills or only empties holds all its columns at nothing.
    ...buses.flatMap((group): ModelFault[] => {
      let idle = group.count > 0;
      for (let r = group.first; r < group.first + group.count; r++) {
        idle &&= rowLower[r] === 0 && rowUpper[r] === 0 && (rises[r] === 0 || falls[r] === 0);
      }
      const text = `${group.name}: nothing ${rises[group.first] === 1 ? 'is drawn from' : 'flows into'} it, so all of it stands still`;
      return idle ? [{ kind: 'unused', severity: 'warning', text }] : [];
    }),
  ];
}

function columnFaults(model: LinearModel, { starts }: Matrix): ModelFault[] {
  const { cost, upper, lower } = model;
  const alone = (c: number): boolean => starts[c] === starts[c + 1];
  const earns = (c: number): boolean =>
    (cost[c]! < 0 && upper[c] === Number.POSITIVE_INFINITY) || (cost[c]! > 0 && lower[c] === Number.NEGATIVE_INFINITY);
  const sizes = model.sizes.length;
  return [
    ...perGroup(
      model.columnGroups,
      (c) => alone(c) && earns(c),
      ({ name }) => ({ kind: 'unbounded', severity: 'error', text: `${name} earns money and nothing holds it back` }),
    ),
    ...perGroup(
      // A size without rows costs what it costs.
      model.columnGroups.filter((g) => g.first >= sizes),
      (c) => alone(c) && !earns(c),
      ({ name }) => ({ kind: 'unused', severity: 'warning', text: `${name} stands in no row` }),
    ),
  ];
}

function sizeFaults(model: LinearModel): ModelFault[] {
  return model.sizes.flatMap(({ unit, key, lower, upper, cost }): ModelFault[] => {
    if (!(lower < upper) || cost > 0) return [];
    const text =
      cost < 0
        ? `${unit}: the size ${key} is free and earns money by itself`
        : `${unit}: the size ${key} is free and costs nothing, so all of it would be built`;
    return [{ kind: 'free', severity: 'error', text }];
  });
}

function unitFaults(model: LinearModel): ModelFault[] {
  const columns = model.columnGroups.slice(model.sizes.length);
  const inTime = (g: Group): boolean => model.windowOfColumn[g.first]! >= 0;
  return [
    ...columns
      .filter((g) => g.tag === '' && inTime(g))
      .map((g): ModelFault => ({ kind: 'unit', severity: 'error', text: `${g.name} has no unit` })),
    ...model.rowGroups
      .filter((g) => !/^[A-Z]\d$/.test(g.tag))
      .map(
        (g): ModelFault => ({
          kind: 'unit',
          severity: 'error',
          text: `${g.name}: "${g.tag}" is no number of a row, such as E1`,
        }),
      ),
  ];
}

function spreadFaults(model: LinearModel, { starts, rows, values }: Matrix): ModelFault[] {
  let [small, large] = [-1, -1];
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i]!);
    if (size === 0) continue;
    if (small < 0 || size < Math.abs(values[small]!)) small = i;
    if (large < 0 || size > Math.abs(values[large]!)) large = i;
  }
  if (small < 0) return [];
  const decades = Math.log10(Math.abs(values[large]! / values[small]!));
  if (decades <= MOST_DECADES) return [];
  const at = (i: number): string => {
    let c = 0;
    while (starts[c + 1]! <= i) c++;
    const row = nameOf(model.rowGroups, rows[i]!, model);
    return `${values[i]!.toPrecision(2)} (${nameOf(model.columnGroups, c, model)} in ${row})`;
  };
  const text = `coefficients from ${at(small)} to ${at(large)} are ${Math.round(decades)} orders of magnitude apart`;
  return [{ kind: 'spread', severity: 'warning', text }];
}
