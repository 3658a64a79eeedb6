import type { Catalog } from '../catalog/catalog.ts';
import { findAccelerator } from '../catalog/find.ts';
import { type Fault, fault } from '../errors/error.ts';
import { isRecord } from './describe.ts';
import { unknownId } from './references.ts';
import { parsed, rowsOf } from './rows.ts';
import type { SiteFile } from './schema.ts';
import { procurementSection } from './sections.ts';
import type { Source } from './source.ts';

export type Procurement = NonNullable<SiteFile['procurement']>;

/** An accelerator as the lists see it. */
export interface Offered {
  readonly id: string;
  readonly vendor: string;
}

const holds = (names: readonly string[] | undefined, name: string) =>
  names?.some((n) => n.toLowerCase() === name.toLowerCase()) === true;

/**
 * Why an accelerator may not be bought, in words; undefined when it may. A list of accelerators goes before one of makers, a
 * denial before an allowance of the same kind. What may be bought is the site's own statement with its source; the catalogue's
 * notes on export rules play no part.
 */
export function deniedBecause(procurement: Procurement | undefined, { id, vendor }: Offered): string | undefined {
  if (procurement === undefined) return undefined;
  if (holds(procurement.deny_accelerators, id)) return 'it is among deny_accelerators';
  if (holds(procurement.allow_accelerators, id)) return undefined;
  if (holds(procurement.deny_vendors, vendor)) return `${vendor} is among deny_vendors`;
  const { allow_vendors: makers, allow_accelerators: chips } = procurement;
  if (makers !== undefined) return holds(makers, vendor) ? undefined : `${vendor} is not among allow_vendors`;
  return chips === undefined ? undefined : 'it is not among allow_accelerators';
}

/** Names in the lists that mean nothing, and hardware of the file that may not be bought; works on plain data. */
export function procurementFaults(
  data: unknown,
  source: Source,
  catalog: Catalog,
): { readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] } {
  const section = isRecord(data) ? data['procurement'] : undefined;
  const procurement = section === undefined ? undefined : parsed(procurementSection, section);
  if (procurement === undefined) return { faults: [], warnings: [] };
  const rows = catalog.acceleratorRows;
  const vendors = [...new Set(rows.values().map((row) => row.vendor))];
  // Chips of a site's own are named in its pools.
  const own = rowsOf(data, 'pools').flatMap(({ data: pool }) => {
    const chip = pool['accelerator'];
    return isRecord(chip) && typeof chip['name'] === 'string' ? [chip['name']] : [];
  });
  const names = [...rows.keys(), ...own];
  const unknown = (['allow', 'deny'] as const).flatMap((verb) => [
    ...(procurement[`${verb}_accelerators`] ?? []).flatMap((name, k) =>
      holds(names, name)
        ? []
        : [unknownId('accelerator', name, names, ['procurement', `${verb}_accelerators`, k], source)],
    ),
    ...(procurement[`${verb}_vendors`] ?? []).flatMap((name, k) =>
      holds([...vendors, 'own'], name)
        ? []
        : [unknownId('maker', name, vendors, ['procurement', `${verb}_vendors`, k], source)],
    ),
  ]);
  const denied = rowsOf(data, 'pools').flatMap((pool) => {
    const chip = pool.data['accelerator'];
    const row = typeof chip === 'string' ? findAccelerator(rows, chip).row : undefined;
    const name = isRecord(chip) && typeof chip['name'] === 'string' ? chip['name'] : undefined;
    const offered = row ?? (name === undefined ? undefined : { id: name, vendor: 'own' });
    if (offered === undefined) return [];
    const reason = deniedBecause(procurement, offered);
    const what = { accelerator: offered.id, reason: reason ?? '', source: procurement.source };
    return reason === undefined
      ? []
      : [fault('JW_SITE_PROCUREMENT', what, source.where([...pool.path, 'accelerator']))];
  });
  return procurement.enforce === 'error'
    ? { faults: [...unknown, ...denied], warnings: [] }
    : { faults: unknown, warnings: denied };
}
