import { series } from '../available.ts';
import { accountBus, type BalancePart, type Horizon, type ModelBuilder, type Standing } from '../model.ts';
import { WATER_KWH_PER_L_K } from './physics.ts';
import type { CoolingSpec } from './spec.ts';
import { type CoolingState, capacity, initial, step } from './twin.ts';

/** Loads of the operating points, shares of what the plant can take in that air: next to nothing, a usual load, all. */
const LOADS = [0.1, 0.45, 1] as const;

/** A hair against more than is needed where energy is free, money per kWh. */
const TIE_MONEY = 1e-6;

/** One side of a plant at its operating points, by base step, per kW of design heat. */
interface Side {
  readonly key: 'liquid_heat' | 'air_heat';
  readonly bus: 'liquid' | 'air';
  readonly designKw: number;
  /** Most heat. */
  readonly most: Float64Array;
  /** What is drawn whatever the heat, what a kW of heat draws up to the usual load, and what it draws more beyond it. */
  readonly standing: Float64Array;
  readonly power: Float64Array;
  readonly more: Float64Array;
  /** Water per heat, L/kWh. */
  readonly water: Float64Array;
}

/**
 * The plant in the linear model: mixes of operating points that its own physics takes for that hour's air, since temperature
 * times heat is bilinear. Heat passes through it at the power per heat between its lowest and its usual point; what is above the
 * usual load draws more. Liquid and air sides do not touch each other (twin.ts). C1: heat of a side is at most what the plant
 * can take in that air. C2: heat above the usual load. C3: water that has a price is bought. Sizes: design heat of each side.
 */
export function coolingBalance(spec: CoolingSpec, { id, hall }: Standing, horizon: Horizon): BalancePart {
  const sides = sidesOf(spec, horizon);
  const tank = tankOf(spec, horizon);
  const { prices, ownership } = spec;
  const waterMoneyPerL = (horizon.level?.water ?? 1) * spec.waterMoneyPerL;
  const priced = (capexMoney: number) => ({
    capexMoney,
    opexMoneyPerYear: prices.opexShare * capexMoney,
    lifeYears: ownership.lifeYears,
    source: ownership.source,
  });
  return {
    sizes: [
      ...sides.map((side) => ({
        key: side.key,
        unit: 'kW',
        given: side.designKw,
        ...priced(side.bus === 'liquid' ? prices.perLiquidKw : prices.perAirKw),
      })),
      ...(tank === undefined ? [] : [{ key: 'store', unit: 'L', given: tank.litres, ...priced(prices.perStoreL) }]),
    ],
    sharp: [],
    shape: sides.map((side) => side.power),
    add(model) {
      for (const side of sides) addSide(side, waterMoneyPerL, id, hall!, model, tank !== undefined);
      if (tank !== undefined) addTank(tank, id, hall!, model);
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
      standing: new Float64Array(count),
      power: new Float64Array(count),
      more: new Float64Array(count),
      water: new Float64Array(count),
    };
    // The other side at no load draws nothing here.
    const alone = bus === 'liquid' ? { ...spec, airKw: 0, crahFanKw: 0 } : { ...spec, liquidKw: 0, wet: undefined };
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
  if (mostKw <= 0) {
    side.standing[i] = at(0).powerKw / designKw;
    return;
  }
  const [low, usual, full] = LOADS.map((share) => ({ ...at(share * mostKw), heatKw: share * mostKw }));
  const slope = (a: typeof low, b: typeof low): number =>
    Math.max(0, (b!.powerKw - a!.powerKw) / (b!.heatKw - a!.heatKw));
  const power = slope(low, usual);
  side.power[i] = power;
  side.more[i] = Math.max(0, slope(usual, full) - power);
  side.standing[i] = (usual!.powerKw - power * usual!.heatKw) / designKw;
  side.water[i] = usual!.waterLPerH / usual!.heatKw;
}

function addSide(
  side: Side,
  waterMoneyPerL: number,
  id: string,
  hall: string,
  model: ModelBuilder,
  hasTank: boolean,
): void {
  const size = model.size(id, side.key);
  const most = model.mean(side.most);
  const within = model.rows('C1', `${id}: ${side.bus} side, what it can take`, Number.NEGATIVE_INFINITY, 0);
  model.putSize(
    within,
    size,
    most.map((v) => -v),
  );
  const usual = model.rows('C2', `${id}: ${side.bus} side, usual load`, Number.NEGATIVE_INFINITY, 0);
  model.putSize(
    usual,
    size,
    most.map((v) => -LOADS[1] * v),
  );
  const above = model.columns(`${id} ${side.bus} above usual`, 'kW', 0, Number.POSITIVE_INFINITY, TIE_MONEY);
  model.putAll(usual, above, -1);
  // A merged segment takes the most favourable of its hours.
  const power = model.least(side.power);
  const water = model.least(side.water);
  const infinite = Number.POSITIVE_INFINITY;
  const drinks = waterMoneyPerL > 0 && water.some((v) => v > 0);
  model.through(`${hall}/${side.bus}`, [
    { at: within, factor: 1 },
    { at: usual, factor: 1 },
    { at: `${hall}/essential`, factor: power.map((v) => -v) },
    { at: accountBus('coolingKwh'), factor: power },
    { at: accountBus('waterL'), factor: water },
    ...(hasTank && side.bus === 'air'
      ? [{ at: model.rows('T3', `${id}: heat beside the tank`, 0, infinite), factor: 1 }]
      : []),
    ...(drinks ? [{ at: bought(side, waterMoneyPerL, id, model), factor: water }] : []),
  ]);
  const more = model.least(side.more);
  model.flow(
    `${hall}/essential`,
    above,
    more.map((v) => -v),
  );
  model.flow(accountBus('coolingKwh'), above, more);
  const standing = model.mean(side.standing);
  model.flowSize(
    `${hall}/essential`,
    size,
    standing.map((v) => -v),
  );
  model.flowSize(accountBus('coolingKwh'), size, standing);
}

/** Water that a side uses and has to buy, a column with its price. @returns the first of the rows C3: use - bought <= 0 */
function bought({ bus }: Side, moneyPerL: number, id: string, model: ModelBuilder): number {
  const rows = model.rows('C3', `${id}: water of the ${bus} side`, Number.NEGATIVE_INFINITY, 0);
  const litres = model.columns(`${id} ${bus} water`, 'L/h', 0, Number.POSITIVE_INFINITY, moneyPerL);
  model.putAll(rows, litres, -1);
  return rows;
}

/** A tank of chilled water by what it holds between return and supply. */
interface Tank {
  readonly litres: number;
  readonly kwhPerL: number;
  /** Of what it holds, what is lost in an hour. */
  readonly lossPerH: number;
  /** In a look ahead, whose plan sets the tank's own set point: what the coils' flow at a usual load brings out of a full one, kW. */
  readonly flowKw?: number;
  /** What free cooling could take beside a usual load, kW; 0 while compressors run. */
  readonly spare: Float64Array;
}

function tankOf(spec: CoolingSpec, horizon: Horizon): Tank | undefined {
  if (spec.tank === undefined) return undefined;
  const kwhPerL = WATER_KWH_PER_L_K * (spec.waterReturnC - spec.waterSupplyC);
  const rest = initial(spec);
  const bare = { ...spec, tank: undefined };
  return {
    litres: spec.tank.kwhPerK / WATER_KWH_PER_L_K,
    kwhPerL,
    ...(horizon.cyclic ? {} : { flowKw: LOADS[1] * spec.airKw }),
    lossPerH: spec.tank.uaKwPerK / spec.tank.kwhPerK,
    spare: series(horizon, (c) => {
      const { meters } = step(bare, rest, { liquidKw: 0, airKw: spec.airKw }, c);
      return meters['freeShare'] === 1 ? (1 - LOADS[1]) * spec.airKw : 0;
    }),
  };
}

/**
 * The tank: cold is stored and taken before the compressors. T1: e = e_before (1 - loss h) + h (charge - discharge). T2: e <= what its
 * litres hold between return and supply. T3: it takes no more than the heat of the side. In a plan over years it follows its own rule and
 * charges while free cooling has room; in a look ahead compressors may charge it, and T4: discharge <= what the flow of the coils brings
 * out of a mixed tank that holds so much.
 */
function addTank(tank: Tank, id: string, hall: string, model: ModelBuilder): void {
  const infinite = Number.POSITIVE_INFINITY;
  const { flowKw } = tank;
  const mostKw = flowKw === undefined ? model.mean(tank.spare) : infinite;
  const charge = model.columns(`${id} tank charge`, 'kW', 0, mostKw, TIE_MONEY);
  const discharge = model.columns(`${id} tank discharge`, 'kW', 0, infinite, TIE_MONEY);
  const held = model.state(`${id} tank`, 'kWh', infinite);
  const rows = model.rows('T1', `${id}: tank`, Number.NEGATIVE_INFINITY, 0);
  model.putAll(rows, held.first, 1);
  for (let k = 0; k < model.segments; k++) {
    model.put(rows + k, held.before(k), -Math.max(0, 1 - tank.lossPerH * model.hours[k]!));
  }
  model.putAll(
    rows,
    charge,
    model.hours.map((h) => -h),
  );
  model.putAll(rows, discharge, model.hours);
  const most = model.rows('T2', `${id}: size of the tank`, Number.NEGATIVE_INFINITY, 0);
  model.putAll(most, held.first, 1);
  model.putSize(most, model.size(id, 'store'), -tank.kwhPerL);
  if (flowKw !== undefined) {
    const perKwh = flowKw / (tank.litres * tank.kwhPerL);
    const flow = model.rows('T4', `${id}: flow through the tank`, Number.NEGATIVE_INFINITY, 0);
    model.putAll(flow, discharge, 1);
    for (let k = 0; k < model.segments; k++) model.put(flow + k, held.before(k), -perKwh);
  }
  // Charging is heat for the plant, discharging is heat that it has not to take.
  model.flow(`${hall}/air`, charge, 1);
  model.flow(`${hall}/air`, discharge, -1);
}
