import type { z } from 'zod';
import type { Price } from '../../catalog/catalog.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';
import type { file } from './file.ts';
import { WATER_KWH_PER_L_K } from './physics.ts';

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
  readonly ownership: Ownership;
}

const YEAR_S = 31_557_600;
const LOOP_L_PER_KW = 8;

/** Resolves the section. Complains of temperatures in the wrong order, a plant for no heat, and a price in another currency. */
export function resolve(f: z.output<typeof file>, context: SiteContext, complain: (c: Complaint) => void): CoolingSpec {
  if (f.supply > f.max_supply) {
    complain({
      path: ['supply'],
      message: `the wanted supply of ${f.supply} °C is above max_supply, ${f.max_supply} °C`,
      hint: 'the wanted supply is the lower one',
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
  const capexMoney = liquid.value * f.liquid_heat + air.value * f.air_heat;
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
    supplyC: Math.min(f.supply, f.max_supply),
    maxSupplyC: f.max_supply,
    dryApproachK: f.dry_cooler_approach,
    cduApproachK: f.cdu_approach,
    padEffectiveness: f.adiabatic === 'on' ? f.pad_effectiveness : 0,
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
