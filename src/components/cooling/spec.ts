import type { z } from 'zod';
import type { Price } from '../../catalog/catalog.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';
import type { file } from './file.ts';
import { flowLPerMin, WATER_CLASSES } from './liquid.ts';
import type { OutdoorAirSpec } from './outdoorAir.ts';
import { WATER_KWH_PER_L_K } from './physics.ts';
import type { TankSpec } from './tank.ts';
import type { WetSpec } from './wetSpec.ts';

/** Used where the catalogue has no entry of these ids. */
const TURNER =
  'our choice within the 11.6-15.2 USD/W of a whole data centre (Turner & Townsend DCCI 2025-26); give your quote';
const LIQUID_PRICE: Price = {
  id: 'cooling-liquid',
  about: 'CDU, piping, pumps and dry cooler per kW of liquid heat',
  value: 500,
  unit: 'USD/kW',
  year: 2025,
  source: TURNER,
};
const AIR_PRICE: Price = {
  id: 'cooling-air',
  about: 'CRAH, chillers and free cooling per kW of air heat',
  value: 900,
  unit: 'USD/kW',
  year: 2025,
  source: TURNER,
};

/** A hall's cooling, resolved: powers in kW at full speed, temperatures in °C. */
export interface CoolingSpec {
  readonly liquidKw: number;
  readonly airKw: number;
  readonly supplyC: number;
  readonly maxSupplyC: number;
  readonly dryApproachK: number;
  /** Supply to the chips less facility water, and less water from outdoors (where there is one more exchanger), at design. */
  readonly facilityApproachK: number;
  readonly cduApproachK: number;
  /** 0 without pads. */
  readonly padEffectiveness: number;
  /** Water used per water evaporated. */
  readonly bleedFactor: number;
  readonly loopFanKw: number;
  readonly outdoorFanKw: number;
  readonly fanFloor: number;
  readonly pumpKw: number;
  readonly minFlow: number;
  readonly crahFanKw: number;
  readonly crahMinFlow: number;
  readonly waterSupplyC: number;
  readonly waterReturnC: number;
  /** Infinity without an economiser. */
  readonly economiserApproachK: number;
  readonly chillerKw: number;
  readonly carnotShare: number;
  readonly evaporatingC: number;
  readonly condenserPinchK: number;
  readonly heatKwhPerK: number;
  /** Flow of the technology water at design. */
  readonly designFlowLPerMin: number;
  readonly leakageSharePerK: number;
  readonly waterMoneyPerL: number;
  /** Towers and chillers of the loop; undefined for dry coolers with or without pads. */
  readonly wet: WetSpec | undefined;
  /** Outdoor air straight into the hall; undefined for coils with chilled water. */
  readonly outdoor: OutdoorAirSpec | undefined;
  readonly tank: TankSpec | undefined;
  /** Prices of its parts, and upkeep a year as a share of them. */
  readonly prices: {
    readonly perLiquidKw: number;
    readonly perAirKw: number;
    readonly perStoreL: number;
    readonly opexShare: number;
  };
  readonly ownership: Ownership;
}

const YEAR_S = 31_557_600;
const LOOP_L_PER_KW = 8;
/** Water over air of towers by mass. Source: Lei and Masanet example notebook, 1.12. */
const LIQUID_TO_GAS = 1.12;
/** Condensation less tower water, K: rise of 5 K and pinch of 4 K. */
const WATER_CONDENSER_K = 9;

type File = z.output<typeof file>;

/** Towers and chillers of the liquid loop. Complains of a chiller model that does not fit where the heat goes. */
function wetOf(f: File, complain: (c: Complaint) => void): WetSpec | undefined {
  if (f.liquid_heat === 0 || (f.plant !== 'tower' && f.plant !== 'chiller')) return undefined;
  const rejection = f.plant === 'tower' ? 'tower' : f.heat_rejection;
  const model = f.chiller_model ?? (rejection === 'tower' ? 'lei' : 'lift');
  if (rejection === 'dry' && model !== 'lift') {
    complain({
      path: ['chiller_model'],
      message: `the model ${model} is of water-cooled chillers, and heat_rejection is dry`,
      hint: 'say `chiller_model: lift`, or `heat_rejection: tower`',
    });
  }
  return {
    rejection,
    approachK: rejection === 'tower' ? f.tower_approach : f.dry_cooler_approach,
    fanKw: (rejection === 'tower' ? f.tower_fan : f.fan) * f.liquid_heat,
    pumpKw: f.facility_pump * f.liquid_heat,
    rangeK: f.facility_rise,
    cycles: f.water_cycles,
    driftShare: f.drift,
    airPerWater: 1 / LIQUID_TO_GAS,
    economiser: f.plant === 'tower' || f.liquid_economiser === 'on',
    chillerKw: f.plant === 'tower' ? 0 : (f.liquid_chiller ?? f.liquid_heat),
    machines: f.chiller_machines,
    model,
    carnotShare: f.chiller_carnot,
    evaporatorPinchK: f.evaporator_pinch,
    chilledPumpShare: f.chilled_pump,
    chilledC: f.chilled_water,
    leastC: f.condenser_least,
    condenserPinchK: rejection === 'tower' ? WATER_CONDENSER_K : f.condenser_pinch,
  };
}

/** Wanted and highest supply: the class of the facility water where one is named. */
function suppliesOf(f: File): { readonly wantedC: number; readonly mostC: number } {
  if (f.water_class === undefined || f.water_class === 'W+') return { wantedC: f.supply, mostC: f.max_supply };
  const mostC = WATER_CLASSES[f.water_class] + f.cdu_approach;
  return { wantedC: mostC, mostC };
}

/** Resolves the section. Complains of temperatures in the wrong order, a plant for no heat, and a price in another currency. */
export function resolve(f: File, context: SiteContext, complain: (c: Complaint) => void): CoolingSpec {
  const { wantedC, mostC } = suppliesOf(f);
  const wet = wetOf(f, complain);
  if (wantedC > mostC) {
    complain({
      path: ['supply'],
      message: `the wanted supply of ${wantedC} °C is above max_supply, ${mostC} °C`,
      hint: 'the wanted supply is the lower one',
    });
  }
  if (f.store !== undefined && f.air === 'economiser') {
    complain({
      path: ['store'],
      message: 'a tank of chilled water serves coils, and this hall is cooled by outdoor air',
      hint: 'leave store out, or say `air: crah-chiller`',
    });
  }
  if (f.liquid_heat + f.air_heat <= 0) {
    complain({ path: ['liquid_heat'], message: 'a cooling plant for no heat', hint: 'say liquid_heat or air_heat' });
  }
  const unpriced = { value: 0, source: '' };
  const liquid =
    f.liquid_heat > 0
      ? priceOr(f.capex_liquid, 'capex_liquid', LIQUID_PRICE.id, '/kW', context, complain, LIQUID_PRICE)
      : unpriced;
  const air =
    f.air_heat > 0 ? priceOr(f.capex_air, 'capex_air', AIR_PRICE.id, '/kW', context, complain, AIR_PRICE) : unpriced;
  const storePrice = f.capex_store ?? 0;
  const capexMoney = liquid.value * f.liquid_heat + air.value * f.air_heat + storePrice * (f.store ?? 0);
  const waterSupplyC = f.air_supply - f.coil_approach;
  if (f.air_heat > 0 && waterSupplyC < 10) {
    complain({
      path: ['coil_approach'],
      message: `air of ${f.air_supply} °C needs chilled water of ${waterSupplyC} °C; the chiller model holds from 10 °C`,
      hint: 'warm the air or lessen the approach of the coils',
    });
  }
  return {
    liquidKw: f.liquid_heat,
    airKw: f.air_heat,
    supplyC: Math.min(wantedC, mostC),
    maxSupplyC: mostC,
    dryApproachK: f.dry_cooler_approach,
    facilityApproachK: f.cdu_approach,
    cduApproachK: f.cdu_approach + (wet === undefined ? 0 : f.exchanger_approach),
    padEffectiveness: f.adiabatic === 'on' && f.plant !== 'dry' ? f.pad_effectiveness : 0,
    bleedFactor: f.water_cycles / (f.water_cycles - 1),
    loopFanKw: f.fan * f.liquid_heat,
    outdoorFanKw: f.fan * f.air_heat,
    fanFloor: f.fan_floor,
    pumpKw: f.pump * f.liquid_heat,
    minFlow: f.pump_min_flow,
    crahFanKw: f.crah_fan * f.air_heat,
    crahMinFlow: f.crah_min_flow,
    waterSupplyC,
    waterReturnC: waterSupplyC + f.water_rise,
    economiserApproachK: f.economiser === 'on' ? f.economiser_approach : Number.POSITIVE_INFINITY,
    chillerKw: f.chiller ?? 1.25 * f.air_heat,
    carnotShare: f.chiller_carnot,
    evaporatingC: waterSupplyC - f.evaporator_pinch,
    condenserPinchK: f.condenser_pinch,
    heatKwhPerK: (f.loop_volume ?? Math.max(1, LOOP_L_PER_KW * f.liquid_heat)) * WATER_KWH_PER_L_K,
    designFlowLPerMin: flowLPerMin(f.liquid_heat, f.loop_rise),
    leakageSharePerK: f.leakage,
    waterMoneyPerL: context.waterMoneyPerL ?? 0,
    wet,
    outdoor:
      f.air === 'economiser'
        ? {
            supplyC: f.air_supply,
            riseK: f.air_rise,
            padEffectiveness: f.adiabatic === 'on' ? f.pad_effectiveness : 0,
            bleedFactor: f.water_cycles / (f.water_cycles - 1),
            mostDewC: f.dew_point_limit,
            leastDewC: f.dew_point_least,
          }
        : undefined,
    tank:
      f.store === undefined || f.air === 'economiser'
        ? undefined
        : { kwhPerK: f.store * WATER_KWH_PER_L_K, uaKwPerK: (f.store_loss * f.store * WATER_KWH_PER_L_K) / 24 },
    prices: { perLiquidKw: liquid.value, perAirKw: air.value, perStoreL: storePrice, opexShare: f.opex },
    ownership: {
      capexMoney,
      opexMoneyPerYear: f.opex * capexMoney,
      lifeYears: f.life / YEAR_S,
      source: [liquid.source && `liquid: ${liquid.source}`, air.source && `air: ${air.source}`]
        .filter(Boolean)
        .join('; '),
    },
  };
}
