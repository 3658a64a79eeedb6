/**
 * Sums over a period from which every KPI is computed. Energies in kWh; "facility" is what was delivered downstream of the
 * site's electricity bus (into the halls' power chains), "IT" what the racks drew.
 */
export interface Totals {
  readonly hours: number;
  readonly facilityKwh: number;
  readonly itKwh: number;
  /** IT electricity whose heat goes into the hall's air: what server fans move. */
  readonly itAirKwh: number;
  readonly coolingKwh: number;
  readonly chainLossKwh: number;
  readonly importKwh: number;
  readonly exportKwh: number;
  readonly solarUsedKwh: number;
  readonly windUsedKwh: number;
  readonly generatorKwh: number;
  /** Running hours of generator sets, added up. */
  readonly generatorHours: number;
  /** Fuel burnt, LHV. */
  readonly fuelKwh: number;
  readonly curtailedKwh: number;
  /** Conversion, standby, heating and cooling of stores. */
  readonly batteryLossKwh: number;
  /** Facility energy that was wanted and not delivered. */
  readonly shortKwh: number;
  readonly waterL: number;
  readonly co2Kg: number;
  /** Part of it that comes with bought electricity. */
  readonly gridCo2Kg: number;
  /** Energy bought, fuel, demand charges, water, less income; in the site's currency. */
  readonly runningCostMoney: number;
  /** Part of it that generators cost: fuel and services. */
  readonly fuelCostMoney: number;
  /** Part of it that the water of the cooling costs. */
  readonly waterCostMoney: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Interactive requests. */
  readonly requestsOffered: number;
  readonly requestsServed: number;
  readonly requestsShed: number;
  /** Served within both latency targets. */
  readonly attainedRequests: number;
  readonly batchArrived: number;
  readonly batchServed: number;
  readonly batchLate: number;
  /** Batch requests waiting at the end. */
  readonly backlogEnd: number;
  /** Energy in stores at the start and the end. */
  readonly storedStartKwh: number;
  readonly storedEndKwh: number;
}
