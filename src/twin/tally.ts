import type { Totals } from '../kpi/totals.ts';
import { reviveRecord } from './memory.ts';
import type { Plant } from './plant.ts';
import type { Meters, StepRecord } from './record.ts';

/** Sums that only grow. */
type Sums = Omit<Totals, 'storedStartKwh' | 'storedEndKwh' | 'backlogEnd'>;

function zero(): Record<keyof Sums, number> {
  return {
    hours: 0,
    facilityKwh: 0,
    itKwh: 0,
    itAirKwh: 0,
    coolingKwh: 0,
    chainLossKwh: 0,
    importKwh: 0,
    exportKwh: 0,
    solarUsedKwh: 0,
    windUsedKwh: 0,
    generatorKwh: 0,
    generatorHours: 0,
    fuelKwh: 0,
    curtailedKwh: 0,
    batteryLossKwh: 0,
    shortKwh: 0,
    waterL: 0,
    co2Kg: 0,
    gridCo2Kg: 0,
    runningCostMoney: 0,
    fuelCostMoney: 0,
    waterCostMoney: 0,
    inputTokens: 0,
    outputTokens: 0,
    requestsOffered: 0,
    requestsServed: 0,
    requestsShed: 0,
    attainedRequests: 0,
    batchArrived: 0,
    batchServed: 0,
    batchLate: 0,
  };
}

/** Tokens and electricity at the IT boundary of one service. */
export interface ServiceSums {
  readonly id: string;
  inputTokens: number;
  outputTokens: number;
  itKwh: number;
}

/** Adds steps up to the totals that the KPIs are computed from. */
export class Tally {
  readonly #plant: Plant;
  readonly #sums = zero();
  #storedStartKwh: number | undefined;
  #storedEndKwh = 0;
  #backlogEnd = 0;
  readonly #services: ServiceSums[];
  /** Last reading of the hour meter of each unit. */
  readonly #hourMeters: (number | undefined)[] = [];

  /** @param saved what `save()` returned */
  constructor(plant: Plant, saved?: unknown) {
    this.#plant = plant;
    this.#services = plant.services.map(({ id }) => ({ id, inputTokens: 0, outputTokens: 0, itKwh: 0 }));
    const memory = reviveRecord(saved);
    for (const key of Object.keys(this.#sums) as (keyof Sums)[]) {
      const value = memory[key];
      if (typeof value === 'number' && Number.isFinite(value)) this.#sums[key] = value;
    }
    const start = memory['storedStartKwh'];
    if (typeof start === 'number') this.#storedStartKwh = start;
  }

  add(record: StepRecord): void {
    const sums = this.#sums;
    const h = record.conditions.dtH;
    const s = h * 3600;
    sums.hours += h;
    sums.facilityKwh += record.facilityKw * h;
    sums.itKwh += record.itKw * h;
    sums.shortKwh += record.shortKw * h;
    sums.curtailedKwh += record.curtailedKw * h;
    for (const hall of record.halls) {
      sums.itAirKwh += hall.itAirKw * h;
      sums.coolingKwh += hall.coolingKw * h;
      sums.chainLossKwh += hall.chainLossKw * h;
      sums.waterL += hall.cooling['waterL'] ?? 0;
      const waterMoney = hall.cooling['costMoney'] ?? 0;
      sums.waterCostMoney += waterMoney;
      sums.runningCostMoney += waterMoney;
    }
    let storedStart = 0;
    let storedEnd = 0;
    this.#plant.dispatch.forEach((unit, i) => {
      const of = record.dispatch[i]!;
      const kwh = of.powerKw * h;
      sums.co2Kg += of.meters['co2Kg'] ?? 0;
      sums.runningCostMoney += of.meters['costMoney'] ?? 0;
      sums.fuelKwh += of.meters['fuelKwh'] ?? 0;
      if (unit.role === 'slack') {
        sums.gridCo2Kg += of.meters['co2Kg'] ?? 0;
        if (kwh > 0) sums.importKwh += kwh;
        else sums.exportKwh -= kwh;
      } else if (unit.role === 'store') {
        const after = of.meters['energyKwh'] ?? 0;
        const conversionKwh = (of.meters['lossKw'] ?? 0) * h;
        storedStart += after + kwh + conversionKwh;
        storedEnd += after;
        sums.batteryLossKwh += conversionKwh + of.auxKw * h;
      } else if (unit.from === 'sun') sums.solarUsedKwh += kwh;
      else if (unit.from === 'wind') sums.windUsedKwh += kwh;
      else {
        sums.generatorKwh += kwh;
        sums.fuelCostMoney += of.meters['costMoney'] ?? 0;
        sums.generatorHours += this.#ranH(i, of.meters, kwh > 0 ? h : 0);
      }
    });
    this.#storedStartKwh ??= storedStart;
    this.#storedEndKwh = storedEnd;
    this.#backlogEnd = 0;
    this.#plant.services.forEach((service, i) => {
      const of = record.services[i]!;
      sums.inputTokens += of.inputTokensPerS * s;
      sums.outputTokens += of.outputTokensPerS * s;
      const own = this.#services[i]!;
      own.inputTokens += of.inputTokensPerS * s;
      own.outputTokens += of.outputTokensPerS * s;
      own.itKwh += of.powerKw * h;
      if (service.kind === 'batch') {
        sums.batchArrived += of.arrivedPerS * s;
        sums.batchServed += of.servedPerS * s;
        sums.batchLate += of.late;
        this.#backlogEnd += of.backlog;
      } else {
        sums.requestsOffered += of.arrivedPerS * s;
        sums.requestsServed += of.servedPerS * s;
        sums.requestsShed += of.shedPerS * s;
        sums.attainedRequests += of.servedPerS * of.attainment * s;
      }
    });
  }

  /** Set hours of a step: how far the hour meter moved; at the first step, which has no earlier reading, by the sets that run. */
  #ranH(unit: number, meters: Meters, runningH: number): number {
    const now = meters['runHours'];
    const before = this.#hourMeters[unit];
    if (now === undefined) return runningH;
    this.#hourMeters[unit] = now;
    return before === undefined ? runningH * (meters['runningSets'] ?? 1) : Math.max(0, now - before);
  }

  totals(): Totals {
    return {
      ...this.#sums,
      storedStartKwh: this.#storedStartKwh ?? 0,
      storedEndKwh: this.#storedEndKwh,
      backlogEnd: this.#backlogEnd,
    };
  }

  /** What each service did since this tally was made, in the plant's order; not saved. */
  services(): readonly Readonly<ServiceSums>[] {
    return this.#services;
  }

  save(): unknown {
    return { ...this.#sums, storedStartKwh: this.#storedStartKwh ?? 0 };
  }
}
