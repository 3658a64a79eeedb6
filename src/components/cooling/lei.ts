import { enthalpyJPerKg, humidityRatioOfRh, saturationHumidityRatio, wetBulbOfRhC } from '../../air/psychrometrics.ts';
import { leiCop } from './chiller.ts';
import { economiserShare } from './physics.ts';

/** Parameters that both plants of the model share; shares, kelvins, pascals. */
export interface LeiCommon {
  readonly upsEfficiency: number;
  readonly distributionLoss: number;
  readonly lightingShare: number;
  readonly airRiseK: number;
  readonly waterRiseK: number;
  readonly towerRiseK: number;
  readonly crahPa: number;
  readonly crahEfficiency: number;
  readonly towerFanPa: number;
  readonly towerFanEfficiency: number;
  readonly humidifierPa: number;
  readonly humidifierEfficiency: number;
  readonly chilledPumpPa: number;
  readonly chilledPumpEfficiency: number;
  readonly towerPumpPa: number;
  readonly towerPumpEfficiency: number;
  readonly towerApproachK: number;
  readonly chillerLoad: number;
  /** Added to 1 and multiplied with the regression's COP. */
  readonly copGain: number;
  readonly liquidToGas: number;
}
export interface LeiAir extends LeiCommon {
  readonly supplyLowC: number;
  readonly supplyHighC: number;
}
export interface LeiTower extends LeiCommon {
  readonly supplyC: number;
  readonly economiserPumpPa: number;
  readonly economiserPumpEfficiency: number;
  readonly exchangerApproachK: number;
  readonly exchangerEffectiveness: number;
  readonly sensibleShare: number;
}

const CP_AIR = 1.01;
const CP_WATER = 4.2;

/** Air density of the model, kg/m3: dry gas from 1.293 at 0 °C. */
const density = (pressurePa: number, tempC: number): number =>
  1.293 * (pressurePa / 101_325) * (273.15 / (273.15 + tempC));
const fan = (kgPerS: number, rho: number, pa: number, efficiency: number): number =>
  ((kgPerS / rho) * pa) / efficiency / 1000;
const pump = (kgPerS: number, pa: number, efficiency: number): number => (pa * kgPerS) / (1000 * efficiency * 1000);

/** Electricity beside the IT and outside of cooling, per kW of IT; it all is heat in the hall. */
function besideKw(p: LeiCommon): number {
  return 1 / p.upsEfficiency - 1 + (1 / (1 - p.distributionLoss) - 1) + p.lightingShare;
}

/** Chillers with their pumps and towers for `chilledKw`, and towers alone for `freeKw`; kW. */
function outdoorKw(p: LeiCommon, chilledKw: number, freeKw: number, wetBulbC: number, rho: number): number {
  const compressorKw = chilledKw / (leiCop(wetBulbC + p.towerApproachK, p.chillerLoad) * (1 + p.copGain));
  const chilledKgPerS = chilledKw / (CP_WATER * p.waterRiseK);
  const towerKgPerS = (chilledKw + freeKw + compressorKw) / (CP_WATER * p.towerRiseK);
  return (
    compressorKw +
    pump(chilledKgPerS, p.chilledPumpPa, p.chilledPumpEfficiency) +
    pump(towerKgPerS, p.towerPumpPa, p.towerPumpEfficiency) +
    fan(towerKgPerS / p.liquidToGas, rho, p.towerFanPa, p.towerFanEfficiency)
  );
}

/**
 * PUE of a hall cooled by outdoor air with adiabatic stage and chillers behind it. Outdoor air is taken while its enthalpy is below
 * that of 27 °C at 15 °C dew point, or of the supply at 80 % humidity. `rhShare` 0..1.
 * Source: N. Lei, E. Masanet, Energy 201 (2020) 117556, PUE_AE_Chiller of the authors' tool.
 */
export function leiAirPue(p: LeiAir, tempC: number, rhShare: number, pressurePa: number): number {
  const ratio = humidityRatioOfRh(tempC, rhShare, pressurePa);
  const wetBulbC = wetBulbOfRhC(tempC, rhShare, pressurePa);
  const outJ = enthalpyJPerKg(tempC, ratio);
  const supplyC = Math.min(p.supplyHighC, Math.max(p.supplyLowC, tempC));
  const heatKw = 1 + besideKw(p);
  const airKgPerS = heatKw / (CP_AIR * p.airRiseK);
  const limitJ = enthalpyJPerKg(27, saturationHumidityRatio(15, pressurePa));
  const dampJ = enthalpyJPerKg(supplyC, humidityRatioOfRh(supplyC, 0.8, pressurePa));
  const free = outJ < limitJ || outJ <= dampJ;
  // cold air that is too dry, and air that is too warm, are humidified at their own enthalpy
  let addedRatio = 0;
  if (free && tempC <= supplyC) {
    addedRatio = Math.max(0, humidityRatioOfRh(supplyC, 0.2, pressurePa) - ratio);
  } else if (free) {
    addedRatio = Math.max(0, (outJ / 1000 - 1.006 * supplyC) / (2501 + 1.86 * supplyC) - ratio);
  }
  const waterKgPerS = airKgPerS - airKgPerS / (1 + addedRatio);
  return (
    heatKw +
    fan(airKgPerS, density(pressurePa, supplyC), p.crahPa, p.crahEfficiency) +
    pump(waterKgPerS, p.humidifierPa, p.humidifierEfficiency) +
    outdoorKw(p, free ? 0 : heatKw, 0, wetBulbC, density(pressurePa, tempC))
  );
}

/**
 * PUE of a hall with chilled water from towers through an exchanger as far as the wet bulb allows (linear share), and chillers.
 * Source: N. Lei, E. Masanet, Energy 201 (2020) 117556, PUE_WEC_Chiller of the authors' tool.
 */
export function leiTowerPue(p: LeiTower, tempC: number, rhShare: number, pressurePa: number): number {
  const wetBulbC = wetBulbOfRhC(tempC, rhShare, pressurePa);
  const heatKw = 1 + besideKw(p);
  const airKgPerS = heatKw / (CP_AIR * p.airRiseK);
  const coolingKw = heatKw / p.sensibleShare;
  const waterSupplyC = p.supplyC + p.airRiseK - p.airRiseK / p.exchangerEffectiveness;
  const waterReturnC = waterSupplyC + p.waterRiseK;
  const waterC = (waterSupplyC + waterReturnC) / 2;
  const latentKjPerKg = 2500.5 - waterC * (2.3097 + 0.0013 * waterC);
  const freeKw =
    coolingKw *
    economiserShare(
      { supplyC: waterSupplyC, returnC: waterReturnC },
      wetBulbC + p.towerApproachK + p.exchangerApproachK,
    );
  return (
    heatKw +
    fan(airKgPerS, density(pressurePa, p.supplyC), p.crahPa, p.crahEfficiency) +
    pump((coolingKw - heatKw) / latentKjPerKg, p.humidifierPa, p.humidifierEfficiency) +
    pump(freeKw / (CP_WATER * p.waterRiseK), p.economiserPumpPa, p.economiserPumpEfficiency) +
    outdoorKw(p, coolingKw - freeKw, freeKw, wetBulbC, density(pressurePa, tempC))
  );
}

/** The parameters of the authors' two examples. Source: "Simple examples for using the PUE simulation tool" of the same tool. */
const SHARED = { upsEfficiency: 0.980302734, distributionLoss: 0.00560546875, lightingShare: 0.00181445313 } as const;
const MACHINE = { chillerLoad: 0.224023438, copGain: 0.105488281, liquidToGas: 1.11914062 } as const;
export const LEI_AIR_EXAMPLE: LeiAir = {
  ...SHARED,
  ...MACHINE,
  supplyLowC: 10.3671875,
  supplyHighC: 34.1953125,
  airRiseK: 14.7840712,
  waterRiseK: 6.91894531,
  towerRiseK: 4.28710938,
  crahPa: 685.058594,
  crahEfficiency: 0.829931641,
  towerFanPa: 203.417969,
  towerFanEfficiency: 0.897802734,
  humidifierPa: 7_315_820.31,
  humidifierEfficiency: 0.704492187,
  chilledPumpPa: 146_519.937,
  chilledPumpEfficiency: 0.790039062,
  towerPumpPa: 212_001.82,
  towerPumpEfficiency: 0.716601562,
  towerApproachK: 6.33818359,
};
export const LEI_TOWER_EXAMPLE: LeiTower = {
  ...SHARED,
  ...MACHINE,
  supplyC: 27.3671875,
  airRiseK: 18.8856337,
  waterRiseK: 7.50488281,
  towerRiseK: 4.13867188,
  crahPa: 416.992188,
  crahEfficiency: 0.713720703,
  towerFanPa: 148.339844,
  towerFanEfficiency: 0.745947266,
  humidifierPa: 6_500_976.56,
  humidifierEfficiency: 0.674023438,
  economiserPumpPa: 156_284.191,
  economiserPumpEfficiency: 0.668945312,
  chilledPumpPa: 171_884.552,
  chilledPumpEfficiency: 0.745117188,
  towerPumpPa: 210_534.68,
  towerPumpEfficiency: 0.709960938,
  towerApproachK: 6.50576172,
  exchangerApproachK: 2.29404297,
  exchangerEffectiveness: 0.816601563,
  sensibleShare: 0.986289063,
};
