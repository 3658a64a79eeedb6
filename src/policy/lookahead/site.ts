import { type Asked, askedOf } from '../../balance/asked.ts';
import type { LinearModel } from '../../balance/linearModel.ts';
import { orderRule } from '../../balance/rules/order.ts';
import { RESERVE_DEFAULTS, type Reserve } from '../../balance/rules/reserve.ts';
import type { Rule } from '../../balance/rules/rule.ts';
import type { BalanceUnit, SiteSize } from '../../balance/siteModel.ts';
import type { Horizon } from '../../components/model.ts';
import { costPerUnitYear } from '../../finance/ownedWorth.ts';
import { DAY_MS, type TimeGrid } from '../../series/grid.ts';
import { peakDutyRule, reserveOf } from '../../site/duties.ts';
import { type ImportLimit, mostOn } from '../../site/gridEvent.ts';
import type { Site } from '../../site/site.ts';
import type { Start } from './start.ts';

/** What a look ahead knows of a site. */
export interface AheadSite {
  readonly units: readonly BalanceUnit[];
  /** Of them, those whose part depends on the horizon by the services' mean arrivals alone: deployments. */
  readonly deployments: ReadonlySet<string>;
  readonly carbonPerKg: number;
  /** What a unit of money of energy, fuel and water counts; 1 where left out. */
  readonly weights?: { readonly energy: number; readonly fuel: number; readonly water: number };
  /** Least share of requests within their targets that a load level must reach. */
  readonly attainment: number;
  /** @param perKwh requests by service that a kWh serves, in every way in which deployments may run */
  readonly asked: (
    horizon: Horizon,
    sizes: readonly SiteSize[],
    perKwh: readonly ReadonlyMap<string, number>[],
  ) => Asked;
  /** Duties, and orders of the grid that were announced. */
  readonly rules: (horizon: Horizon, start: Start, limits?: readonly ImportLimit[]) => readonly Rule[];
  readonly reserve?: Reserve;
  /** Deployments of which replicas may stay awake without work. */
  readonly keepsAwake?: ReadonlySet<string>;
  /** Money that a kWh of the accelerators counts beside its price. */
  readonly perItKwh?: number;
  /** Bounds columns of a model that is written, as somebody from outside asks. */
  readonly bind?: (model: LinearModel, grid: TimeGrid) => void;
  /** Clocks over the largest that deployments may be set to, beside their own. */
  readonly clocks?: readonly number[];
}

const YEAR_H = 8760;
/** As the policies size for. */
const ATTAINMENT = 0.99;
/** To miss reserve for an hour, over a kWh not fed: sizes are given, so that service goes before it. */
const RESERVE_PENALTY = 0.01 * RESERVE_DEFAULTS.penalty;

/**
 * To go beyond an order of the grid for a kWh, over a kWh not fed. Our choice: interactive requests go before the order, as an operator
 * with contracts on both sides would have it, and the order goes before any honest price of batteries, fuel and waiting batch work.
 */
const ORDER_PENALTY = 0.1;

/**
 * An order is planned for with so much less import than it allows, as a share. Without a battery what is planned at the limit is drawn beyond it in a
 * step where more is wanted than was foreseen: 0.5 % in one quarter of eight of a zone that has nothing but batch work to give.
 */
export const ORDER_MARGIN = 0.02;

/** Orders of the grid as rules; [] where none reaches into the horizon. */
export function orderRules({ grid }: Horizon, limits: readonly ImportLimit[] | undefined): Rule[] {
  const mostKw = mostOn(limits, grid)?.map((kw) => (1 - ORDER_MARGIN) * kw);
  return mostKw === undefined ? [] : [orderRule({ mostKw, penalty: ORDER_PENALTY })];
}

/** What a kWh counts where it is free, over what owning the accelerators costs for each that they could draw. */
const FREE_KWH_SHARE = 1e-3;

function perItKwh({ units }: Site): number {
  let [moneyPerYear, fullKw] = [0, 0];
  for (const unit of units) {
    if (unit.role !== 'it') continue;
    const { capexMoney, lifeYears, opexMoneyPerYear, rentMoneyPerYear } = unit.ownership;
    moneyPerYear += capexMoney / lifeYears + opexMoneyPerYear + (rentMoneyPerYear ?? 0);
    fullKw += unit.powerRange(unit.installed).fullKw;
  }
  return fullKw > 0 ? (FREE_KWH_SHARE * moneyPerYear) / (fullKw * YEAR_H) : 0;
}

/**
 * A duty at peak hours is aimed for with so much more of a cut, as a share. What is planned at the limit ends beyond it as often as not, because load and
 * forecast never agree: of 14 days of January at Nukus 12 ended below the 20 % asked without a margin; of 100 days over the year 3 with one of 0.01.
 */
const DUTY_MARGIN = 0.02;

/** A site as a look ahead sees it: its devices with their sizes, its services, the duty at peak hours and the reserve. */
export function aheadSite(site: Site): AheadSite {
  const { finance, services, limits } = site;
  const duty = site.rules.peakReduction;
  return {
    units: site.units,
    deployments: new Set(site.units.filter((u) => u.role === 'it').map((u) => u.id)),
    perItKwh: perItKwh(site),
    carbonPerKg: finance.carbonMoneyPerT / 1000,
    attainment: ATTAINMENT,
    asked: (horizon, sizes, perKwh) => {
      const yearly = sizes.reduce((sum, size) => sum + size.given * costPerUnitYear(size, finance), 0);
      const { services: asked, penalties } = askedOf(services, horizon, yearly, perKwh);
      // Sizes are given: a duty, a reserve and an order count by a kWh's tokens alone, so that dear requests go before them.
      const { shortPerKwh: limitPerKwh } = askedOf(services, horizon, yearly).penalties;
      return { services: asked, penalties: { ...penalties, limitPerKwh } };
    },
    rules: (horizon, { dutySoFar }, limits) => {
      const list = orderRules(horizon, limits);
      if (duty === undefined) return list;
      const local = Array.from({ length: horizon.grid.count }, (_, i) => horizon.conditions(i).local);
      const around = {
        stepsPerDay: DAY_MS / horizon.grid.stepMs,
        ...(dutySoFar === undefined ? {} : { before: dutySoFar }),
      };
      const aimed = { ...duty, share: Math.min(1, duty.share + DUTY_MARGIN) };
      return [peakDutyRule(site, aimed, local, around), ...list];
    },
    ...(limits?.reserve === undefined ? {} : { reserve: reserveOf(limits.reserve, RESERVE_PENALTY) }),
  };
}
