import { type Fault, fault, JoulewrightError } from '../errors/error.ts';
import { isMacrsYears } from '../finance/tax.ts';
import { isRecord } from './describe.ts';
import { FILE_KEYS, SERVER_KEYS } from './engineSection.ts';
import { parseGridEvent } from './gridEvent.ts';
import { type Row, rowsOf, sectionOf } from './rows.ts';
import type { Path, Source } from './source.ts';

type Section = Readonly<Record<string, unknown>>;

/** Collects complaints about keys that only make sense together. */
class Choices {
  readonly faults: Fault[] = [];
  readonly #source: Source;
  constructor(source: Source) {
    this.#source = source;
  }
  say(path: Path, reason: string, hint: string): void {
    this.faults.push(fault('JW_SITE_VALUE', { reason, hint }, this.#source.where(path)));
  }
  /** What reading a value throws, with its place in the file. */
  reads(path: Path, read: () => unknown): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof JoulewrightError)) throw error;
      this.faults.push(...error.faults.map((f) => ({ ...f, where: this.#source.where(path) })));
    }
  }
  /** Exactly one of the keys. */
  one(path: Path, section: Section, keys: readonly string[], hint: string): string | undefined {
    const given = keys.filter((k) => section[k] !== undefined);
    if (given.length === 1) return given[0];
    const reason =
      given.length === 0 ? `one of ${keys.join(', ')} is needed` : `${given.join(' and ')} exclude each other`;
    this.say(given.length === 0 ? path : [...path, given[1]!], reason, hint);
    return given[0];
  }
  /** None of the keys. */
  none(path: Path, section: Section, keys: readonly string[], why: string): void {
    for (const key of keys) {
      if (section[key] !== undefined) this.say([...path, key], `"${key}" has no meaning here`, `${why}; remove it`);
    }
  }
  /** All of the keys. */
  all(path: Path, section: Section, keys: readonly string[], why: string): void {
    for (const key of keys) {
      if (section[key] === undefined) this.say(path, `"${key}" is missing`, why);
    }
  }
}

function demand(c: Choices, path: Path, section: Section): void {
  const way = c.one(
    path,
    section,
    ['shape', 'file'],
    'a named shape with mean or peak, or a file with a recorded rate',
  );
  if (way === 'shape') {
    c.one(path, section, ['mean', 'peak'], 'say how strong it is, such as mean: "2 req/s"');
    c.none(path, section, ['series', 'scale', 'start', 'clock'], 'this belongs to a recorded rate (file)');
  } else if (section['mean'] !== undefined && section['peak'] !== undefined) {
    c.say([...path, 'peak'], 'mean and peak exclude each other', 'keep one');
  }
}

function lengths(c: Choices, path: Path, section: Section): void {
  if (section['input'] !== undefined || section['output'] !== undefined) {
    c.all(path, section, ['input', 'output'], 'give both means, in tokens');
    c.none(path, section, ['mix', 'trace'], 'means are given');
  } else {
    c.one(path, section, ['mix', 'trace'], 'a named mix, a trace, or the means input and output');
    c.none(path, section, ['input_sigma', 'output_sigma'], 'this belongs to means (input, output)');
  }
}

function service(c: Choices, row: Row): void {
  const { path, data } = row;
  const hint = 'the id of the deployment that serves it, or deployments: [a, b] where several do';
  c.one(path, data, ['deployment', 'deployments'], hint);
  if (isRecord(data['demand'])) demand(c, [...path, 'demand'], data['demand']);
  if (isRecord(data['lengths'])) lengths(c, [...path, 'lengths'], data['lengths']);
  if (data['kind'] === 'interactive') {
    c.all(
      path,
      data,
      ['ttft', 'tpot'],
      'an interactive service has both latency targets, such as ttft: "2 s", tpot: "100 ms"',
    );
    c.none(path, data, ['deadline'], 'an interactive service is served at once');
  } else if (data['kind'] === 'batch') {
    c.all(path, data, ['deadline'], 'a batch service has a deadline, such as "24 h"');
    c.none(path, data, ['ttft', 'tpot'], 'a batch service has a deadline instead');
  }
}

/** An address with a secret in it, or that is none. */
function addressFault(c: Choices, path: Path, value: unknown): void {
  if (typeof value !== 'string') return;
  if (!/^https?:\/\//.test(value)) {
    c.say(path, `"${value}" is not an http address`, 'write it like http://10.0.0.5:8000/v1');
  } else if (/^https?:\/\/[^/]*@/.test(value)) {
    const hint = 'leave user and password out; a key goes into an environment variable, api_key: {env: NAME}';
    c.say(path, 'a secret is never written in the site file, not in an address either', hint);
  }
}

function engine(c: Choices, path: Path, section: Section): void {
  const { kind, urls, overflow } = section;
  if (kind === 'simulated')
    c.none(path, section, [...SERVER_KEYS, ...FILE_KEYS], 'the simulated engine needs no server');
  else if (kind === 'gguf') {
    c.all(path, section, ['file'], 'say where the model file is, such as file: models/small.gguf');
    const keys = SERVER_KEYS.filter((key) => key !== 'slots');
    c.none(path, section, keys, 'a model file is served by the gateway itself');
  } else if (typeof kind === 'string') {
    c.none(path, section, FILE_KEYS, 'the server has the model');
    if (urls === undefined)
      c.all(path, section, ['url'], 'say where the server answers, such as http://10.0.0.5:8000/v1');
    else c.none(path, section, ['url', 'metrics'], 'several servers are given by urls');
    for (const key of ['url', 'metrics']) addressFault(c, [...path, key], section[key]);
    for (const [i, one] of (Array.isArray(urls) ? urls : []).entries()) addressFault(c, [...path, 'urls', i], one);
    if (isRecord(overflow)) addressFault(c, [...path, 'overflow', 'url'], overflow['url']);
  }
}

function finance(c: Choices, section: Section): void {
  if (section['rates'] === 'nominal') {
    c.all(
      ['finance'],
      section,
      ['inflation'],
      'nominal rates have inflation within: say how much, such as inflation: "9 %"',
    );
  }
  const { tax } = section;
  if (!isRecord(tax)) return;
  const years = tax['depreciation_years'];
  if (tax['depreciation'] === 'none') {
    c.none(['finance', 'tax'], tax, ['depreciation_years', 'bonus'], 'nothing is written off');
  } else if (tax['depreciation'] === 'macrs' && typeof years === 'number' && !isMacrsYears(years)) {
    c.say(['finance', 'tax', 'depreciation_years'], `MACRS has no period of ${years} years`, '3, 5, 7, 10, 15 or 20');
  }
}

/** Keys that need or exclude each other. */
export function choiceFaults(data: unknown, source: Source): Fault[] {
  const c = new Choices(source);
  if (isRecord(data) && isRecord(data['weather'])) {
    c.one(['weather'], data['weather'], ['climate', 'file'], 'the id of a climate, or a weather file');
  }
  finance(c, sectionOf(data, 'finance'));
  for (const { path, data: pool } of rowsOf(data, 'pools')) {
    if (pool['rent'] !== undefined) c.none(path, pool, ['capex', 'residual', 'value_loss'], 'the nodes are rented');
    if (pool['value_loss'] === 'geometric')
      c.all(path, pool, ['residual'], 'say what is left, such as residual: "10 %"');
  }
  for (const row of rowsOf(data, 'services')) service(c, row);
  for (const row of rowsOf(data, 'deployments')) {
    if (isRecord(row.data['engine'])) engine(c, [...row.path, 'engine'], row.data['engine']);
  }
  const events = sectionOf(data, 'rules')['events'];
  for (const [i, text] of (Array.isArray(events) ? events : []).entries()) {
    // The zone moves an event, and does not make it right or wrong.
    if (typeof text === 'string') c.reads(['rules', 'events', i], () => parseGridEvent(text, 'UTC'));
  }
  const hours = sectionOf(sectionOf(data, 'rules'), 'peak_reduction')['peak_hours'];
  for (const [i, pair] of (Array.isArray(hours) ? hours : []).entries()) {
    if (Array.isArray(pair) && typeof pair[0] === 'number' && typeof pair[1] === 'number' && pair[0] >= pair[1]) {
      c.say(['rules', 'peak_reduction', 'peak_hours', i], 'the period ends before it begins', 'split it at midnight');
    }
  }
  return c.faults;
}
