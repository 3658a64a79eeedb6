import type { Conditions, Feasible, ServiceOutcome } from '../components/contract.ts';
import type { Plant } from './plant.ts';

/** Meters of a unit after a step. */
export type Meters = Readonly<Record<string, number>>;

/** What happened in a hall; kW are means over the step. */
export interface HallRecord {
  /** Electricity at the IT boundary. */
  itKw: number;
  /** What the IT would have drawn had nothing been short. */
  wantedItKw: number;
  /** Electricity into the chain at the `mv` bus: the hall's part of the facility boundary. */
  facilityKw: number;
  coolingKw: number;
  chainLossKw: number;
  liquidKw: number;
  airKw: number;
  /** Part of airKw that comes from IT. */
  itAirKw: number;
  /** Heat given to the outside by the cooling. */
  rejectedKw: number;
  /** Heat that went into the thermal mass of the loop. */
  storedKw: number;
  chain: Meters;
  cooling: Meters;
  it: Meters[];
  /** Electricity of each deployment at its bus; adds up to itKw. */
  itPowerKw: number[];
}

/** What happened to a service; rates per second. */
export interface ServiceRecord {
  arrivedPerS: number;
  servedPerS: number;
  shedPerS: number;
  inputTokensPerS: number;
  outputTokensPerS: number;
  /** Electricity at the IT boundary. */
  powerKw: number;
  attainment: number;
  ttftS: number;
  tpotS: number;
  /** Batch: requests waiting at the end of the step, and those that became late during it. */
  backlog: number;
  late: number;
  /** What each of its deployments made of its part, in their order; undefined in the dark. */
  outcomes: (ServiceOutcome | undefined)[];
}

/** What happened at a source, store or the grid. */
export interface DispatchRecord {
  /** Into the `mv` bus; negative = charging or export. */
  powerKw: number;
  auxKw: number;
  /** Must-take energy that was not used. */
  curtailedKw: number;
  feasible: Feasible;
  meters: Meters;
}

/** Everything that happened in a step. The twin reuses one record: copy what must outlive the next step. */
export interface StepRecord {
  conditions: Conditions;
  halls: HallRecord[];
  services: ServiceRecord[];
  dispatch: DispatchRecord[];
  /** Load of the whole site on the `mv` bus that was served: facility and what units draw for themselves. */
  loadKw: number;
  facilityKw: number;
  itKw: number;
  /** Facility load that was wanted and not delivered. */
  shortKw: number;
  curtailedKw: number;
  /** What a load bank takes of generators that may not run lower and that nothing can replace. */
  dumpKw: number;
  /** True when not even the standing load of the halls could be fed. */
  blackout: boolean;
  /** Largest imbalance of any bus in this step over the largest flow on it; 0 in exact arithmetic. */
  imbalance: number;
}

const NO_AIR: Conditions = {
  startMs: 0,
  dtH: 1,
  local: { year: 1970, month: 1, day: 1, weekday: 3, hour: 0, dayOfYear: 1 },
  tempC: 0,
  rhShare: 0,
  wetBulbC: 0,
  pressurePa: 101325,
  windMs: 0,
  ghiWm2: 0,
  dhiWm2: 0,
  dniWm2: 0,
  sunZenithDeg: 180,
  sunAzimuthDeg: 0,
  extraterrestrialWm2: 0,
};

/** A record in which nothing has happened yet. */
export function blankRecord(plant: Plant): StepRecord {
  return {
    conditions: NO_AIR,
    halls: plant.halls.map((hall) => ({
      itKw: 0,
      wantedItKw: 0,
      facilityKw: 0,
      coolingKw: 0,
      chainLossKw: 0,
      liquidKw: 0,
      airKw: 0,
      itAirKw: 0,
      rejectedKw: 0,
      storedKw: 0,
      chain: {},
      cooling: {},
      it: hall.it.map(() => ({})),
      itPowerKw: hall.it.map(() => 0),
    })),
    services: plant.services.map(({ deployments }) => ({
      arrivedPerS: 0,
      servedPerS: 0,
      shedPerS: 0,
      inputTokensPerS: 0,
      outputTokensPerS: 0,
      powerKw: 0,
      attainment: 0,
      ttftS: 0,
      tpotS: 0,
      backlog: 0,
      late: 0,
      outcomes: deployments.map(() => undefined),
    })),
    dispatch: plant.dispatch.map(() => ({
      powerKw: 0,
      auxKw: 0,
      curtailedKw: 0,
      feasible: { zero: true, minKw: 0, maxKw: 0, auxKw: 0 },
      meters: {},
    })),
    loadKw: 0,
    facilityKw: 0,
    itKw: 0,
    shortKw: 0,
    curtailedKw: 0,
    dumpKw: 0,
    blackout: false,
    imbalance: 0,
  };
}
