import { byDefault, choice, plain, quantity, whole } from '../../units/schema.ts';
import { CLASS_NAMES } from './liquid.ts';

const LEI = 'Lei and Masanet example notebook';

/** Keys of the section `cooling` that choose another plant than the usual one, and its parts. */
export const plantKeys = {
  plant: byDefault(
    choice('what cools the liquid loop: a dry cooler, one with wet pads, towers, or chillers beside free cooling', [
      'dry',
      'adiabatic',
      'tower',
      'chiller',
    ]),
    'adiabatic',
    'our choice: no compressor, and water only as needed',
  ),
  water_class: choice(
    'class of the facility water; its temperature plus the CDU’s approach takes the place of supply and max_supply',
    CLASS_NAMES,
  ).optional(),
  heat_rejection: byDefault(
    choice('where the chillers of the liquid loop, and its free cooling, give their heat', ['tower', 'dry']),
    'tower',
    'our choice: water-cooled chillers are usual at this size',
  ),
  liquid_economiser: byDefault(
    choice('free cooling before the chillers of the liquid loop', ['on', 'off']),
    'on',
    'our choice: chillers only for what is left',
  ),
  liquid_chiller: quantity('power', 'chillers of the liquid loop; its design heat unless said', { min: 0 }).optional(),
  chiller_machines: byDefault(
    whole('chillers that share this load; as many run as is best', { min: 1, max: 64 }),
    4,
    'our choice: plants of this size have three to six',
  ),
  chiller_model: choice(
    'model of the liquid loop’s chillers: regression, example machine, or lift; lei behind towers, lift behind dry coolers',
    ['lei', 'eir', 'lift'],
  ).optional(),
  chilled_water: quantity(
    'temperature',
    'water that the loop’s chillers make, where they serve others too; as cold as the loop needs unless said (models eir, lift)',
    { min: 4, max: 40 },
  ).optional(),
  chilled_pump: byDefault(
    quantity('share', 'pumps of the chillers’ own water, power per heat that they carry', { min: 0, max: 0.1 }),
    '0.7 %',
    `${LEI}: 147-172 kPa at 75-79 %, with 7 K`,
  ),
  condenser_least: byDefault(
    quantity('temperature', 'coldest water at the condensers of chillers behind towers', { min: 10, max: 30 }),
    '18.3 °C',
    'our choice: 65 °F, the usual lower limit of centrifugal chillers for oil and head pressure',
  ),
  tower_approach: byDefault(
    quantity('temperatureDifference', 'tower water less wet bulb, at design heat, full fans and 25.6 °C wet bulb', {
      min: 1,
      max: 15,
    }),
    '3.9 K',
    'rating of YorkCalc, EnergyPlus Engineering Reference: 25.6 °C, range 5.6 K',
  ),
  exchanger_approach: byDefault(
    quantity('temperatureDifference', 'facility water less tower water, at design', { min: 0, max: 10 }),
    '2.3 K',
    LEI,
  ),
  facility_rise: byDefault(
    quantity('temperatureDifference', 'rise of tower and facility water at design', { min: 2, max: 20 }),
    '7 K',
    `${LEI}: 6.9-7.5 K`,
  ),
  tower_fan: byDefault(
    quantity('share', 'tower fans at full speed, power per design heat', { min: 0, max: 0.1 }),
    '1.26 %',
    'ASHRAE 90.1-2019, axial open towers: 40.2 gpm/hp at 35 / 29.4 / 23.9 °C',
  ),
  facility_pump: byDefault(
    quantity(
      'share',
      'pumps of tower and facility water of towers and chillers, power per design heat; as many run as the flow needs',
      {
        min: 0,
        max: 0.1,
      },
    ),
    '1.8 %',
    `${LEI}: 156 kPa at 67 % and 212 kPa at 71 %, with 7 K`,
  ),
  drift: byDefault(
    quantity('share', 'drift of towers, share of the circulating water', { min: 0, max: 0.01 }),
    '0.008 %',
    'EnergyPlus Engineering Reference, cooling tower makeup',
  ),
  air: byDefault(
    choice('what cools the hall’s air: coils with chilled water, or outdoor air with an adiabatic stage', [
      'crah-chiller',
      'economiser',
    ]),
    'crah-chiller',
    'our choice: keeps the dust of a dry climate out',
  ),
  air_rise: byDefault(
    quantity('temperatureDifference', 'rise of the air through the servers', { min: 5, max: 30 }),
    '15 K',
    `${LEI}: 14.8-18.9 K`,
  ),
  dew_point_limit: byDefault(
    quantity('temperature', 'highest dew point of the hall’s air', { min: 5, max: 24 }),
    '15 °C',
    'ASHRAE TC 9.9 recommended envelope: 15 °C dew point',
  ),
  dew_point_least: byDefault(
    quantity('temperature', 'lowest dew point of the hall’s air', { min: -20, max: 10 }),
    '-9 °C',
    'ASHRAE TC 9.9 recommended envelope: -9 °C dew point',
  ),
  store: quantity('volume', 'tank of chilled water for the hall’s air, charged by free cooling; none unless said', {
    min: 1,
  }).optional(),
  store_loss: byDefault(
    quantity('share', 'heat through the wall of the tank in a day, share of its capacity per kelvin', {
      min: 0,
      max: 0.5,
    }),
    '2 %',
    'our choice: insulated tanks of this size lose 1-3 % a day',
  ),
  loop_rise: byDefault(
    quantity('temperatureDifference', 'rise of the technology water at design flow', { min: 3, max: 25 }),
    '10 K',
    'OCP guideline: 1.5 L/min per kW at about 10 K',
  ),
  leakage: byDefault(
    plain('share of the chips’ power that a kelvin of warmer supply adds; an estimate, told beside the balance', {
      min: 0,
      max: 0.02,
    }),
    0.003,
    'our choice within the 0.2-0.5 % per K that is named; no open measurement was found',
  ),
};
