/**
 * A long list written shortly: `{ "flat": 1, "count": 8760, "set": { "100": 10 } }` is 8,760 ones with a 10 in place 100.
 * Places count from 1, as hours of the year do in the literature. `repeat` lays a pattern (a day, a week) end to end in
 * place of `flat`.
 */
export interface ListSpec {
  readonly flat?: number;
  readonly repeat?: readonly number[];
  readonly count: number;
  readonly set?: Readonly<Record<string, number>>;
}

/** No list is longer: a leap year of minutes. */
const LONGEST = 527_040;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

/** True for a value that is meant as a list spec: a map with a `count`. */
export function isListSpec(value: unknown): value is Readonly<Record<string, unknown>> & { readonly count: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'count' in value;
}

/**
 * The list that a spec stands for.
 *
 * @returns the list, or in words what is wrong with the spec
 */
export function expandList(spec: Readonly<Record<string, unknown>>): number[] | string {
  const { flat, repeat, count, set, ...others } = spec;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) return `a list has flat or repeat, count and set, not "${stranger}"`;
  if (!isNumber(count) || !Number.isInteger(count) || count < 0 || count > LONGEST) {
    return `count is a whole number from 0 to ${LONGEST}`;
  }
  if ((flat === undefined) === (repeat === undefined)) return 'a list has either flat or repeat';
  const pattern: unknown = flat === undefined ? repeat : [flat];
  if (!Array.isArray(pattern) || pattern.length === 0 || !pattern.every(isNumber)) {
    return 'flat is a number, repeat a list of numbers';
  }
  const list = Array.from({ length: count }, (_, i) => pattern[i % pattern.length]!);
  if (set === undefined) return list;
  if (typeof set !== 'object' || set === null || Array.isArray(set)) return 'set is a map from places to numbers';
  for (const [key, value] of Object.entries(set)) {
    const place = Number(key);
    if (!Number.isInteger(place) || place < 1 || place > count) return `set: there is no place ${key} in 1 to ${count}`;
    if (!isNumber(value)) return `set: the value of place ${key} is not a number`;
    list[place - 1] = value;
  }
  return list;
}

/**
 * Inputs of a formula with every list spec written out; all else is left as it is.
 *
 * @returns the inputs, or in words which one is wrong
 */
export function expandInputs(inputs: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | string {
  const out: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(inputs)) {
    const list = isListSpec(value) ? expandList(value) : value;
    if (isListSpec(value) && typeof list === 'string') return `${name}: ${list}`;
    out[name] = list;
  }
  return out;
}
