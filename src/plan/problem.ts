import { askedOf } from '../balance/asked.ts';
import type { Penalties, Rule } from '../balance/rules/rule.ts';
import type { SizeLimit } from '../balance/rules/sizes.ts';
import { SiteBalance, type SiteSize, type SizeChoice } from '../balance/siteModel.ts';
import type { Horizon } from '../components/model.ts';
import { type Fault, fault, JoulewrightError } from '../errors/error.ts';
import { costPerUnitYear } from '../finance/ownedWorth.ts';
import type { FreeSize } from '../site/freeSize.ts';
import type { Site } from '../site/site.ts';
import { formatQuantity } from '../units/quantity.ts';
import type { WeatherYear } from '../weather/year.ts';
import type { Service } from '../workload/service.ts';
import { type HorizonOptions, horizonOf } from './horizon.ts';
import { limitsOf } from './limits.ts';
import { poolRules } from './pools.ts';

/** Bounds of a size that may be chosen, in base units (kW, kWh, replicas), by the device and the key of the balance. */
export type SizeBounds = Pick<FreeSize, 'unitId' | 'key' | 'lower' | 'upper'>;

/** Inputs of a plan that are multiplied; 1 where left out. */
export interface Factors {
  /** Purchase and upkeep by kind of device: `solar`, `battery`, `inference`. */
  readonly price?: Readonly<Record<string, number>>;
  /** Bought energy, fuel, requests, irradiance. */
  readonly energy?: number;
  readonly fuel?: number;
  readonly demand?: number;
  readonly irradiance?: number;
  /** Added to the discount rate, a share. */
  readonly discount?: number;
}

/** What is asked: a site with sizes left open, over weather years. */
export interface PlanProblem {
  readonly site: Site;
  readonly services: readonly Service[];
  readonly horizon: Horizon;
  readonly balance: SiteBalance;
  /** Sizes of the balance at the prices of the problem, and by size, in order, what may be chosen. */
  readonly sizes: readonly SiteSize[];
  readonly factors: Factors;
  readonly choices: readonly SizeChoice[];
  readonly penalties: Penalties;
  /** Limits on sizes, to say what each comes to. */
  readonly limits: readonly SizeLimit[];
}

export interface ProblemOptions extends HorizonOptions {
  readonly years: readonly WeatherYear[];
  /** The site's own free sizes when left out. */
  readonly free?: readonly SizeBounds[];
  /** The site's own services when left out. */
  readonly services?: readonly Service[];
  /** Prices that are multiplied; demand and irradiance are the caller's. */
  readonly factors?: Factors;
  /** Rows beyond the devices' own. */
  readonly rules?: readonly Rule[];
}

/**
 * Puts a site, its demand and its weather into one balance with the sizes that are free.
 *
 * @throws RangeError for a free size that no device has; JW_PLAN_LIMIT for limits that no choice of sizes can keep; JW_PLAN_TARGETS for
 * a service that its deployment serves at no load
 */
export function problemOf(site: Site, options: ProblemOptions): PlanProblem {
  const services = options.services ?? site.services;
  const { factors = {} } = options;
  const horizon = withPrices(horizonOf(site, services, options.years, options), factors);
  const { rules = [], free = site.free } = options;
  const probe = new SiteBalance(site.units, [], horizon, { shortPerKwh: 0 });
  const kinds = new Map(site.units.map((unit) => [unit.id, unit.kind]));
  const factorOf = (size: SiteSize): number => factors.price?.[kinds.get(size.unitId) ?? ''] ?? 1;
  const sizes = probe.sizes.map((size): SiteSize => priced(size, factorOf(size)));
  const choices = sizes.map((size) => choiceOf(size, site, free));
  for (const { unitId, key } of free) {
    if (!probe.sizes.some((s) => s.unitId === unitId && s.key === key))
      throw new RangeError(`no size ${unitId}.${key}`);
  }
  const beyond = services.flatMap((service) => targetFaults(site, service, horizon, probe));
  if (beyond.length > 0) throw new JoulewrightError(beyond);
  const yearly = sizes.reduce((sum, size, i) => sum + size.given * choices[i]!.costPerYear, 0);
  const asked = askedOf(services, horizon, yearly, probe.perKwh);
  const limits = limitsOf({ site, horizon, sizes, choices, years: probe.years });
  const balance = probe.with(
    asked.services,
    asked.penalties,
    [...limits.rules, ...poolRules(site), ...rules],
    limits.reserve,
  );
  return {
    site,
    services,
    horizon,
    balance,
    sizes,
    factors,
    choices,
    penalties: asked.penalties,
    limits: limits.sizes,
  };
}

/** A service that is asked for, and that none of its deployments serves at any load. */
function targetFaults(site: Site, { profile, deployments }: Service, horizon: Horizon, probe: SiteBalance): Fault[] {
  const isAsked = horizon.arrivals(profile.id)?.some((v) => v > 0) === true;
  if (!isAsked || probe.perKwh.some((served) => (served.get(profile.id) ?? 0) > 0)) return [];
  const row = site.parsed.deployments.find((d) => d.id === deployments[0]);
  const pool = site.parsed.pools.find((p) => p.id === row?.pool);
  const asked = site.parsed.services.find((s) => s.id === profile.id);
  const nameOf = (named: string | { readonly name: string } | { readonly config: string } | undefined): string => {
    if (named === undefined || typeof named === 'string') return named ?? '';
    return 'name' in named ? named.name : named.config;
  };
  const targets = [
    ...(asked?.ttft === undefined ? [] : [`ttft ${formatQuantity(asked.ttft, 'duration')}`]),
    ...(asked?.tpot === undefined ? [] : [`tpot ${formatQuantity(asked.tpot, 'duration')}`]),
  ];
  return [
    fault('JW_PLAN_TARGETS', {
      service: profile.id,
      deployment: deployments.join(' and '),
      model: nameOf(row?.model),
      perReplica: row?.tensor_parallel ?? 1,
      chip: nameOf(pool?.accelerator),
      targets: targets.length > 0 ? targets.join(' and ') : 'up with it',
    }),
  ];
}

/** The same time with bought energy and fuel at other prices. */
function withPrices(horizon: Horizon, { energy = 1, fuel = 1 }: Factors): Horizon {
  const level = horizon.level ?? { energy: 1, fuel: 1, water: 1, carbonPerKg: 0 };
  return { ...horizon, level: { ...level, energy: level.energy * energy, fuel: level.fuel * fuel } };
}

/** A size at another price. */
function priced(size: SiteSize, factor: number): SiteSize {
  const { capexMoney, opexMoneyPerYear, rentMoneyPerYear: rent } = size;
  return {
    ...size,
    capexMoney: factor * capexMoney,
    opexMoneyPerYear: factor * opexMoneyPerYear,
    ...(rent === undefined ? {} : { rentMoneyPerYear: factor * rent }),
  };
}

/** Bounds and yearly cost of a size. */
function choiceOf(size: SiteSize, site: Site, free: readonly SizeBounds[]): SizeChoice {
  const costPerYear = costPerUnitYear(size, site.finance);
  const open = free.find((f) => f.unitId === size.unitId && f.key === size.key);
  return open === undefined
    ? { lower: size.given, upper: size.given, costPerYear }
    : { lower: open.lower, upper: open.upper, costPerYear };
}
