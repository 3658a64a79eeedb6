import type { Lever } from '../control/levers.ts';
import { fail } from '../errors/error.ts';
import type { GridDesk } from '../policy/event/desk.ts';
import { limitKw } from '../site/gridEvent.ts';
import { type LeverRequest, type LeverSetting, leverRequest, settingOf } from '../site/lever.ts';
import { reviveRecord } from '../twin/memory.ts';
import type { Plant } from '../twin/plant.ts';
import { formatNumber, formatQuantity } from '../units/quantity.ts';

/** Levers that may be pulled at once: more is a mistake. */
const MOST_LEVERS = 50;

/** A lever with the request that it came from. */
export interface Pulled {
  readonly lever: Lever;
  readonly request: LeverRequest;
}

/** The levers that were pulled at a site: checked against its plant, numbered, kept over restarts. */
export class Operator {
  readonly #plant: Plant;
  readonly #desk: GridDesk | undefined;
  #pulled: readonly Pulled[];
  #last: number;

  /**
   * @param saved what `save()` returned; levers that cannot be read are let go
   * @param desk meters what events are cut from; without it they are given as a power
   */
  constructor(plant: Plant, saved?: unknown, desk?: GridDesk) {
    this.#desk = desk;
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
    const untilMs = nowMs + parsed.data.for_s * 1000;
    const request = this.#resolved(parsed.data, nowMs, untilMs);
    const setting = settingOf(request);
    this.#check(setting);
    return { lever: { id: this.#last + 1, setting, fromMs: nowMs, untilMs, by }, request };
  }

  /** An event as the power that it leaves: a share is taken off the site's baseline, which is fixed now. */
  #resolved(request: LeverRequest, nowMs: number, untilMs: number): LeverRequest {
    if (request.lever !== 'event') return request;
    const { cut_share: share, ...rest } = request;
    if ((share === undefined) === (rest.import_max_kw === undefined)) {
      return fail('JW_LEVER', { reason: 'an event is a power or a share that is cut, one of the two' });
    }
    if (share === undefined) return rest;
    const event = { startMs: nowMs, endMs: untilMs, announcedMs: nowMs, cut: { share } };
    const hours = this.#desk?.baseline(event, nowMs)?.hours ?? [];
    if (hours.length === 0)
      return fail('JW_LEVER', { reason: 'no import was metered yet that a share could be cut from' });
    return { ...rest, import_max_kw: Math.min(...hours.map(({ kw: baselineKw }) => limitKw(baselineKw, { share }))) };
  }

  /** Pulls a lever that was asked for. @throws JW_LEVER where too many are */
  pull(pulled: Pulled): void {
    const { fromMs, id } = pulled.lever;
    if (this.levers(fromMs).length >= MOST_LEVERS) fail('JW_LEVER', { reason: `${MOST_LEVERS} are pulled already` });
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
    const levers = this.#pulled.map(({ lever: { id, fromMs, untilMs, by }, request }) => ({
      id,
      request,
      fromMs,
      untilMs,
      by,
    }));
    return { v: 1, last: this.#last, levers };
  }
}

function revivePulled(value: unknown): Pulled | undefined {
  const memory = reviveRecord(value);
  const request = leverRequest.safeParse(memory['request']);
  const [id, fromMs, untilMs] = [memory['id'], memory['fromMs'], memory['untilMs']];
  if (!request.success || typeof id !== 'number' || typeof fromMs !== 'number' || typeof untilMs !== 'number') {
    return undefined;
  }
  const lever = { id, setting: settingOf(request.data), fromMs, untilMs, by: String(memory['by']) };
  return { lever, request: request.data };
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
