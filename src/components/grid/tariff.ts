import type { z } from 'zod';
import type { Tariff, TariffDuties } from '../../catalog/catalog.ts';
import type { Complaint, SiteContext } from '../contract.ts';
import { blocksOf } from './bill.ts';
import { type Fx, rateTo } from './fx.ts';
import type { TermsFile, tariffFile } from './tariffFile.ts';
import { dayCode, holidaysOf, priceTable, type Ratchet, type Terms, windowTable } from './terms.ts';

/** A tariff resolved to the site's currency: its versions, by their first day. */
export interface Prices {
  readonly versions: readonly Terms[];
  /** Places for peaks in the state: one for every name of a demand charge. */
  readonly slots: number;
  readonly vatIncluded: boolean | undefined;
  /** Where the tariff comes from, with the exchange rate if one was used. */
  readonly source: string;
  readonly duties: TariffDuties | undefined;
}

type Complain = (c: Complaint) => void;

const FREE: Prices = {
  versions: [
    { fromDay: 0, perKwh: priceTable(0, []), holidays: undefined, blocks: [], ratchets: [], fixedPerMonth: 0 },
  ],
  slots: 0,
  vatIncluded: undefined,
  source: 'none',
  duties: undefined,
};

const codeOf = (iso: string): number => Number(iso.replaceAll('-', ''));

/** Gives every name of a demand charge its place in the state. */
class Slots {
  readonly #names = new Map<string, number>();
  of(name: string): number {
    const slot = this.#names.get(name) ?? this.#names.size;
    this.#names.set(name, slot);
    return slot;
  }
  get count(): number {
    return this.#names.size;
  }
}

const ALL_HOURS = 'all hours';

function flatRatchet(perKwMonth: number, slots: Slots): Ratchet[] {
  if (perKwMonth === 0) return [];
  const perKw = new Array<number>(12).fill(perKwMonth);
  return [{ name: ALL_HOURS, slot: slots.of(ALL_HOURS), perKw, tiers: [], window: undefined, lookback: undefined }];
}

type Path = readonly (string | number)[];

function ratchetOf(
  charge: NonNullable<TermsFile['demand_charges']>[number],
  path: Path,
  slots: Slots,
  complain: Complain,
): Ratchet {
  const { name, price, prices, tiers = [], lookback } = charge;
  if ((price === undefined) === (prices === undefined)) {
    complain({ path, message: `"${name}" has no single price`, hint: 'give price, or prices with twelve months' });
  }
  if (prices !== undefined && tiers.length > 0) {
    complain({ path: [...path, 'tiers'], message: 'tiers need one price', hint: 'give price in place of prices' });
  }
  rising(tiers, [...path, 'tiers'], complain);
  const months = lookback?.months;
  return {
    name,
    slot: slots.of(name),
    perKw: prices ?? new Array<number>(12).fill(price ?? 0),
    tiers: tiers.map((t) => ({ aboveKw: t.above, addPerKw: t.price - (price ?? 0) })),
    window: windowTable(windowOf(charge)),
    lookback:
      lookback === undefined
        ? undefined
        : {
            share: lookback.share,
            months: Array.from({ length: 12 }, (_, i) => months === undefined || months.includes(i + 1)),
          },
  };
}

function rising(tiers: readonly { readonly above: number }[], path: Path, complain: Complain): void {
  tiers.forEach((tier, i) => {
    if (i > 0 && tier.above <= tiers[i - 1]!.above) {
      complain({ path: [...path, i, 'above'], message: 'the tiers do not rise', hint: 'give them from low to high' });
    }
  });
}

/** A window without the keys that the file leaves out. */
function windowOf<W extends Pick<NonNullable<TermsFile['periods']>[number], 'months' | 'days'>>(
  w: W & { readonly hours?: [number, number][] | undefined },
) {
  return {
    ...(w.hours === undefined ? {} : { hours: w.hours }),
    ...(w.months === undefined ? {} : { months: w.months }),
    ...(w.days === undefined ? {} : { days: w.days }),
  };
}

function termsOfFile(
  file: TermsFile,
  fromDay: number,
  contractKwh: number | undefined,
  path: Path,
  slots: Slots,
  complain: Complain,
): Terms {
  rising(file.tiers ?? [], [...path, 'tiers'], complain);
  const over = file.over_contract;
  if (over !== undefined && contractKwh === undefined) {
    complain({
      path: ['contract'],
      message: 'the tariff has a surcharge above the contract, but no contract is given',
      hint: 'say contract: energy per billing period, such as "400 MWh"',
    });
  }
  return {
    fromDay,
    perKwh: priceTable(
      file.energy,
      (file.periods ?? []).map((p) => ({ ...windowOf(p), perKwh: p.price })),
    ),
    holidays: holidaysOf(file.holidays),
    blocks: blocksOf(
      (file.tiers ?? []).map((t) => ({ aboveKwh: t.above, addPerKwh: t.price - file.energy })),
      over === undefined || contractKwh === undefined
        ? undefined
        : { aboveKwh: over.above * contractKwh, factor: over.factor },
    ),
    ratchets: [
      ...flatRatchet(file.demand ?? 0, slots),
      ...(file.demand_charges ?? []).map((c, i) => ratchetOf(c, [...path, 'demand_charges', i], slots, complain)),
    ],
    fixedPerMonth: file.fixed ?? 0,
  };
}

/** Resolves the `tariff` key: a catalogue tariff by its id or by the name that its versions share, or one written in place. */
export function resolvePrices(
  tariff: string | z.output<typeof tariffFile>,
  contractKwh: number | undefined,
  fx: Fx,
  context: SiteContext,
  complain: Complain,
): Prices {
  if (typeof tariff === 'string') return fromCatalog(tariff, contractKwh, fx, context, complain);
  const slots = new Slots();
  const later = tariff.later ?? [];
  const first = tariff.valid_from === undefined ? 0 : codeOf(tariff.valid_from);
  const versions = [
    termsOfFile(tariff, first, contractKwh, ['tariff'], slots, complain),
    ...later.map((v, i) => termsOfFile(v, codeOf(v.valid_from), contractKwh, ['tariff', 'later', i], slots, complain)),
  ];
  versions.forEach((v, i) => {
    if (i > 0 && v.fromDay <= versions[i - 1]!.fromDay) {
      complain({
        path: ['tariff', 'later', i - 1, 'valid_from'],
        message: 'the versions are not in the order of their days',
        hint: 'give each version a later valid_from than the one before',
      });
    }
  });
  return {
    versions,
    slots: slots.count,
    vatIncluded: tariff.vat === undefined || tariff.vat === 'unsaid' ? undefined : tariff.vat === 'included',
    source: 'the site file',
    duties: undefined,
  };
}

function fromCatalog(
  name: string,
  contractKwh: number | undefined,
  fx: Fx,
  context: SiteContext,
  complain: Complain,
): Prices {
  const all = context.catalog.tariffs;
  const own = all.get(name);
  const rows = own === undefined ? [...all.values()].filter((row) => row.versionOf === name) : [own];
  if (rows.length === 0) {
    const names = new Set([...all.values()].flatMap((row) => [row.id, row.versionOf ?? row.id]));
    const known = [...names].join(', ') || 'none';
    complain({ path: ['tariff'], message: `the catalogue has no tariff "${name}"`, hint: `it has ${known}` });
    return FREE;
  }
  rows.sort((a, b) => codeOf(a.validFrom) - codeOf(b.validFrom));
  const last = rows.at(-1)!;
  const { currency } = last;
  const rate = rateTo(currency, fx, context.currency, `the tariff "${name}"`, 'tariff', complain);
  if (rate === undefined) return FREE;
  const note = currency === context.currency ? '' : `, at ${fx?.rate} of ${fx?.date}`;
  const slots = new Slots();
  return {
    versions: rows.map((row) => termsOfRow(row, rate, contractKwh, slots)),
    slots: slots.count,
    vatIncluded: last.vatIncluded,
    source: `${rows.map((row) => `${row.name}, from ${row.validFrom}: ${row.source}`).join('; ')}${note}`,
    duties: last.duties,
  };
}

function termsOfRow(row: Tariff, rate: number, contractKwh: number | undefined, slots: Slots): Terms {
  const perKwh = row.energyPerKwh * rate;
  const over = row.overContract;
  const [year, month, day] = row.validFrom.split('-').map(Number) as [number, number, number];
  return {
    fromDay: dayCode(year, month, day),
    perKwh: priceTable(
      perKwh,
      row.periods.map((p) => ({ ...p, perKwh: perKwh * p.factor })),
    ),
    holidays: holidaysOf(row.holidays),
    blocks: blocksOf(
      [],
      over === undefined || contractKwh === undefined
        ? undefined
        : { aboveKwh: over.aboveShare * contractKwh, factor: over.factor },
    ),
    ratchets: flatRatchet(row.demandPerKwMonth * rate, slots),
    fixedPerMonth: (row.fixedPerMonth ?? 0) * rate,
  };
}
