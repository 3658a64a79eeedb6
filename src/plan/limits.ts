import { RESERVE_DEFAULTS, type Reserve } from '../balance/rules/reserve.ts';
import type { Rule } from '../balance/rules/rule.ts';
import { type SizeLimit, type SizeTerm, sizeRule } from '../balance/rules/sizes.ts';
import { spareRule } from '../balance/rules/spare.ts';
import { hourlyRule, totalRule } from '../balance/rules/total.ts';
import { findAccelerator } from '../catalog/find.ts';
import { JoulewrightError } from '../errors/error.ts';
import { peakDutyRule, reserveOf, storageLimits } from '../site/duties.ts';
import type { Limits } from '../site/limitsSection.ts';
import { deniedBecause } from '../site/procurement.ts';
import type { Site } from '../site/site.ts';
import { contradictions, type LimitsFor, reach } from './contradictions.ts';

/** What a plan of a site must keep to, as rules of its balance. */
export interface SiteLimits {
  readonly rules: readonly Rule[];
  /** The limits on sizes among them, to say what each comes to. */
  readonly sizes: readonly SizeLimit[];
  readonly reserve?: Reserve;
}

/** Penalties of limits on sums as multiples of a kWh that is not fed: a kWh, a kg of CO2 and a litre of water count alike. */
const UNIT_PENALTY = 1;
/**
 * The same for an hour without a kW of reserve or an accelerator of spare. Where sizes are free, to miss it in a single hour of the
 * year is dearer than to build it; where nothing is, service goes before both.
 */
const HARD = { reserve: RESERVE_DEFAULTS.penalty, spare: 100 } as const;
const SOFT = { reserve: 0.1, spare: 0.1 } as const;
/** To miss all of a limit on sizes costs so many times what the whole site costs. */
const SIZE_PENALTY = 20;

/**
 * Limits and duties of the site file as rules of its balance: L1 renewable share, L2 CO2, L3 and L4 water, L5 land, L6 capital, L7
 * accelerators that are bought or may not be bought, I2 spare nodes, D1 cut at peak hours, D2 and D3 storage, and the reserve.
 *
 * @throws JW_PLAN_LIMIT for a limit that no choice of the free sizes can keep
 */
export function limitsOf(given: LimitsFor): SiteLimits {
  const { site, horizon } = given;
  const { limits, rules: duties } = site;
  const open: Omit<SizeLimit, 'penalty'>[] = [
    ...(limits === undefined ? [] : [...landLimit(site, limits), ...capitalLimit(given, limits)]),
    ...poolLimits(site),
    ...(duties.storage === undefined ? [] : storageLimits(site, duties.storage)),
  ];
  const sizes = open.map((limit) => withPenalty(limit, given));
  // Where nothing is free there is nothing to choose: what is missed is told with the dispatch.
  const isFree = given.choices.some((c) => c.lower < c.upper);
  const faults = isFree ? contradictions(given, sizes) : [];
  if (faults.length > 0) throw new JoulewrightError(faults);
  const standing = isFree ? HARD : SOFT;
  const { peakReduction } = duties;
  const peak = () => {
    const local = Array.from({ length: horizon.grid.count }, (_, i) => horizon.conditions(i).local);
    return peakDutyRule(site, peakReduction!, local);
  };
  const rules = [
    ...(limits === undefined ? [] : [...sumRules(limits), ...spareRules(site, limits, standing.spare)]),
    ...(peakReduction === undefined ? [] : [peak()]),
    ...sizes.map(sizeRule),
  ];
  const reserve = limits?.reserve;
  return {
    rules,
    sizes,
    ...(reserve === undefined
      ? {}
      : {
          reserve: reserveOf(reserve, standing.reserve),
        }),
  };
}

/** L1 to L4. */
function sumRules(limits: Limits): Rule[] {
  const list: Rule[] = [];
  const penalty = UNIT_PENALTY;
  const { renewable_share: share, co2_per_year: co2, water_per_year: water, water_per_hour: hourly } = limits;
  if (share !== undefined) {
    const terms = [
      { account: 'suppliedKwh', factor: share },
      { account: 'renewableKwh', factor: -1 },
    ] as const;
    list.push(totalRule({ number: 'L1', name: 'renewable share', unit: 'kWh', terms, allowedPerYear: 0, penalty }));
  }
  if (co2 !== undefined) {
    const terms = [{ account: 'co2Kg', factor: 1 }] as const;
    list.push(totalRule({ number: 'L2', name: 'CO2', unit: 'kg', terms, allowedPerYear: co2, penalty }));
  }
  if (water !== undefined) {
    const terms = [{ account: 'waterL', factor: 1 }] as const;
    list.push(totalRule({ number: 'L3', name: 'water', unit: 'L', terms, allowedPerYear: water, penalty }));
  }
  if (hourly !== undefined) {
    list.push(
      hourlyRule({
        number: 'L4',
        name: 'water of an hour',
        unit: 'L/h',
        account: 'waterL',
        mostPerHour: hourly,
        penalty,
      }),
    );
  }
  return list;
}

/** L5. */
function landLimit(site: Site, limits: Limits): Omit<SizeLimit, 'penalty'>[] {
  if (limits.land === undefined) return [];
  const { solar = [], wind = [] } = site.parsed;
  const terms = [
    ...solar.map(({ id }) => ({ unit: id, key: 'peak', factor: limits.solar_m2_per_kw })),
    ...wind.map(({ id }) => ({ unit: id, key: 'rated', factor: limits.wind_m2_per_kw })),
  ];
  return [{ number: 'L5', name: 'land', unit: 'm2', terms, most: limits.land }];
}

/** L6: purchase prices of all sizes; what is bought of a pool already is paid. */
function capitalLimit({ site, sizes }: LimitsFor, limits: Limits): Omit<SizeLimit, 'penalty'>[] {
  if (limits.budget === undefined) return [];
  const terms = sizes
    .filter((s) => s.capexMoney > 0)
    .map((s) => ({ unit: s.unitId, key: s.key, factor: s.capexMoney }));
  const paid = (limits.pools ?? []).reduce((sum, { pool, bought = 0 }) => {
    const own = usersOf(site, pool);
    const perAccelerator = own.map(({ unit, factor }) => {
      const size = sizes.find((s) => s.unitId === unit && s.key === 'replicas');
      return (size?.capexMoney ?? 0) / factor;
    });
    return sum + bought * (perAccelerator[0] ?? 0);
  }, 0);
  return [{ number: 'L6', name: 'capital', unit: site.money.currency, terms, most: limits.budget + paid }];
}

/** Replicas on a pool, each with the accelerators that it takes. */
function usersOf(site: Site, pool: string): SizeTerm[] {
  return site.parsed.deployments
    .filter((d) => d.pool === pool)
    .map((d) => ({ unit: d.id, key: 'replicas', factor: d.tensor_parallel }));
}

/** L7: at least what is bought; of what may not be bought, no more than that. */
function poolLimits(site: Site): Omit<SizeLimit, 'penalty'>[] {
  const rows = site.context.catalog.acceleratorRows;
  return site.parsed.pools.flatMap((pool) => {
    const bought = site.limits?.pools?.find((p) => p.pool === pool.id)?.bought;
    const chip = pool.accelerator;
    const offered = typeof chip === 'string' ? findAccelerator(rows, chip).row : { id: chip.name, vendor: 'own' };
    const denied = offered === undefined ? undefined : deniedBecause(site.parsed.procurement, offered);
    const isFree = site.freePools.some((p) => p.id === pool.id);
    if (bought === undefined && (denied === undefined || !isFree)) return [];
    return [
      {
        number: 'L7',
        name: `${pool.id}: accelerators`,
        unit: 'accelerators',
        terms: usersOf(site, pool.id),
        ...(bought === undefined ? {} : { least: bought }),
        ...(denied === undefined || !isFree ? {} : { most: bought ?? 0 }),
      },
    ];
  });
}

/** I2. */
function spareRules(site: Site, limits: Limits, penalty: number): Rule[] {
  return (limits.pools ?? []).flatMap(({ pool, spare_nodes: nodes }) => {
    const row = site.parsed.pools.find((p) => p.id === pool);
    if (nodes === undefined || nodes === 0 || row === undefined) return [];
    const takes = usersOf(site, pool).map(({ unit, key, factor }) => ({ unit, key, each: factor }));
    return [spareRule({ pool, takes, kept: nodes * row.accelerators_per_node, of: 'accelerators', penalty })];
  });
}

function withPenalty(limit: Omit<SizeLimit, 'penalty'>, given: LimitsFor): SizeLimit {
  const { sizes, choices, years } = given;
  const yearly = sizes.reduce((sum, size, i) => sum + size.given * choices[i]!.costPerYear, 0);
  const [least, most] = reach(limit, given);
  const scale = Math.max(Math.abs(limit.least ?? limit.most ?? 0), 0.01 * Math.max(Math.abs(least), Math.abs(most)));
  return { ...limit, penalty: (SIZE_PENALTY * Math.max(1, yearly) * years) / Math.max(1, scale) };
}
