import type { LinearModel } from './linearModel.ts';
import type { Group } from './table.ts';

/** A limit that was stretched for a while: what is short, when, by how much, and what holds it back. */
export interface Shortfall {
  /** Name of the slack: "electricity short", "chat not served", "CO2 missed". */
  readonly name: string;
  readonly unit: string;
  /** Base steps [from, to), and their hours. */
  readonly from: number;
  readonly to: number;
  readonly hours: number;
  /** True for a limit on a sum over time: what is missed of it in these steps, which others may have caused. */
  readonly total: boolean;
  /** Greatest in a step, and its sum over hours; the same for a total. */
  readonly most: number;
  readonly sum: number;
  /** Names of the limits that bind in most of these hours, those of greatest worth first. */
  readonly binds: readonly string[];
}

/** Slack below this is rounding of the solver, in the unit of the slack. */
const NOTHING = 1e-5;
/** Rows that say how a bus, a store, a plant or the reserve works are no limits that hold a supply back. */
const NO_LIMIT = /^(E1|B[124]|C2|T[12]|Z\d|K1)$/;
/** Sun and wind: where there is none, nobody would call it a limit. */
const WEATHER = /^[SW]1$/;

/**
 * Shortfalls of a solution, in the order of time: runs of steps with slack, each with the limits that bind there, which are rows
 * whose dual is not zero and that are not a bus, and stores that stand empty.
 *
 * @param values values of the model's columns
 * @param rowDuals prices of its rows, as the solver gives them
 */
export function shortfalls(model: LinearModel, values: Float64Array, rowDuals: Float64Array): Shortfall[] {
  const list: Shortfall[] = [];
  const slack = model.columnGroups.filter(
    (g) => g.slack && values.subarray(g.first, g.first + g.count).some((v) => v > NOTHING),
  );
  if (slack.length === 0) return list;
  const solution: Solution = { model, values, rowDuals, carried: carriedBy(model, values) };
  for (const group of slack) {
    if (group.count !== model.segments) {
      const value = values[group.first]!;
      const [from, to] = spanOf(model, group);
      if (value > NOTHING) {
        const hours = (to - from) * model.shape.stepH;
        list.push({
          name: group.name,
          unit: group.tag,
          from,
          to,
          hours,
          total: true,
          most: value,
          sum: value,
          binds: [],
        });
      }
      continue;
    }
    for (let k = 0; k < group.count; k++) {
      if (values[group.first + k]! <= NOTHING) continue;
      let end = k;
      while (end < group.count && values[group.first + end]! > NOTHING) end++;
      list.push(runOf(solution, group, k, end));
      k = end;
    }
  }
  return list.sort((a, b) => a.from - b.from);
}

/** Steps of the window that a column which stands for more than a step belongs to. */
function spanOf({ shape, windowOfColumn }: LinearModel, { first }: Group): readonly [number, number] {
  const window = windowOfColumn[first]!;
  const inside = (k: number): boolean => window < 0 || shape.window[k] === window;
  const own = Array.from({ length: shape.count }, (_, k) => k).filter(inside);
  return [shape.starts[own[0] ?? 0]!, shape.starts[(own.at(-1) ?? 0) + 1]!];
}

/** A solution with what flows through each row, sizes apart. */
interface Solution {
  readonly model: LinearModel;
  readonly values: Float64Array;
  readonly rowDuals: Float64Array;
  readonly carried: Float64Array;
}

function carriedBy(model: LinearModel, values: Float64Array): Float64Array {
  const { starts, rows, values: coefficients } = model.matrix();
  const sums = new Float64Array(model.rowCount);
  for (let c = model.sizes.length; c < model.columnCount; c++) {
    for (let i = starts[c]!; i < starts[c + 1]!; i++) sums[rows[i]!]! += Math.abs(coefficients[i]! * values[c]!);
  }
  return sums;
}

function runOf(solution: Solution, group: Group, first: number, end: number): Shortfall {
  const { model, values } = solution;
  let [most, sum, hours] = [0, 0, 0];
  for (let k = first; k < end; k++) {
    const value = values[group.first + k]!;
    most = Math.max(most, value);
    sum += value * model.hours[k]!;
    hours += model.hours[k]!;
  }
  return {
    name: group.name,
    unit: group.tag,
    from: model.span(first)[0],
    to: model.span(end - 1)[1],
    hours,
    total: false,
    most,
    sum,
    binds: bindingIn(solution, first, end),
  };
}

/** Limits that bind in more than half of the segments [first, end). */
function bindingIn({ model, values, rowDuals, carried }: Solution, first: number, end: number): string[] {
  const found: { name: string; worth: number }[] = [];
  const often = (is: (k: number) => boolean): boolean => {
    let count = 0;
    for (let k = first; k < end; k++) if (is(k)) count++;
    return 2 * count > end - first;
  };
  let dearest = 1;
  for (let k = first; k < end; k++) {
    for (const { tag, first: row } of model.rowGroups) {
      if (tag === 'E1') dearest = Math.max(dearest, Math.abs(rowDuals[row + k]!));
    }
  }
  for (const { name, tag, first: row, count } of model.rowGroups) {
    if (count !== model.segments || NO_LIMIT.test(tag)) continue;
    // What is not there at all carries nothing ever.
    if (carried.subarray(row, row + count).every((v) => v <= NOTHING)) continue;
    const isCalm = (k: number) => WEATHER.test(tag) && carried[row + k]! <= NOTHING;
    let worth = 0;
    for (let k = first; k < end; k++) worth += Math.abs(rowDuals[row + k]!);
    if (often((k) => !isCalm(k)) && often((k) => Math.abs(rowDuals[row + k]!) > 1e-6 * dearest))
      found.push({ name, worth });
  }
  // A store that stands empty binds too.
  for (const { name, state } of model.states) {
    const group = model.columnGroups.find((g) => g.first === state.first)!;
    const held = values.subarray(group.first, group.first + group.count);
    if (group.tag !== 'kWh' || held.every((v) => v <= NOTHING)) continue;
    const isEmpty = (k: number) => held[k]! <= NOTHING && values[state.before(k)]! <= NOTHING;
    if (often(isEmpty)) found.push({ name: `${name}: empty`, worth: 0 });
  }
  return found.sort((a, b) => b.worth - a.worth).map((f) => f.name);
}
