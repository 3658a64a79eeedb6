import type { Plant } from '../../twin/plant.ts';
import type { StepRecord } from '../../twin/record.ts';

/** A reading of a meter, and what the rest of the site says of it. */
export interface Reading {
  readonly id: string;
  readonly about: string;
  readonly unit: string;
  readonly value: number;
  /** What is physically possible. */
  readonly low: number;
  readonly high: number;
  /** What the other meters say that it should read; undefined where none does. */
  readonly expected?: number;
  /** Whether it may well stand still: at rest, or at a limit of its device. */
  readonly mayRest: boolean;
  /** Difference to what is expected that cannot be a matter of accuracy, in its unit. */
  readonly tolerance: number;
  /** Puts another value in its place in the record. */
  readonly put: (value: number) => void;
}

/** Whether a reading is physically possible. */
export const possible = ({ value, low, high }: Pick<Reading, 'value' | 'low' | 'high'>): boolean =>
  value >= low && value <= high;

/** Overload that a meter may still show, times rated. */
const OVERLOAD = 1.5;
/** Share of a reading that meters of a site may differ by: two of accuracy class 1, with losses in between. Our choice. */
const ACCURACY = 0.05;
/** The same in kW, for readings near nothing. */
const LEAST_KW = 1;
/** Part of what a battery holds that it is used in at least: what it offers is counted within that window, its meter is not. Our choice. */
const LEAST_WINDOW = 0.3;
/** Weather that is possible at all: records of the WMO archive, with a margin. */
export const AIR = {
  temperature: { key: 'tempC', low: -70, high: 65, unit: '°C' },
  irradiance: { key: 'ghiWm2', low: -20, high: 1600, unit: 'W/m²' },
  wind: { key: 'windMs', low: 0, high: 115, unit: 'm/s' },
} as const;

const toleranceOf = (...values: number[]): number =>
  Math.max(LEAST_KW, ACCURACY * Math.max(0, ...values.filter(Number.isFinite).map(Math.abs)));

/** The meters of a site as a step has left them. */
export function readingsOf(record: StepRecord, plant: Plant): Reading[] {
  return [...hallReadings(record, plant), ...unitReadings(record, plant), ...airReadings(record)];
}

function hallReadings(record: StepRecord, plant: Plant): Reading[] {
  return plant.halls.flatMap((hall, h): Reading[] => {
    const of = record.halls[h]!;
    const besideKw = of.coolingKw + of.chainLossKw;
    const high = OVERLOAD * Math.min(hall.chain.ratedKw, hall.feederKw);
    const tolerance = toleranceOf(of.facilityKw, of.itKw);
    return [
      {
        id: `${hall.id} computing`,
        about: `the power meter of the computing in ${hall.id}`,
        unit: 'kW',
        value: of.itKw,
        low: 0,
        high,
        expected: of.facilityKw - besideKw,
        mayRest: of.itKw === 0,
        tolerance,
        put: (kw) => {
          of.itKw = kw;
        },
      },
      {
        id: `${hall.id} feeder`,
        about: `the power meter of the feeder of ${hall.id}`,
        unit: 'kW',
        value: of.facilityKw,
        low: 0,
        high,
        expected: of.itKw + besideKw,
        mayRest: of.facilityKw === 0,
        tolerance,
        put: (kw) => {
          of.facilityKw = kw;
        },
      },
    ];
  });
}

/** What sources, stores and the grid give, against what the site takes. */
function unitReadings(record: StepRecord, plant: Plant): Reading[] {
  let overKw = -record.facilityKw - record.dumpKw;
  for (const unit of record.dispatch) overKw += unit.powerKw - unit.auxKw;
  return plant.dispatch.flatMap((unit, i): Reading[] => {
    const of = record.dispatch[i]!;
    const { powerKw, feasible, meters } = of;
    const most = Math.max(Math.abs(feasible.minKw), Math.abs(feasible.maxKw));
    const limit = Number.isFinite(most) ? OVERLOAD * most + LEAST_KW : Number.POSITIVE_INFINITY;
    const power: Reading = {
      id: `${unit.id} power`,
      about: `the power meter of ${unit.id}`,
      unit: 'kW',
      value: powerKw,
      low: -limit,
      high: limit,
      expected: powerKw - overKw,
      mayRest: powerKw === 0 || powerKw === feasible.minKw || powerKw === feasible.maxKw,
      tolerance: toleranceOf(powerKw, record.facilityKw),
      put: (kw) => {
        of.powerKw = kw;
      },
    };
    const capacity = feasible.store?.capacityKwh;
    const energy = meters['energyKwh'];
    if (unit.role !== 'store' || capacity === undefined || energy === undefined) return [power];
    return [
      power,
      {
        id: `${unit.id} charge`,
        about: `the charge meter of ${unit.id}`,
        unit: 'kWh',
        value: energy,
        low: 0,
        high: capacity / LEAST_WINDOW,
        mayRest: powerKw === 0,
        tolerance: ACCURACY * capacity,
        put: (kwh) => {
          of.meters = { ...of.meters, energyKwh: kwh };
        },
      },
    ];
  });
}

function airReadings(record: StepRecord): Reading[] {
  return (['temperature', 'irradiance', 'wind'] as const).map((id) => {
    const { key, ...range } = AIR[id];
    return {
      id,
      about: `the ${id} sensor`,
      ...range,
      value: record.conditions[key],
      mayRest: true,
      tolerance: 0,
      put: (value) => {
        record.conditions = { ...record.conditions, [key]: value };
      },
    };
  });
}
