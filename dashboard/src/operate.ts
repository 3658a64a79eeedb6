/** What the administration says of a lever before it is pulled. */
export interface Effect {
  readonly lever: string;
  readonly currency: string;
  readonly difference: Readonly<Record<string, number>>;
}

/** A lever as the form has it. */
export interface LeverForm {
  readonly lever: string;
  /** Values of its fields by name, as typed. */
  readonly fields: Readonly<Record<string, string>>;
  readonly hours: string;
}

/** A field of a lever. */
export interface Field {
  readonly name: string;
  readonly label: string;
  /** Words to choose from; a number where left out. */
  readonly words?: readonly string[];
  readonly text?: boolean;
  readonly value: string;
  readonly optional?: boolean;
}

/** A lever as the control room offers it. */
export interface Offered {
  readonly lever: string;
  /** What the administration calls it, where that is something else. */
  readonly name?: string;
  readonly label: string;
  readonly fields: readonly Field[];
}

/** An event that is announced starts later, by the clocks of the site. */
const START: Field = { name: 'start', label: 'from, as 2026-01-14T18:00 (now)', value: '', text: true, optional: true };

/** Levers that the control room offers; the command line has all of them. */
export const OFFERED: readonly Offered[] = [
  { lever: 'hold-battery', label: 'Hold the battery', fields: [] },
  {
    lever: 'start-generator',
    label: 'Start the generators',
    fields: [{ name: 'power_kw', label: 'at least, kW', value: '', optional: true }],
  },
  {
    lever: 'event',
    label: 'Limit import',
    fields: [{ name: 'import_max_kw', label: 'import up to, kW', value: '200' }, START],
  },
  {
    lever: 'event-share',
    name: 'event',
    label: 'Cut import by a share',
    fields: [{ name: 'cut_share', label: 'cut, 0 to 1', value: '0.25' }, START],
  },
  {
    lever: 'reserve',
    label: 'Keep a reserve',
    fields: [{ name: 'hours', label: 'hours without the grid', value: '4' }],
  },
  {
    lever: 'weights',
    label: 'Weigh CO₂ and water',
    fields: [
      { name: 'cost', label: 'factor of money', value: '1' },
      { name: 'carbon_per_t', label: 'CO₂, per t', value: '100' },
      { name: 'water_per_m3', label: 'water, per m³', value: '0' },
    ],
  },
  {
    lever: 'drain',
    label: 'Drain a deployment',
    fields: [{ name: 'deployment', label: 'deployment', value: '', text: true }],
  },
  {
    lever: 'mode',
    label: 'Change the mode',
    fields: [{ name: 'mode', label: 'mode', words: ['advise', 'shadow', 'control'], value: 'shadow' }],
  },
];

/** The request of a form; undefined while a field is missing or no number. */
export function requestOf({ lever, fields, hours }: LeverForm): object | undefined {
  const offered = OFFERED.find((one) => one.lever === lever);
  const forS = Math.round(3600 * Number(hours));
  if (offered === undefined || !(forS >= 60)) return undefined;
  const given: Record<string, string | number> = {};
  for (const field of offered.fields) {
    const typed = (fields[field.name] ?? field.value).trim();
    if (typed === '') {
      if (field.optional === true) continue;
      return undefined;
    }
    const isWord = field.words !== undefined || field.text === true;
    const value = isWord ? typed : Number(typed.replace(',', '.'));
    if (typeof value === 'number' && !Number.isFinite(value)) return undefined;
    given[field.name] = value;
  }
  return { lever: offered.name ?? lever, ...given, for_s: forS };
}

/** Asks the administration. Rejects with what it says is wrong. */
export async function operate(key: string, method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`/api/admin/operate${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said: unknown = await answer.json();
  if (answer.ok) return said;
  throw new Error(messageOf(said) ?? `the site answers with ${answer.status}`);
}

function messageOf(said: unknown): string | undefined {
  if (typeof said !== 'object' || said === null || !('error' in said)) return undefined;
  const { error } = said;
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return String(error.message);
}

/** Whether an answer is the effect of a lever. */
export function isEffect(value: unknown): value is Effect {
  if (typeof value !== 'object' || value === null || !('difference' in value) || !('lever' in value)) return false;
  return typeof value.difference === 'object' && value.difference !== null;
}
