import { z } from 'zod';
import { byDefault, choice, plain, quantity } from '../../units/schema.ts';
import { plantKeys } from './filePlant.ts';

const OCP = 'OCP guideline 1.5 L/min per kW at 10 K rise; 276 kPa at 50 % pump efficiency is 13.8 W/kW';
const FAN = 'air of 10 K rise at 150 Pa and 55 % efficiency is about 25 W/kW';
const LEI = 'Lei and Masanet example notebook';

/** Section `cooling` of a hall. */
export const file = z.strictObject({
  liquid_heat: quantity('power', 'design heat of the direct-to-chip loop; 0 kW where there is none', { min: 0 }),
  air_heat: quantity('power', 'design heat of the hall’s air; 0 kW where there is none', { min: 0 }),
  supply: byDefault(
    quantity('temperature', 'wanted supply of the liquid loop', { min: 15, max: 60 }),
    '40 °C',
    'our choice: 5 K below class W45, so that a hot hour meets the fans and pads before it meets the chips',
  ),
  max_supply: byDefault(
    quantity('temperature', 'highest supply of the liquid loop; beyond it the IT must give less heat', {
      min: 17,
      max: 65,
    }),
    '45 °C',
    'ASHRAE liquid cooling class W45',
  ),
  dry_cooler_approach: byDefault(
    quantity('temperatureDifference', 'water out less air in, at design heat and full fans', { min: 1, max: 30 }),
    '8 K',
    'dry coolers: 5-10 K at design',
  ),
  cdu_approach: byDefault(
    quantity('temperatureDifference', 'supply to the chips less facility water, at design', { min: 0.5, max: 15 }),
    '4 K',
    'counterflow CDUs: 3-5 K',
  ),
  adiabatic: byDefault(
    choice('wet pads before the dry cooler, wetted only as far as the supply needs it', ['on', 'off']),
    'on',
    'our choice: at 42 °C and 12 % humidity pads bring the loop from 54 to 35 °C',
  ),
  pad_effectiveness: byDefault(
    quantity('share', 'share of the wet-bulb depression that the pads reach', { min: 0.1, max: 1 }),
    '85 %',
    'direct evaporative pads: 0.85-0.9',
  ),
  water_cycles: byDefault(
    plain('cycles of concentration of the pad water; bleed is evaporation / (cycles - 1)', { min: 1.1, max: 50 }),
    5,
    'our choice: between 3 and 7 for mains water of medium hardness',
  ),
  fan: byDefault(
    quantity('share', 'outdoor fans at full speed, power per design heat', { min: 0, max: 0.2 }),
    '2.5 %',
    FAN,
  ),
  fan_floor: byDefault(
    quantity('share', 'share of full fan power that remains at lowest speed', { min: 0, max: 0.5 }),
    '5 %',
    'our choice: motors, drives and controls, beside the cube law',
  ),
  pump: byDefault(
    quantity('share', 'pumps at design flow, power per design heat', { min: 0, max: 0.2 }),
    '1.38 %',
    OCP,
  ),
  pump_min_flow: byDefault(
    quantity('share', 'lowest flow of the liquid loop, share of design', { min: 0.05, max: 1 }),
    '30 %',
    'our choice: the usual lowest speed of a centrifugal pump with a drive',
  ),
  crah_fan: byDefault(
    quantity('share', 'hall fans at full flow, power per design air heat', { min: 0, max: 0.3 }),
    '4 %',
    `${LEI}: 417-685 Pa at 71-83 %, with 15 K rise`,
  ),
  crah_min_flow: byDefault(
    quantity('share', 'lowest flow of the hall fans, share of design', { min: 0.05, max: 1 }),
    '30 %',
    'our choice: keeps the hall mixed',
  ),
  air_supply: byDefault(
    quantity('temperature', 'air to the servers', { min: 15, max: 32 }),
    '25 °C',
    'within the 18-27 °C that ASHRAE recommends',
  ),
  coil_approach: byDefault(
    quantity('temperatureDifference', 'air supply less chilled water', { min: 1, max: 15 }),
    '5 K',
    'our choice: usual for CRAH coils',
  ),
  water_rise: byDefault(
    quantity('temperatureDifference', 'rise of the chilled water through the coils', { min: 2, max: 20 }),
    '7 K',
    `${LEI}: 6.9-7.5 K`,
  ),
  economiser: byDefault(
    choice('free cooling of the chilled water by outdoor air', ['on', 'off']),
    'on',
    'our choice: Bukhara has months of free hours',
  ),
  economiser_approach: byDefault(
    quantity('temperatureDifference', 'chilled water less outdoor air that free cooling reaches, at design', {
      min: 1,
      max: 30,
    }),
    '10.3 K',
    `dry cooler 8 K and heat exchanger 2.3 K (${LEI})`,
  ),
  chiller: quantity('power', 'chiller capacity at 35 °C; 1.25 times the design air heat unless said', {
    min: 0,
  }).optional(),
  chiller_carnot: byDefault(
    quantity('share', 'chiller COP over Carnot', { min: 0.1, max: 0.7 }),
    '45 %',
    'air-cooled chillers 0.35-0.5',
  ),
  evaporator_pinch: byDefault(
    quantity('temperatureDifference', 'chilled water less evaporation', { min: 1, max: 10 }),
    '4 K',
    'pinches of 3-5 K',
  ),
  condenser_pinch: byDefault(
    quantity('temperatureDifference', 'condensation less outdoor air', { min: 3, max: 25 }),
    '14 K',
    'our choice: 10 K air rise and 4 K pinch',
  ),
  loop_volume: quantity('volume', 'water in the liquid loop; 8 L per kW of design unless said', {
    min: 1,
  }).optional(),
  capex_liquid: quantity('pricePerPower', 'price per kW of liquid heat, installed', { min: 0 }).optional(),
  capex_air: quantity('pricePerPower', 'price per kW of air heat, installed', { min: 0 }).optional(),
  capex_store: quantity('pricePerVolume', 'price of the tank of chilled water, installed', { min: 0 }).optional().meta({
    dimension: 'pricePerVolume',
    description: 'price of the tank of chilled water, installed',
    source: 'not given: counted as zero; a tank that the planner may size needs one',
  }),
  opex: byDefault(
    quantity('share', 'upkeep a year, share of the price', { min: 0, max: 1 }),
    '3 %',
    'our choice: filters, pads, water treatment and service',
  ),
  life: byDefault(
    quantity('duration', 'life until replaced', { min: 86400 }),
    '15 y',
    'our choice: dry coolers and chillers 15-20 years',
  ),
  ...plantKeys,
});
