import type { Kpi } from '../../../kpi/kpi.ts';
import type { Totals } from '../../../kpi/totals.ts';
import type { Compared } from '../compared.ts';
import type { Contender } from '../contender.ts';
import type { ContenderOutcome } from '../outcome.ts';
import type { ServiceOutcome } from '../service.ts';

/** Totals of a made-up day: 100 kWh of IT, 110 of the facility, half of it bought for 0.1 a kWh. */
export function someTotals(changes: Partial<Totals> = {}): Totals {
  return {
    hours: 24,
    facilityKwh: 110,
    itKwh: 100,
    itAirKwh: 20,
    coolingKwh: 6,
    chainLossKwh: 4,
    importKwh: 60,
    exportKwh: 0,
    solarUsedKwh: 60,
    windUsedKwh: 0,
    generatorKwh: 0,
    generatorHours: 0,
    fuelKwh: 0,
    curtailedKwh: 0,
    batteryLossKwh: 0,
    shortKwh: 0,
    waterL: 50,
    co2Kg: 30,
    gridCo2Kg: 30,
    runningCostMoney: 6.5,
    fuelCostMoney: 0,
    waterCostMoney: 0.5,
    inputTokens: 1e6,
    outputTokens: 1e6,
    requestsOffered: 8000,
    requestsServed: 8000,
    requestsShed: 0,
    attainedRequests: 8000,
    batchArrived: 2000,
    batchServed: 2000,
    batchLate: 0,
    backlogEnd: 0,
    storedStartKwh: 10,
    storedEndKwh: 10,
    ...changes,
  };
}

const CHAT: ServiceOutcome = {
  id: 'chat',
  kind: 'interactive',
  offered: 8000,
  served: 8000,
  shed: 0,
  attainment: 0.999,
  late: 0,
  backlogStart: 0,
  backlogEnd: 0,
  outputTokens: 6e5,
  itKwh: 80,
};
const ARCHIVE: ServiceOutcome = {
  ...CHAT,
  id: 'archive',
  kind: 'batch',
  offered: 2000,
  served: 2000,
  attainment: null,
  outputTokens: 4e5,
  itKwh: 20,
};

/** A contender's made-up day with a service of each kind. */
export function someOutcome(
  contender: Contender,
  totals: Partial<Totals> = {},
  chat: Partial<ServiceOutcome> = {},
  archive: Partial<ServiceOutcome> = {},
): ContenderOutcome {
  const flat = Array.from({ length: 24 }, () => 1);
  return {
    contender,
    totals: someTotals(totals),
    services: [
      { ...CHAT, ...chat },
      { ...ARCHIVE, ...archive },
    ],
    devices: {
      batteryHeatingKwh: null,
      lowestSoc: null,
      liquidChillerHours: null,
      airChillerHours: null,
      generatorHours: null,
      fuelL: null,
    },
    day: { facilityKw: flat, importKw: flat, storeKw: flat },
    notes: [],
    noteCount: 0,
    cpuS: 0,
  };
}

/** A contender that took so much energy and money per token. */
export function someCompared(contender: Contender, joules: number, money: number): Compared {
  const kpi = (id: string, value: number, unit: string): Kpi => ({
    id,
    label: id,
    value,
    unit,
    boundary: '',
    basis: 'modelled',
  });
  return {
    outcome: someOutcome(contender),
    totals: someTotals(),
    kpis: [kpi('joulesPerToken', joules, 'J/token'), kpi('runningCostPerMtoken', money, 'USD')],
  };
}
