import { humidityRatioOfWetBulb, saturationHumidityRatio } from '../../air/psychrometrics.ts';
import type { Conditions } from '../contract.ts';
import { EVAPORATION_KWH_PER_L, economiserShare, padWaterLPerH } from './physics.ts';

/** A hall that is cooled by outdoor air through an adiabatic stage. */
export interface OutdoorAirSpec {
  readonly supplyC: number;
  /** Rise of the air through the servers, K. */
  readonly riseK: number;
  /** 0 without an adiabatic stage. */
  readonly padEffectiveness: number;
  readonly bleedFactor: number;
  /** Dew points between which the hall's air is held, °C. */
  readonly mostDewC: number;
  readonly leastDewC: number;
}

/** What outdoor air can do in a step. */
export interface OutdoorAir {
  /** Share of the hall's heat that it carries away, 0..1. */
  readonly freeShare: number;
  readonly waterLPerH: number;
}

const CLOSED: OutdoorAir = { freeShare: 0, waterLPerH: 0 };
const CP_AIR = 1.006;
/** Kelvins that a kg/kg of water evaporated into an airstream cools it by. */
const K_PER_RATIO = (EVAPORATION_KWH_PER_L * 3600) / CP_AIR;

/**
 * Outdoor air for `heatKw` of a hall. Colder than the supply it is mixed with return air; warmer it passes a wet pad, wetted no
 * further than the supply or the dew-point limit asks for; where it then still is warmer, it takes the linear share that is left
 * to the return temperature. Air with a dew point above the limit is kept out. Air drier than the lower limit is humidified.
 * Source: after N. Lei, E. Masanet, Energy 201 (2020), air-side economiser with adiabatic cooling; limits by dew point alone.
 */
export function outdoorAir(
  o: OutdoorAirSpec,
  heatKw: number,
  c: Pick<Conditions, 'tempC' | 'wetBulbC' | 'pressurePa'>,
): OutdoorAir {
  if (heatKw <= 0) return CLOSED;
  const ratio = humidityRatioOfWetBulb(c.tempC, Math.min(c.wetBulbC, c.tempC), c.pressurePa);
  const most = saturationHumidityRatio(o.mostDewC, c.pressurePa);
  if (ratio > most) return CLOSED;
  const airKgPerS = heatKw / (CP_AIR * o.riseK);
  const returnC = o.supplyC + o.riseK;
  if (c.tempC <= o.supplyC) {
    const least = saturationHumidityRatio(o.leastDewC, c.pressurePa);
    const fresh = o.riseK / (returnC - c.tempC);
    return { freeShare: 1, waterLPerH: 3600 * fresh * airKgPerS * Math.max(0, least - ratio) };
  }
  const mostDropK = Math.min(o.padEffectiveness * Math.max(0, c.tempC - c.wetBulbC), K_PER_RATIO * (most - ratio));
  const dropK = Math.min(c.tempC - o.supplyC, mostDropK);
  const freeShare = economiserShare({ supplyC: o.supplyC, returnC }, c.tempC - dropK);
  if (freeShare === 0) return CLOSED;
  return { freeShare, waterLPerH: o.bleedFactor * padWaterLPerH(airKgPerS, dropK) };
}
