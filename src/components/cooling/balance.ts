import { accountBus, type BalancePart, type Horizon, type ModelBuilder, type Standing } from '../model.ts';
import type { CoolingSpec } from './spec.ts';
import { type CoolingState, capacity, initial, step } from './twin.ts';

/** Load of the operating point, share of what the plant can take in that air. */
const LOAD = 0.5;
/** A change of load small enough for a slope, share of design. */
const NUDGE = 0.02;

/** One side of a plant at its operating point, by base step, per kW of design heat. */
interface Side {
  readonly key: 'liquid_heat' | 'air_heat';
  readonly bus: 'liquid' | 'air';
  readonly designKw: number;
  /** Most heat. */
  readonly most: Float64Array;
  /** Electricity per heat near the point, and what is drawn besides; water likewise. */
  readonly power: Float64Array;
  readonly standingPower: Float64Array;
  readonly water: Float64Array;
}

/**
 * The plant in the linear model: at the operating point that its own physics takes for that hour's air, since temperature times
 * heat is bilinear. Heat passes through it at its power per heat there (the slope at half of what it can take; the rest of the
 * draw at that point stands whatever the heat). Liquid and air sides do not touch each other (twin.ts). C1: heat of a side is at
 * most what the plant can take in that air. Sizes: design heat of each side.
 */
export function coolingBalance(spec: CoolingSpec, { id, hall }: Standing, horizon: Horizon): BalancePart {
  const sides = sidesOf(spec, horizon);
  const { ownership } = spec;
  const design = spec.liquidKw + spec.airKw;
  return {
    sizes: sides.map((side) => ({
      key: side.key,
      unit: 'kW',
      given: side.designKw,
      // The price of both sides is one sum, shared by their heat.
      capexMoney: ownership.capexMoney / design,
      opexMoneyPerYear: ownership.opexMoneyPerYear / design,
      lifeYears: ownership.lifeYears,
      source: ownership.source,
    })),
    sharp: [],
    shape: sides.map((side) => side.power),
    add(model) {
      for (const side of sides) addSide(side, id, hall!, model);
    },
  };
}

function sidesOf(spec: CoolingSpec, horizon: Horizon): Side[] {
  const { count } = horizon.grid;
  const rest = initial(spec);
  const sides: Side[] = [];
  for (const bus of ['liquid', 'air'] as const) {
    const designKw = bus === 'liquid' ? spec.liquidKw : spec.airKw;
    if (designKw <= 0) continue;
    const side: Side = {
      key: bus === 'liquid' ? 'liquid_heat' : 'air_heat',
      bus,
      designKw,
      most: new Float64Array(count),
      power: new Float64Array(count),
      standingPower: new Float64Array(count),
      water: new Float64Array(count),
    };
    // The other side at no load draws nothing here.
    const alone = bus === 'liquid' ? { ...spec, airKw: 0, crahFanKw: 0 } : { ...spec, liquidKw: 0 };
    for (let i = 0; i < count; i++) fill(alone, rest, side, horizon, i);
    sides.push(side);
  }
  return sides;
}

function fill(spec: CoolingSpec, rest: CoolingState, side: Side, horizon: Horizon, i: number): void {
  const { bus, designKw } = side;
  const conditions = horizon.conditions(i);
  const most = capacity(spec, rest, conditions);
  const mostKw = bus === 'liquid' ? most.liquidKw : most.airKw;
  side.most[i] = mostKw / designKw;
  const at = (heatKw: number) => {
    const set = { liquidKw: bus === 'liquid' ? heatKw : 0, airKw: bus === 'air' ? heatKw : 0 };
    const first = step(spec, rest, set, conditions);
    const { flows } = step(spec, first.state, set, conditions);
    return { powerKw: -flows['power']!, waterLPerH: -flows['water']! };
  };
  const lowKw = (LOAD - NUDGE) * mostKw;
  const highKw = (LOAD + NUDGE) * mostKw;
  if (!(highKw > lowKw)) {
    side.standingPower[i] = at(0).powerKw / designKw;
    return;
  }
  const [low, high] = [at(lowKw), at(highKw)];
  side.power[i] = Math.max(0, (high.powerKw - low.powerKw) / (highKw - lowKw));
  side.standingPower[i] = (low.powerKw - side.power[i]! * lowKw) / designKw;
  side.water[i] = (low.waterLPerH + high.waterLPerH) / (lowKw + highKw);
}

function addSide(side: Side, id: string, hall: string, model: ModelBuilder): void {
  const size = model.size(id, side.key);
  const within = model.rows('C1', `${id}: ${side.bus} side, what it can take`, Number.NEGATIVE_INFINITY, 0);
  model.putSize(
    within,
    size,
    model.mean(side.most).map((v) => -v),
  );
  // A merged segment takes the most favourable of its hours.
  const power = model.least(side.power);
  model.through(`${hall}/${side.bus}`, [
    { at: within, factor: 1 },
    { at: `${hall}/essential`, factor: power.map((v) => -v) },
    { at: accountBus('waterL'), factor: model.least(side.water) },
  ]);
  model.flowSize(
    `${hall}/essential`,
    size,
    model.mean(side.standingPower).map((v) => -v),
  );
}
