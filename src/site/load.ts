import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loadCatalog } from '../catalog/load.ts';
import { type Fault, fault, JoulewrightError } from '../errors/error.ts';
import { type Zone, zoneOf } from '../series/zone.ts';
import { MAP_KEYS, weatherMap } from '../weather/map.ts';
import { demandWarnings } from './capacity.ts';
import { composeSite, contextOf } from './compose.ts';
import { currencyFaults } from './currency.ts';
import { isRecord } from './describe.ts';
import { cacheTokensOf, hallItKw, resolveUnits } from './devices.ts';
import { type Explained, explain } from './explain.ts';
import { faultsOf } from './faults.ts';
import { sizesGiven, takeFree, unpricedFaults } from './free.ts';
import { dutyFaults } from './freeRules.ts';
import { migrate } from './migrate.ts';
import { procurementFaults } from './procurement.ts';
import { referenceFaults, referenceWarnings, unknownId } from './references.ts';
import { sectionOf } from './rows.ts';
import { siteSchema } from './schema.ts';
import { resolveServices } from './services.ts';
import type { Site } from './site.ts';
import { readSource, type Source, sourceOf } from './source.ts';

/** What a check found. `site` is there exactly when there are no faults. */
export interface Checked {
  readonly site?: Site;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
  /** Every key as used, given or default; empty while the file cannot be read as a map. */
  readonly explained: readonly Explained[];
}

function weatherFaults(data: unknown, source: Source, folder: string): Fault[] {
  const { climate, file } = sectionOf(data, 'weather');
  const climates = [...loadCatalog().climates.keys()];
  if (typeof climate === 'string' && !climates.includes(climate)) {
    return [unknownId('climate', climate, climates, ['weather', 'climate'], source)];
  }
  if (typeof file === 'string' && !existsSync(resolve(folder, file))) {
    return [fault('JW_FILE_MISSING', { file }, source.where(['weather', 'file']))];
  }
  return mapFaults(data, source);
}

/** Faults of `weather.map`: units and columns that cannot be, where they stand. */
function mapFaults(data: unknown, source: Source): Fault[] {
  const { map } = sectionOf(data, 'weather');
  // Keys that are missing, unknown or no text are told by the schema.
  if (!isRecord(map)) return [];
  const entries = Object.entries(map).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  const missing = ['time', 'temp', 'ghi', 'wind'].some((key) => !entries.some(([name]) => name === key));
  if (missing || entries.some(([key]) => !MAP_KEYS.includes(key))) return [];
  try {
    weatherMap(Object.fromEntries(entries));
    return [];
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
    return error.faults.map((f) => ({ ...f, where: source.where(['weather', 'map']) }));
  }
}

/** The zone of a name; undefined for an unknown one, which the references tell. */
function validZone(name: string): Zone | undefined {
  try {
    return zoneOf(name);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** In the order of the file, without repetitions. */
function sorted(faults: readonly Fault[]): readonly Fault[] {
  const place = (f: Fault): number => {
    const match = /:(\d+):(\d+)(?: |$)/.exec(f.where);
    return match === null ? 0 : Number(match[1]) * 10_000 + Number(match[2]);
  };
  const seen = new Set<string>();
  return faults
    .filter((f) => {
      const key = `${f.where} ${f.message}`;
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => place(a) - place(b));
}

/** Checks a source that was read already. @param path where it lies, absolute: relative names in it start there */
export function checkSource(given: Source, path: string): Checked {
  if (given.faults.length > 0) return { faults: given.faults, warnings: [], explained: [] };
  const current = migrate(given);
  if ('fault' in current) return { faults: [current.fault], warnings: [], explained: [] };
  const folder = dirname(path);
  const catalog = loadCatalog();
  const context = contextOf(current.data, catalog, folder);
  const zone = context === undefined ? undefined : validZone(context.zone);
  const cacheTokens = (id: string) =>
    context === undefined ? Number.POSITIVE_INFINITY : cacheTokensOf(current.data, context, id);
  const { services, faults: unread } =
    zone === undefined ? { services: [], faults: [] } : resolveServices(current.data, given, zone, folder, cacheTokens);
  const profilesOf = (id: string) => services.filter((s) => s.deployments.includes(id)).map((s) => s.profile);
  const hallKw = (at: unknown, hall: string) =>
    context === undefined ? undefined : hallItKw(at, context, profilesOf, hall);
  const taken = takeFree(current.data, given, catalog, hallKw);
  const { data } = taken;
  // Places are those of the file as it is written, values those that stand in for ranges.
  const source: Source = { ...given, data };
  const faults: Fault[] = [...taken.faults, ...unread];
  const file = siteSchema.safeParse(data);
  if (!file.success) faults.push(...faultsOf(file.error.issues, siteSchema, source));
  const chosen = new Set(taken.pools.map((pool) => pool.id));
  faults.push(...referenceFaults(data, source, chosen), ...weatherFaults(data, source, folder));
  faults.push(...currencyFaults(siteSchema, data, source));

  const bought = procurementFaults(data, source, catalog);
  faults.push(...bought.faults);

  const units =
    context === undefined || zone === undefined
      ? []
      : resolveUnits(data, context, profilesOf, (at, { message, hint }) => {
          faults.push(fault('JW_SITE_DEVICE', { reason: message, hint }, source.where(at)));
        });
  faults.push(...unpricedFaults(taken.free, units));
  const explained = explain(siteSchema, data, taken.free, (path) => given.comment(path));
  const warnings = [...referenceWarnings(data, source), ...bought.warnings];
  if (faults.length > 0 || !file.success || context === undefined) {
    return { faults: sorted(faults), warnings, explained };
  }
  const site = composeSite(file.data, path, context, units, services, { free: taken.free, freePools: taken.pools });
  const impossible = dutyFaults(site, source);
  if (impossible.length > 0) return { faults: impossible, warnings, explained };
  return { site, faults: [], warnings: sorted([...warnings, ...demandWarnings(site, source)]), explained };
}

/** Checks a site file and says everything that is wrong with it at once. Never throws for what a user may write. */
export function checkSite(file: string): Checked {
  try {
    return checkSource(readSource(file), resolve(file));
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
    return { faults: error.faults, warnings: [], explained: [] };
  }
}

/** Checks site text that is not on disk yet; relative names start at `folder`. */
export function checkText(text: string, folder: string, name = 'site.yaml'): Checked {
  return checkSource(sourceOf(text, name), resolve(folder, name));
}

/** Loads a site whose sizes may be free. @throws JoulewrightError with every fault of the file */
export function loadFreeSite(file: string): Site {
  const checked = checkSite(file);
  if (checked.site === undefined) throw new JoulewrightError(checked.faults);
  return checked.site;
}

/** Loads a site that can be stepped and run. @throws JoulewrightError with every fault of the file, or JW_FREE_SIZES */
export function loadSite(file: string): Site {
  return sizesGiven(loadFreeSite(file));
}
