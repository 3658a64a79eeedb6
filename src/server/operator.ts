import type { Lever } from '../control/levers.ts';
import { fail } from '../errors/error.ts';
import type { GridDesk } from '../policy/event/desk.ts';
import { DAY_MS, MINUTE_MS } from '../series/grid.ts';
import { hasTime, localInstant } from '../series/localTime.ts';
import { limitKw } from '../site/gridEvent.ts';
import { type LeverRequest, type LeverSetting, leverRequest, settingOf } from '../site/lever.ts';
import { reviveRecord } from '../twin/memory.ts';
import type { Plant } from '../twin/plant.ts';
import { formatNumber, formatQuantity } from '../units/quantity.ts';

/** Levers that may be pulled at once: more is a mistake. */
const MOST_LEVERS = 50;
/** An event starts within this: what lies beyond belongs into the site file. */
const FARTHEST_MS = 7 * DAY_MS;
/** Meters of the grid are read so often. */
const METER_MS = 15 * MINUTE_MS;

/** A lever with the request that it came from. */
export interface Pulled {
  readonly lever: Lever;
  readonly request: LeverRequest;
}

/** The levers that were pulled at a site: checked against its plant, numbered, kept over restarts. */
export class Operator {
  readonly #plant: Plant;
  readonly #desk: GridDesk | undefined;
  readonly #zone: string;
  #pulled: readonly Pulled[];
  #last: number;

  /**
   * @param saved what `save()` returned; levers that cannot be read are let go
   * @param desk meters what events are cut from; without it they are given as a power
   * @param zone IANA zone of the site, whose clocks tell when an event starts
   */
  constructor(plant: Plant, saved?: unknown, desk?: GridDesk, zone = 'UTC') {
    this.#desk = desk;
    this.#zone = zone;
    const memory = reviveRecord(saved);
    const list = Array.isArray(memory['levers']) ? memory['levers'] : [];
    this.#plant = plant;
    this.#pulled = list.flatMap((lever: unknown) => revivePulled(lever) ?? []);
    this.#last = Math.max(0, Number(memory['last']) || 0, ...this.#pulled.map(({ lever }) => lever.id));
  }

  /** Levers that hold now or later, oldest first. */
  levers(nowMs: number): readonly Lever[] {
    this.#pulled = this.#pulled.filter(({ lever }) => lever.untilMs > nowMs);
    return this.#pulled.map(({ lever }) => lever);
  }

  /**
   * What a request asks for, as a lever that was not pulled yet.
   *
   * @throws JW_LEVER for what the site does not have
   */
  ask(asked: LeverRequest, nowMs: number, by: string): Pulled {
    const parsed = leverRequest.safeParse(asked);
    if (!parsed.success) return fail('JW_LEVER', { reason: parsed.error.issues[0]!.message });
    const { fromMs, knownMs } = this.#startOf(parsed.data, nowMs);
    const untilMs = fromMs + parsed.data.for_s * 1000;
    const request = this.#resolved(parsed.data, nowMs, { fromMs, untilMs });
    const setting = settingOf(request);
    this.#check(setting);
    const known = knownMs === undefined ? {} : { knownMs };
    return { lever: { id: this.#last + 1, setting, fromMs, untilMs, ...known, by }, request };
  }

  /** When a lever starts to hold, and since when it is known; now, save for an event that is announced. */
  #startOf(request: LeverRequest, nowMs: number): { readonly fromMs: number; readonly knownMs?: number } {
    if (request.lever !== 'event' || (request.start === undefined && request.notice_s === undefined))
      return { fromMs: nowMs };
    const { start, notice_s: noticeS } = request;
    if (start === undefined) return fail('JW_LEVER', { reason: 'a notice is for an event that has a start' });
    const fromMs = instantOf(start, this.#zone);
    if (fromMs === undefined)
      return fail('JW_LEVER', { reason: `"${start}" is no time like 2026-01-14T18:00 or 2026-01-14T18:00:00+05:00` });
    if (fromMs < nowMs) return fail('JW_LEVER', { reason: `${start} is over; an event that starts now has no start` });
    if (fromMs > nowMs + FARTHEST_MS) return fail('JW_LEVER', { reason: `${start} is more than a week away` });
    return noticeS === undefined ? { fromMs } : { fromMs, knownMs: Math.max(nowMs, fromMs - 1000 * noticeS) };
  }

  /** An event as the power that it leaves: what is cut is taken off the site's baseline, which is fixed now. */
  #resolved(request: LeverRequest, nowMs: number, time: Pick<Lever, 'fromMs' | 'untilMs'>): LeverRequest {
    if (request.lever !== 'event') return request;
    const { cut_share: share, cut_kw: powerKw, ...rest } = request;
    const given = [share, powerKw, rest.import_max_kw].filter((value) => value !== undefined);
    if (given.length !== 1)
      return fail('JW_LEVER', {
        reason: 'an event is a power, a share that is cut, or a power that is cut, one of these',
      });
    if (rest.import_max_kw !== undefined) return rest;
    const cut = share === undefined ? { powerKw: powerKw ?? 0 } : { share };
    // Of a quarter that is not over the meter tells nothing
    const announcedMs = Math.floor(nowMs / METER_MS) * METER_MS;
    const event = { startMs: time.fromMs, endMs: time.untilMs, announcedMs, cut };
    const hours = this.#desk?.baseline(event, nowMs)?.hours ?? [];
    if (hours.length === 0)
      return fail('JW_LEVER', { reason: 'no import was metered yet that something could be cut from' });
    return { ...rest, import_max_kw: Math.min(...hours.map(({ kw: baselineKw }) => limitKw(baselineKw, cut))) };
  }

  /** Pulls a lever that was asked for. @throws JW_LEVER where too many are */
  pull(pulled: Pulled): void {
    const { id } = pulled.lever;
    if (this.#pulled.length >= MOST_LEVERS) fail('JW_LEVER', { reason: `${MOST_LEVERS} are pulled already` });
    this.#last = id;
    this.#pulled = [...this.#pulled, pulled];
  }

  /** Lets a lever go. @throws JW_LEVER for one that is not pulled */
  letGo(id: number, nowMs: number): Lever {
    const found = this.levers(nowMs).find((lever) => lever.id === id);
    if (found === undefined) return fail('JW_LEVER', { reason: `none with the number ${id} is pulled` });
    this.#pulled = this.#pulled.filter(({ lever }) => lever !== found);
    return found;
  }

  #check(setting: LeverSetting): void {
    const { dispatch, halls } = this.#plant;
    const among = (what: string, unit: string | null, ids: readonly string[]): void => {
      if (ids.length === 0) fail('JW_LEVER', { reason: `the site has no ${what}` });
      if (unit !== null && !ids.includes(unit)) {
        fail('JW_LEVER', { reason: `there is no ${what} "${unit}"; there are: ${ids.join(', ')}` });
      }
    };
    if (setting.kind === 'hold-battery') {
      const stores = dispatch.filter(({ role }) => role === 'store');
      among(
        'battery',
        setting.unit,
        stores.map(({ id }) => id),
      );
    }
    if (setting.kind === 'start-generator') {
      const sources = dispatch.filter(({ role, mustTake }) => role === 'source' && !mustTake);
      among(
        'generator',
        setting.unit,
        sources.map(({ id }) => id),
      );
    }
    if (setting.kind === 'drain') {
      const deployments = halls.flatMap(({ it }) => it.map(({ id }) => id));
      among('deployment', setting.deployment, deployments);
    }
  }

  save(): unknown {
    const levers = this.#pulled.map(({ lever: { setting: _, ...lever }, request }) => ({ ...lever, request }));
    return { v: 1, last: this.#last, levers };
  }
}

function revivePulled(value: unknown): Pulled | undefined {
  const memory = reviveRecord(value);
  const request = leverRequest.safeParse(memory['request']);
  const [id, fromMs, untilMs, knownMs] = [memory['id'], memory['fromMs'], memory['untilMs'], memory['knownMs']];
  if (!request.success || typeof id !== 'number' || typeof fromMs !== 'number' || typeof untilMs !== 'number') {
    return undefined;
  }
  const known = typeof knownMs === 'number' ? { knownMs } : {};
  const lever = { id, setting: settingOf(request.data), fromMs, untilMs, ...known, by: String(memory['by']) };
  return { lever, request: request.data };
}

/** An instant as ISO 8601 with its offset, or as the clocks of a zone show it; undefined for anything else. */
function instantOf(text: string, zone: string): number | undefined {
  if (hasTime(text)) return localInstant(text, zone);
  const ms = /T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

const kw = (powerKw: number): string => formatQuantity(powerKw, 'power');

/** What a lever does, in words. */
export function leverText(setting: LeverSetting): string {
  switch (setting.kind) {
    case 'mode':
      return { advise: 'only advises', shadow: 'acts on nothing, keeps the score', control: 'in control' }[
        setting.mode
      ];
    case 'bounds':
      return `bounds: ${boundsText(setting).join(', ')}`;
    case 'reserve':
      return `stores kept for ${formatNumber(setting.hours)} h without the grid`;
    case 'weights': {
      const { cost, carbonPerT, waterPerM3 } = setting;
      return `weights: money × ${formatNumber(cost)}, CO2 ${formatNumber(carbonPerT)} per t, water ${formatNumber(waterPerM3)} per m³`;
    }
    case 'hold-battery':
      return `${setting.unit ?? 'batteries'} held`;
    case 'start-generator': {
      const least = setting.powerKw === null ? '' : ` at ${kw(setting.powerKw)} or more`;
      return `${setting.unit ?? 'generators'} running${least}`;
    }
    case 'drain':
      return `${setting.deployment} drained`;
    case 'event':
      return `import below ${kw(setting.mostImportKw)}`;
  }
}

function boundsText(setting: Extract<LeverSetting, { kind: 'bounds' }>): string[] {
  const { leastAwakeShare, leastStoredShare, mostImportKw, minSupplyC, maxSupplyC, generators } = setting;
  const told: (string | undefined)[] = [
    leastAwakeShare === undefined ? undefined : `${formatNumber(100 * leastAwakeShare)} % of the replicas awake`,
    leastStoredShare === undefined ? undefined : `${formatNumber(100 * leastStoredShare)} % of the charge kept`,
    mostImportKw === undefined ? undefined : `import up to ${kw(mostImportKw)}`,
    minSupplyC === undefined ? undefined : `supply from ${formatNumber(minSupplyC)} °C`,
    maxSupplyC === undefined ? undefined : `supply to ${formatNumber(maxSupplyC)} °C`,
    generators === undefined ? undefined : generators ? 'generators allowed' : 'generators only in need',
  ];
  const list = told.filter((text) => text !== undefined);
  return list.length === 0 ? ['none'] : list;
}
