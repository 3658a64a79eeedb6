import { series } from '../available.ts';
import { type BalancePart, type Horizon, type Standing, told } from '../model.ts';
import type { BatterySpec } from './spec.ts';

/** A hair against charging and discharging at once, and towards acting early: money per kWh. */
const TIE_MONEY = 1e-6;

/** Draw of the container per kWh of cells held between its two limits, kW: what the wall lets through (physics.ts, climate). */
function climateKwPerKwh({ box, energyKwh, coolingCop }: BatterySpec, tempC: number): number {
  const heatKw = Math.min(box.heaterKw, Math.max(0, box.envelopeKwPerK * (box.heatBelowC - tempC)));
  const coldKw = Math.min(box.coolerKw, Math.max(0, box.envelopeKwPerK * (tempC - box.coolAboveC)));
  return (heatKw + coldKw / coolingCop) / energyKwh;
}

/**
 * The battery in the linear model, sizes energy E and power P. B1 store: e = e_before + h (eta_c c - d / eta_d). B2 window:
 * e <= (max - min) E, where e counts from the floor. B3 converter: c + d <= P. B4 cells: h (eta_c c + d / eta_d) over a year is at most what the cycles allow
 * in the life that the price is written off over, so that wear is paid once; where wear is paid per use,
 * it is the price of charge and discharge instead. Standby and the container's climate are load.
 */
export function batteryBalance(spec: BatterySpec, { id }: Standing, horizon: Horizon): BalancePart {
  const { energyKwh, powerKw, chargeShare, dischargeShare, ownership } = spec;
  const bounding = horizon.bounding === true;
  const climate = series(horizon, (c) => (bounding ? 0 : climateKwPerKwh(spec, c.tempC)));
  const cells = spec.cellsMoney / energyKwh;
  const converter = (ownership.capexMoney - spec.cellsMoney) / powerKw;
  const opexShare = ownership.capexMoney > 0 ? ownership.opexMoneyPerYear / ownership.capexMoney : 0;
  const window = (spec.maxKwh - spec.minKwh) / energyKwh;
  // Wear per kWh through the cells is price over what they can move: so that much a life.
  const lifeKwhPerKwh = spec.wearPerKwh > 0 ? cells / spec.wearPerKwh : Number.POSITIVE_INFINITY;
  const { lifeYears, source } = ownership;
  return {
    sizes: [
      {
        key: 'energy',
        unit: 'kWh',
        given: energyKwh,
        capexMoney: cells,
        opexMoneyPerYear: opexShare * cells,
        lifeYears,
        source,
      },
      {
        key: 'power',
        unit: 'kW',
        given: powerKw,
        capexMoney: converter,
        opexMoneyPerYear: opexShare * converter,
        lifeYears,
        source,
      },
    ],
    sharp: [],
    shape: [],
    standby: {
      kind: 'store',
      energyKey: 'energy',
      powerKey: 'power',
      windowShare: window,
      chargeShare,
      dischargeShare,
    },
    add(model) {
      const [energy, power] = [model.size(id, 'energy'), model.size(id, 'power')];
      const wear = horizon.wearPaid === true ? spec.wearPerKwh : 0;
      const chargeMoney = TIE_MONEY + wear * chargeShare;
      const dischargeMoney = TIE_MONEY + wear / dischargeShare;
      const charge = model.columns(`${id} charge`, 'kW', 0, Number.POSITIVE_INFINITY, chargeMoney);
      const discharge = model.columns(`${id} discharge`, 'kW', 0, Number.POSITIVE_INFINITY, dischargeMoney);
      const held = model.state(`${id} energy`, 'kWh', Number.POSITIVE_INFINITY);
      // Energy may be lost beyond the losses, never found: a window's end can then always be met from above.
      const store = model.rows('B1', `${id}: store`, Number.NEGATIVE_INFINITY, 0);
      model.putAll(store, held.first, 1);
      for (let k = 0; k < model.segments; k++) model.put(store + k, held.before(k), -1);
      model.putAll(
        store,
        charge,
        model.hours.map((h) => -h * chargeShare),
      );
      model.putAll(
        store,
        discharge,
        model.hours.map((h) => h / dischargeShare),
      );
      const most = model.rows('B2', `${id}: window`, Number.NEGATIVE_INFINITY, 0);
      model.putAll(most, held.first, 1);
      model.putSize(most, energy, -window);
      const converterRows = model.rows('B3', `${id}: converter`, Number.NEGATIVE_INFINITY, 0);
      model.putAll(converterRows, charge, 1);
      model.putAll(converterRows, discharge, 1);
      model.putSize(converterRows, power, -1);
      if (horizon.wearPaid !== true && !bounding && Number.isFinite(lifeKwhPerKwh) && window > 0) {
        const cycles = model.budget('B4', `${id}: cycles`);
        for (let k = 0; k < model.segments; k++) {
          model.put(cycles.row(k), charge + k, model.hours[k]! * chargeShare);
          model.put(cycles.row(k), discharge + k, model.hours[k]! / dischargeShare);
        }
        if (cycles.total !== undefined) {
          model.put(cycles.total, energy.column, -(lifeKwhPerKwh / lifeYears) * model.years);
        }
      }
      model.flow('mv', charge, -1);
      model.flow('mv', discharge, 1);
      const climateKw = model.mean(climate).map((v) => -v);
      for (const bus of ['mv', told('load')]) {
        model.flowSize(bus, energy, climateKw);
        model.flowSize(bus, power, -spec.standbyKw / powerKw);
      }
      model.tellSize('ready power', power, 1);
      // What is held when a step begins. Within a merged segment no more than that and all that is charged before its last step.
      model.tellBefore('ready energy', held, dischargeShare);
      const inside = model.hours.map((h, k) => {
        const [from, to] = model.span(k);
        return h * (1 - 1 / (to - from)) * chargeShare * dischargeShare;
      });
      model.tell('ready energy', charge, inside);
    },
  };
}
