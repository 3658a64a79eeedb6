import type { Conditions } from '../weather/conditions.ts';

/** Set points of a cooling plant; what is left out the plant chooses. */
export interface CoolingSettings {
  /** Wanted supply temperature of the liquid loop, °C; undefined = the spec's own. */
  readonly supplyC?: number | undefined;
  /** Shares 0..1: flow of the loop's pumps; the most that its outdoor fans and the wetting of its pads may do. */
  readonly flow?: number | undefined;
  readonly fan?: number | undefined;
  readonly wet?: number | undefined;
  /**
   * Cold into a tank (> 0, by compressors beyond what free cooling has room for) or out of it (< 0), kW at most; 0 holds it. Left out: it
   * is charged by free cooling alone and gives before compressors run.
   */
  readonly tankKw?: number | undefined;
}

/** Heat of a hall's two buses, kW. */
export interface HeatLoad {
  readonly liquidKw: number;
  readonly airKw: number;
}

/** Heat arriving from a hall, and how it is to be taken away. */
export interface CoolingSetPoint extends CoolingSettings, HeatLoad {}

/** What operating points of a cooling plant are compared by. */
export interface PointPrices {
  readonly perKwh: number;
  readonly perLitre: number;
  /** Of a kWh that warmer chips leak; as every other kWh where left out. */
  readonly perLeakageKwh?: number;
}

/** The cheapest way to take a heat away, and what it comes to in the step. */
export interface CheapestPoint {
  /** Set points: pass them to `step` as they are. Shares of design; fans and pads at most. */
  readonly supplyC: number;
  readonly flow: number;
  readonly fan: number;
  readonly wet: number;
  /** Electricity of the plant and water used, means over the step. */
  readonly powerKw: number;
  readonly waterLPerH: number;
  /** Estimate: chip power above that at the supply of the site file. */
  readonly leakageKw: number;
  /** Highest supply that the loop may have, °C. */
  readonly mostSupplyC: number;
}

/** Constant load of a hall, kW: heat of the two buses, electricity of the IT, and losses of its chain. */
export interface FrontierLoad extends HeatLoad {
  readonly itKw: number;
  readonly chainKw: number;
}

/** A series of hours run as cheaply as is safe at one price of water. */
export interface FrontierPoint {
  /** Price of a litre over that of a kWh. */
  readonly waterPrice: number;
  /** Facility over IT electricity, with the leakage of warmer chips counted as facility. */
  readonly pue: number;
  /** Litres per kWh of IT. */
  readonly wue: number;
  /** Hours without a safe point; the plant then does all it can. */
  readonly unsafeHours: number;
}

/** The cheapest set points in this step that keep supply and hall within their limits; undefined when none do. */
export type FindPoint = (load: HeatLoad, conditions: Conditions, prices: PointPrices) => CheapestPoint | undefined;

/** PUE against WUE over a series of conditions, one point for each price of water. */
export type TraceFrontier = (series: readonly Conditions[], load: FrontierLoad) => readonly FrontierPoint[];
