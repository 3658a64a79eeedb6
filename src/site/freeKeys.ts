import type { Catalog } from '../catalog/catalog.ts';
import { numberOf, type Row, rowsOf, textOf } from './rows.ts';

/** What a derived most may look at. */
export interface FreePlace {
  /** The file, with the ranges of keys before this one replaced by their most. */
  readonly data: unknown;
  readonly row: Row;
  readonly catalog: Catalog;
  /** Full power of the accelerators of a hall with all that it can have, kW; undefined while the file does not tell. */
  readonly hallKw: (hall: string) => number | undefined;
  /** Value of a quantity of the row in its base unit; undefined when it is none. */
  readonly quantity: (row: Row, key: string) => number | undefined;
}

/** A key of the site file whose size the planner may choose. */
export interface FreeKey {
  /** List and keys below its rows. */
  readonly list: string;
  readonly keys: readonly string[];
  /** Device that the size belongs to, and key of the size in the balance. */
  readonly unitOf: (id: string) => string;
  readonly size: string;
  /** A whole number, and the least that it may be. */
  readonly whole?: number;
  /** Size over what is written at the key; undefined = 1. */
  readonly scale?: (place: FreePlace) => number | undefined;
  /** What `free` stands for, in words, and as a value of the key. */
  readonly most?: { readonly about: string; readonly of: (place: FreePlace) => number | undefined };
}

const itself = (id: string): string => id;
const unitsOf = ({ row }: FreePlace): number => numberOf(row, 'units') ?? 1;

/** Rated power of one turbine: of the table, or as said for a generic one. */
function turbineKw(place: FreePlace): number | undefined {
  const { row, catalog } = place;
  const named = catalog.turbines.get(textOf(row, 'turbine') ?? '');
  return named?.ratedKw ?? place.quantity(row, 'rated');
}

/** Room for all heat of the hall with what its chain loses indoors (our choice: a tenth above the accelerators). */
const INDOOR = 1.1;
const itOfHall =
  (factor: number) =>
  ({ row, hallKw }: FreePlace): number | undefined => {
    const kw = row.id === undefined ? undefined : hallKw(row.id);
    return kw === undefined ? undefined : Math.ceil(factor * kw);
  };

function feederKw(place: FreePlace): number | undefined {
  const name = textOf(place.row, 'feeder') ?? 'main';
  const feeder = rowsOf(place.data, 'feeders').find((f) => f.id === name);
  return feeder === undefined ? undefined : place.quantity(feeder, 'limit');
}

/** Replicas that the accelerators of the pool are enough for. */
function poolReplicas({ row, data }: FreePlace): number | undefined {
  const pool = rowsOf(data, 'pools').find((p) => p.id !== undefined && p.id === textOf(row, 'pool'));
  const count = pool === undefined ? undefined : numberOf(pool, 'count');
  return count === undefined ? undefined : Math.floor(count / (numberOf(row, 'tensor_parallel') ?? 1));
}

/** Every key that may be free, in the order in which they are read: what another's most is derived from comes first. */
export const FREE_KEYS: readonly FreeKey[] = [
  { list: 'solar', keys: ['peak'], unitOf: itself, size: 'peak' },
  { list: 'wind', keys: ['rated'], unitOf: itself, size: 'rated', scale: unitsOf },
  { list: 'wind', keys: ['units'], unitOf: itself, size: 'rated', whole: 0, scale: turbineKw },
  { list: 'battery', keys: ['energy'], unitOf: itself, size: 'energy' },
  {
    list: 'battery',
    keys: ['power'],
    unitOf: itself,
    size: 'power',
    most: { about: 'all its energy in one hour', of: (place) => place.quantity(place.row, 'energy') },
  },
  { list: 'generator', keys: ['rated'], unitOf: itself, size: 'rated', scale: unitsOf },
  {
    list: 'generator',
    keys: ['units'],
    unitOf: itself,
    size: 'rated',
    whole: 0,
    scale: (place) => place.quantity(place.row, 'rated'),
  },
  {
    list: 'grid',
    keys: ['import_limit'],
    unitOf: itself,
    size: 'import_limit',
    most: { about: 'the limit of its feeder', of: feederKw },
  },
  // Accelerators are counted by their deployments; the pool is as large as they need.
  { list: 'pools', keys: ['count'], unitOf: itself, size: 'count', whole: 1 },
  {
    list: 'deployments',
    keys: ['replicas'],
    unitOf: itself,
    size: 'replicas',
    whole: 1,
    most: { about: 'all accelerators of its pool', of: poolReplicas },
  },
  {
    list: 'halls',
    keys: ['power_chain', 'rated'],
    unitOf: (hall) => `${hall}-chain`,
    size: 'rated',
    most: { about: 'the accelerators of the hall at full power', of: itOfHall(1) },
  },
  {
    list: 'halls',
    keys: ['cooling', 'liquid_heat'],
    unitOf: (hall) => `${hall}-cooling`,
    size: 'liquid_heat',
    most: { about: 'a tenth above the accelerators of the hall at full power', of: itOfHall(INDOOR) },
  },
  {
    list: 'halls',
    keys: ['cooling', 'air_heat'],
    unitOf: (hall) => `${hall}-cooling`,
    size: 'air_heat',
    most: { about: 'a tenth above the accelerators of the hall at full power', of: itOfHall(INDOOR) },
  },
  {
    list: 'halls',
    keys: ['cooling', 'store'],
    unitOf: (hall) => `${hall}-cooling`,
    size: 'store',
  },
];

/** The key as docs and messages name it: `halls[].cooling.liquid_heat`. */
export function printFreeKey({ list, keys }: FreeKey): string {
  return `${list}[].${keys.join('.')}`;
}
