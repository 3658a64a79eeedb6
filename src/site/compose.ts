import { dirname, resolve } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { modelNameOf } from '../catalog/config/readConfig.ts';
import type { SiteContext } from '../components/contract.ts';
import type { Unit } from '../components/unit.ts';
import { weatherMap } from '../weather/map.ts';
import type { Service } from '../workload/service.ts';
import { isRecord } from './describe.ts';
import { engineOf } from './engineSection.ts';
import { financeOf, financeSection } from './financeSection.ts';
import { parseGridEvent } from './gridEvent.ts';
import { parsed } from './rows.ts';
import type { SiteFile } from './schema.ts';
import { locationSection, moneySection } from './sections.ts';
import type { Deployment, Rules, Site, WeatherSource } from './site.ts';

/** What devices are resolved against; undefined while location or money are faulty. */
export function contextOf(data: unknown, catalog: Catalog, folder: string): SiteContext | undefined {
  if (!isRecord(data)) return undefined;
  const location = parsed(locationSection, data['location']);
  const money = parsed(moneySection, data['money']);
  if (location === undefined || money === undefined) return undefined;
  const water = parsed(financeSection, data['finance'])?.water_price;
  return {
    latDeg: location.latitude,
    lonDeg: location.longitude,
    elevationM: location.elevation,
    zone: location.zone,
    currency: money.currency,
    country: location.country,
    ...(water === undefined ? {} : { waterMoneyPerL: water }),
    seed: typeof data['seed'] === 'number' ? data['seed'] : 1,
    folder,
    catalog,
  };
}

function weatherOf(file: SiteFile, folder: string): WeatherSource {
  const { climate, seed, file: path, map } = file.weather;
  if (climate !== undefined) return { kind: 'climate', climate, seed };
  return { kind: 'file', file: resolve(folder, path!), ...(map === undefined ? {} : { map: weatherMap({ ...map }) }) };
}

function rulesOf(file: SiteFile, zone: string): Rules {
  const { about, peak_reduction: peak, storage, events } = file.rules ?? {};
  return {
    ...(about === undefined ? {} : { about }),
    ...(peak === undefined
      ? {}
      : {
          peakReduction: {
            share: peak.share,
            basis: peak.basis,
            reference: peak.reference,
            period: peak.period,
            peakHours: peak.peak_hours.map(([from, to]) => [from!, to!] as const),
            reading: peak.reading,
          },
        }),
    ...(storage === undefined
      ? {}
      : {
          storage: {
            share: storage.share,
            basis: storage.basis,
            durationH: storage.duration_h,
            reading: storage.reading,
          },
        }),
    ...(events === undefined ? {} : { events: events.map((text) => parseGridEvent(text, zone)) }),
  };
}

function modelName(model: SiteFile['deployments'][number]['model']): string {
  if (typeof model === 'string') return model;
  return 'config' in model ? modelNameOf(model.config) : model.name;
}

function boundsOf({ bounds }: SiteFile): Site['bounds'] {
  return {
    mode: bounds.mode,
    policy: bounds.policy,
    ...(bounds.supply_min === undefined ? {} : { minSupplyC: bounds.supply_min }),
    ...(bounds.supply_max === undefined ? {} : { maxSupplyC: bounds.supply_max }),
    ...(bounds.awake_min === undefined ? {} : { leastAwakeShare: bounds.awake_min }),
    ...(bounds.stored_min === undefined ? {} : { leastStoredShare: bounds.stored_min }),
    ...(bounds.import_max === undefined ? {} : { mostImportKw: bounds.import_max }),
    generators: bounds.generators === 'allowed',
  };
}

/**
 * Puts a site together from a file without faults.
 *
 * @param path absolute path of the file
 * @param chosen what is left to the planner
 */
export function composeSite(
  file: SiteFile,
  path: string,
  context: SiteContext,
  units: readonly Unit[],
  services: readonly Service[],
  chosen: Pick<Site, 'free' | 'freePools'> = { free: [], freePools: [] },
): Site {
  const folder = dirname(path);
  const hallOf = new Map(file.pools.map((p) => [p.id, p.hall]));
  return {
    id: file.id,
    name: file.name,
    file: path,
    context,
    units,
    halls: file.halls.map(({ id, feeder }) => (feeder === undefined ? { id } : { id, feeder })),
    feeders: (file.feeders ?? []).map(({ id, limit }) => ({ id, limitKw: limit })),
    meters: (file.meters ?? []).map(({ id, at, about }) => (about === undefined ? { id, at } : { id, at, about })),
    services,
    deployments: file.deployments.map(
      (d): Deployment => ({
        id: d.id,
        hall: hallOf.get(d.pool)!,
        pool: d.pool,
        model: modelName(d.model),
        engine: engineOf(d.engine, folder),
        ...(d.sleep?.weights === 'disk' ? { discardsWeights: true } : {}),
      }),
    ),
    weather: weatherOf(file, folder),
    money: { currency: file.money.currency, priceYear: file.money.price_year },
    finance: financeOf(file.finance),
    rules: rulesOf(file, context.zone),
    ...(file.limits === undefined ? {} : { limits: file.limits }),
    gateway: {
      host: file.gateway.host,
      port: file.gateway.port,
      ...(file.gateway.tls === undefined
        ? {}
        : { tls: { cert: resolve(folder, file.gateway.tls.cert), key: resolve(folder, file.gateway.tls.key) } }),
      data: resolve(folder, file.gateway.data.replaceAll('{id}', file.id)),
      open: file.gateway.access === 'open',
      hosts: file.gateway.hosts,
      trustedProxies: file.gateway.trusted_proxies,
      mediaHosts: file.gateway.media_hosts,
      residency: [...new Set([file.id, context.country.toLowerCase(), ...file.gateway.residency])],
      models: file.gateway.models.map(({ id, deployment, adapter }) =>
        adapter === undefined ? { id, deployment } : { id, deployment, adapter },
      ),
      log: file.gateway.log,
      retention: {
        rawDays: file.gateway.retention.readings,
        minuteDays: file.gateway.retention.minutes,
        fiveMinuteDays: file.gateway.retention.five_minutes,
        usageDays: file.gateway.retention.requests,
        sumDays: file.gateway.retention.sums,
        auditDays: file.gateway.retention.events,
      },
    },
    bounds: boundsOf(file),
    ...chosen,
    parsed: file,
  };
}
