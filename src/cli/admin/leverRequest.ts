import { fail } from '../../errors/error.ts';
import type { Dimension } from '../../units/dimension.ts';
import { parseQuantity } from '../../units/quantity.ts';
import type { OptionDef, Typed } from '../command.ts';

const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'operate' });

/** Options that set a lever. */
export const LEVER_OPTIONS: Readonly<Record<string, OptionDef>> = {
  for: { type: 'string', value: 'TIME', about: 'how long it holds, such as "2 h", up to 7 days (default 1 h)' },
  mode: {
    type: 'string',
    value: 'MODE',
    about: 'mode: advise, shadow, control',
    words: ['advise', 'shadow', 'control'],
  },
  hours: { type: 'string', value: 'H', about: 'reserve: hours that the stores carry the load without the grid' },
  cost: { type: 'string', value: 'FACTOR', about: 'weights: factor of every price (default 1)' },
  carbon: {
    type: 'string',
    value: 'MONEY',
    about: 'weights: what a t of CO2 counts, in the site’s currency (default 0)',
  },
  water: { type: 'string', value: 'MONEY', about: 'weights: what a m³ of water counts (default 0)' },
  unit: { type: 'string', value: 'ID', about: 'hold-battery, start-generator: which one (default: all)' },
  power: { type: 'string', value: 'POWER', about: 'start-generator: at least this power, such as "200 kW"' },
  deployment: { type: 'string', value: 'ID', about: 'drain: which deployment' },
  'import-max': { type: 'string', value: 'POWER', about: 'event, bounds: most that is bought, such as "300 kW"' },
  cut: {
    type: 'string',
    value: 'CUT',
    about: 'event: what of its usual import is not bought, such as "25 %" or "200 kW"',
  },
  start: {
    type: 'string',
    value: 'TIME',
    about: 'event: when it starts, local time of the site such as 2026-01-14T18:00 (default now)',
  },
  notice: {
    type: 'string',
    value: 'TIME',
    about: 'event: how long before its start the controller learns of it (default at once)',
  },
  'awake-min': {
    type: 'string',
    value: 'SHARE',
    about: 'bounds: part of the replicas that stays awake, such as "25 %"',
  },
  'stored-min': { type: 'string', value: 'SHARE', about: 'bounds: part of the charge that is kept' },
  'supply-min': { type: 'string', value: 'TEMP', about: 'bounds: coldest liquid supply, such as "20 °C"' },
  'supply-max': { type: 'string', value: 'TEMP', about: 'bounds: warmest liquid supply' },
  generators: {
    type: 'string',
    value: 'WHEN',
    about: 'bounds: allowed, or only in need',
    words: ['allowed', 'in need'],
  },
};

/** Which options a lever takes, and which of them it must have. */
const TAKES: Readonly<Record<string, { readonly needs: readonly string[]; readonly may: readonly string[] }>> = {
  mode: { needs: ['mode'], may: [] },
  bounds: { needs: [], may: ['import-max', 'awake-min', 'stored-min', 'supply-min', 'supply-max', 'generators'] },
  reserve: { needs: ['hours'], may: [] },
  weights: { needs: [], may: ['cost', 'carbon', 'water'] },
  'hold-battery': { needs: [], may: ['unit'] },
  'start-generator': { needs: [], may: ['unit', 'power'] },
  drain: { needs: ['deployment'], may: [] },
  event: { needs: [], may: ['import-max', 'cut', 'start', 'notice'] },
};

/** The request that the options of a lever make. @throws JW_USAGE, or the faults of a quantity */
export function requestFrom(lever: string, typed: Typed): object {
  const takes = TAKES[lever] ?? wrong(`LEVER is one of ${Object.keys(TAKES).join(', ')}, not "${lever}"`);
  for (const name of takes.needs) if (typed.text(name) === undefined) wrong(`--${name} is missing`);
  for (const name of Object.keys(LEVER_OPTIONS)) {
    const fits = name === 'for' || takes.needs.includes(name) || takes.may.includes(name);
    if (!fits && typed.text(name) !== undefined) wrong(`--${name} is not for ${lever}`);
  }
  const quantity = (name: string, dimension: Dimension): number | undefined => {
    const text = typed.text(name);
    return text === undefined ? undefined : parseQuantity(text, dimension).value;
  };
  const number = (name: string): number | undefined => {
    const text = typed.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    return Number.isFinite(value) ? value : wrong(`--${name} takes a number, not "${text}"`);
  };
  const generators = typed.text('generators');
  const noticeS = quantity('notice', 'duration');
  const given: Readonly<Record<string, unknown>> = {
    mode: typed.text('mode'),
    hours: number('hours'),
    cost: number('cost'),
    carbon_per_t: number('carbon'),
    water_per_m3: number('water'),
    unit: typed.text('unit'),
    power_kw: quantity('power', 'power'),
    deployment: typed.text('deployment'),
    import_max_kw: quantity('import-max', 'power'),
    ...cutOf(typed.text('cut')),
    start: typed.text('start'),
    notice_s: noticeS === undefined ? undefined : Math.round(noticeS),
    awake_min: quantity('awake-min', 'share'),
    stored_min: quantity('stored-min', 'share'),
    supply_min_c: quantity('supply-min', 'temperature'),
    supply_max_c: quantity('supply-max', 'temperature'),
    generators: generators === undefined ? undefined : generators === 'allowed',
  };
  const forS = Math.round(quantity('for', 'duration') ?? 3600);
  return {
    lever,
    for_s: forS,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

/** A cut as a share or as a power. */
function cutOf(text: string | undefined): object {
  if (text === undefined) return {};
  return /[a-z]\s*$/i.test(text)
    ? { cut_kw: parseQuantity(text, 'power').value }
    : { cut_share: parseQuantity(text, 'share').value };
}
