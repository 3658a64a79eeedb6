import type { DayType, TariffWindow } from '../../catalog/catalog.ts';
import type { LocalTime } from '../../series/zone.ts';
import type { Block, Tier } from './bill.ts';

const DAY_TYPES: readonly DayType[] = ['weekday', 'weekend', 'holiday'];
/** Slots of a table by month, day type and hour. */
const SLOTS = 12 * 3 * 24;

/** Days of the type `holiday`, as month * 100 + day for every year, or year * 10,000 + month * 100 + day. */
export type Holidays = ReadonlySet<number>;

/** A demand charge: what its peak is measured in, and what it costs. */
export interface Ratchet {
  readonly name: string;
  /** Where its peaks stand in the state; the same for a ratchet of that name in every version of the tariff. */
  readonly slot: number;
  /** Money per kW and month, January first. */
  readonly perKw: readonly number[];
  /** Changes of the price above a power; none in most tariffs. */
  readonly tiers: readonly Tier[];
  /** 1 where an hour counts, by slot; undefined = every hour. */
  readonly window: Uint8Array | undefined;
  readonly lookback: Lookback | undefined;
}

/** The billed peak is at least a share of the highest peak of chosen months among the eleven before. */
export interface Lookback {
  readonly share: number;
  /** By calendar month, January first. */
  readonly months: readonly boolean[];
}

/** A version of a tariff in the site's currency, laid out for steps. */
export interface Terms {
  /** First local day it holds, year * 10,000 + month * 100 + day. */
  readonly fromDay: number;
  /** Price of import by slot, per kWh. */
  readonly perKwh: Float64Array;
  readonly holidays: Holidays | undefined;
  /** Energy tiers and the surcharge above the contract, by energy bought in the billing period; [] when there are none. */
  readonly blocks: readonly Block[];
  readonly ratchets: readonly Ratchet[];
  readonly fixedPerMonth: number;
}

/** year * 10,000 + month * 100 + day. */
export function dayCode(year: number, month: number, day: number): number {
  return year * 10_000 + month * 100 + day;
}

/** Slot of a local time in tables by month, day type and hour. */
export function slotOf(local: LocalTime, holidays: Holidays | undefined): number {
  let type = local.weekday > 4 ? 1 : 0;
  if (holidays !== undefined) {
    const day = local.month * 100 + local.day;
    if (holidays.has(day) || holidays.has(local.year * 10_000 + day)) type = 2;
  }
  return ((local.month - 1) * 3 + type) * 24 + Math.floor(local.hour);
}

/**
 * Whether an hour of the day lies in one of the spans: it belongs to the span that holds its middle. A span [from, to) with
 * from >= to goes over midnight; [0, 24] is the whole day.
 */
export function inHours(hour: number, spans: readonly (readonly [number, number])[]): boolean {
  const middle = hour + 0.5;
  return spans.some(([from, to]) => (from < to ? middle >= from && middle < to : middle >= from || middle < to));
}

/** Calls back for every slot that lies in a window. */
function eachSlot({ hours, months, days }: TariffWindow, use: (slot: number) => void): void {
  for (let month = 1; month <= 12; month++) {
    if (months !== undefined && !months.includes(month)) continue;
    for (const [type, name] of DAY_TYPES.entries()) {
      if (days !== undefined && !days.includes(name)) continue;
      for (let hour = 0; hour < 24; hour++) {
        if (hours === undefined || inHours(hour, hours)) use(((month - 1) * 3 + type) * 24 + hour);
      }
    }
  }
}

/** Prices by slot; later periods win where they overlap. */
export function priceTable(
  basePerKwh: number,
  periods: readonly (TariffWindow & { readonly perKwh: number })[],
): Float64Array {
  const table = new Float64Array(SLOTS).fill(basePerKwh);
  for (const period of periods) {
    eachSlot(period, (slot) => {
      table[slot] = period.perKwh;
    });
  }
  return table;
}

/** 1 by slot where a window counts; undefined when it counts always. */
export function windowTable(window: TariffWindow): Uint8Array | undefined {
  const table = new Uint8Array(SLOTS);
  eachSlot(window, (slot) => {
    table[slot] = 1;
  });
  return table.includes(0) ? table : undefined;
}

/** Codes of holidays written "2025-03-21" or "03-21". */
export function holidaysOf(list: readonly string[] | undefined): Holidays | undefined {
  if (list === undefined || list.length === 0) return undefined;
  return new Set(list.map((text) => Number(text.replaceAll('-', ''))));
}

/**
 * The version that holds on a day: the last one that began by then; before the first one began, the first.
 *
 * @param versions by `fromDay`, at least one
 */
export function termsOn(versions: readonly Terms[], day: number): Terms {
  let i = versions.length - 1;
  while (i > 0 && versions[i]!.fromDay > day) i--;
  return versions[i]!;
}

/**
 * Billing period of a local time as year * 12 + (0..11) of the month it begins in.
 *
 * @param firstDay day of the month on which periods begin, 1..28
 */
export function periodOf(local: LocalTime, firstDay: number): number {
  const month = local.year * 12 + local.month - 1;
  return local.day >= firstDay ? month : month - 1;
}

/** Day code on which a period begins. */
export function periodDay(period: number, firstDay: number): number {
  return dayCode(Math.floor(period / 12), (period % 12) + 1, firstDay);
}
