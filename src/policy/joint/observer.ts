import type { PeriodSoFar } from '../../balance/rules/peak.ts';
import type { Waiting } from '../../balance/services.ts';
import type { AwakeReplicas } from '../../components/model.ts';
import { type History, Recorder, type SeriesName } from '../../forecast/index.ts';
import { HOUR_MS, MINUTE_MS } from '../../series/grid.ts';
import { periodOf } from '../../site/duties.ts';
import { isPeakHour } from '../../site/rules.ts';
import type { Site } from '../../site/site.ts';
import { Backlog } from '../../twin/backlog.ts';
import { reviveRecord } from '../../twin/memory.ts';
import type { Plant } from '../../twin/plant.ts';
import type { Start } from '../lookahead/index.ts';
import type { View } from '../policy.ts';

/** Steps of the records that forecasts are made from. */
const RECORD_MS = 15 * MINUTE_MS;
/** In steps as long as this, what was woken at the start is up at the end. */
const LONG_STEP_H = 0.2;
/** Batch that waits is told in lots that are due this close together, h. */
const LOT_H = 1;

/**
 * Batch that is due within this is served whatever a plan says; what is due later is the plan's to place, which is made anew every three hours and has
 * work done at nine tenths of its deadline. Were all of it served evenly until it is due, nothing could wait for the end of an order or for the sun.
 */
const GUARD_MS = 4 * HOUR_MS;

/**
 * What is measured of a site, for whoever plans it: records for the forecasts, batch that waits with when it is due, the bill so far,
 * and replicas that are up. It sees what the meters see.
 */
export class Observer {
  readonly #plant: Plant;
  readonly #site: Site;
  readonly #backlogs: readonly (Backlog | undefined)[];
  readonly #records: ReadonlyMap<SeriesName, Recorder>;
  /** Peaks by unit and charge: of the period that runs, and of the one before. */
  readonly #peaks = new Map<string, { period: number; now: number; before: number }>();
  #duty = new Map<number, { peak: number; others: number; peakKwh: number; othersKwh: number }>();

  constructor(plant: Plant, site: Site, saved?: unknown) {
    const memory = reviveRecord(saved);
    const backlogs = reviveRecord(memory['backlogs']);
    const records = reviveRecord(memory['records']);
    this.#plant = plant;
    this.#site = site;
    this.#backlogs = plant.services.map((s) => (s.kind === 'batch' ? new Backlog(backlogs[s.id]) : undefined));
    const names: SeriesName[] = [
      'irradiance',
      'wind',
      'temperature',
      ...plant.services.map((s): SeriesName => `requests of ${s.id}`),
    ];
    this.#records = new Map(names.map((name) => [name, new Recorder(RECORD_MS, records[name])]));
  }

  /** Price of water, money per litre; 0 where it has none. */
  get waterMoneyPerL(): number {
    return this.#site.context.waterMoneyPerL ?? 0;
  }

  /** Takes what was measured in the step before; to be called in every step. */
  watch({ last, feasible }: View): void {
    this.#watchBill(feasible);
    if (last === undefined) return;
    const { conditions, services } = last;
    const startMs = conditions.startMs;
    const endMs = startMs + conditions.dtH * HOUR_MS;
    const stepS = conditions.dtH * 3600;
    const add = (name: SeriesName, value: number): void => this.#records.get(name)?.add(startMs, endMs, value);
    add('irradiance', conditions.ghiWm2);
    add('wind', conditions.windMs);
    add('temperature', conditions.tempC);
    this.#plant.services.forEach((service, s) => {
      add(`requests of ${service.id}`, services[s]!.arrivedPerS);
      const backlog = this.#backlogs[s];
      if (backlog === undefined) return;
      backlog.arrive(services[s]!.arrivedPerS * stepS, endMs + service.deadlineS * 1000);
      backlog.serve(services[s]!.servedPerS * stepS);
    });
    this.#watchDuty(last);
  }

  #watchBill(feasible: View['feasible']): void {
    this.#plant.dispatch.forEach((unit, i) => {
      const bill = feasible[i]?.bill;
      if (bill === undefined) return;
      for (const { charge, powerKw } of bill.peaks) {
        const key = `${unit.id} ${charge}`;
        const known = this.#peaks.get(key);
        if (known === undefined) this.#peaks.set(key, { period: bill.period, now: powerKw, before: 0 });
        else if (known.period !== bill.period) {
          known.before = known.now;
          known.now = powerKw;
          known.period = bill.period;
        } else known.now = powerKw;
      }
    });
  }

  #watchDuty(last: NonNullable<View['last']>): void {
    const duty = this.#site.rules.peakReduction;
    if (duty === undefined) return;
    const { local, dtH } = last.conditions;
    const number = periodOf(duty.period, local);
    // Only the period that runs is ever asked for.
    if (!this.#duty.has(number)) this.#duty = new Map([[number, { peak: 0, others: 0, peakKwh: 0, othersKwh: 0 }]]);
    const own = this.#duty.get(number)!;
    const drawnKw =
      duty.basis === 'facility_load'
        ? last.loadKw
        : this.#plant.dispatch.reduce(
            (sum, unit, i) => sum + (unit.role === 'slack' ? Math.max(0, last.dispatch[i]!.powerKw) : 0),
            0,
          );
    if (isPeakHour(duty, local.hour)) {
      own.peak += dtH;
      own.peakKwh += drawnKw * dtH;
    } else {
      own.others += dtH;
      own.othersKwh += drawnKw * dtH;
    }
  }

  /** What was measured of a series; undefined for one that nobody measures. */
  history(series: SeriesName): History | undefined {
    return this.#records.get(series)?.history;
  }

  /** Batch that waits, by service. */
  waiting(nowMs: number): Map<string, Waiting[]> {
    const found = new Map<string, Waiting[]>();
    this.#plant.services.forEach((service, s) => {
      const backlog = this.#backlogs[s];
      if (backlog === undefined) return;
      const lots: { dueH: number; requests: number }[] = [];
      for (const { dueMs, count } of backlog.lots) {
        const dueH = Math.floor((dueMs - nowMs) / HOUR_MS / LOT_H) * LOT_H;
        const last = lots.at(-1);
        if (last !== undefined && last.dueH === dueH) last.requests += count;
        else lots.push({ dueH, requests: count });
      }
      found.set(service.id, lots);
    });
    return found;
  }

  /** Requests/s of a batch service that must be served from now on so that none is late of what is due so soon that no new plan comes before. */
  leastBatchPerS(s: number, nowMs: number, stepMs: number): number {
    let [sum, most] = [0, 0];
    for (const { dueMs, count } of this.#backlogs[s]?.lots ?? []) {
      if (dueMs - nowMs > GUARD_MS) break;
      sum += count;
      most = Math.max(most, sum / (Math.max(stepMs, dueMs - nowMs - stepMs) / 1000));
    }
    return most;
  }

  /**
   * Where a look ahead begins.
   *
   * @param stepMs base step of the look ahead, in which the duty at peak hours counts
   * @param ordered replicas that were told to serve or to sleep, by hall and deployment: those that booted in a long step are up at its end
   */
  start(view: View, stepMs: number, ordered?: readonly (readonly number[])[]): Start {
    const { conditions, feasible, last } = view;
    const stored = new Map<string, number>();
    const bought: { unit: string; energyKwh: number }[] = [];
    const peaks: { unit: string; charge: string; powerKw: number }[] = [];
    this.#plant.dispatch.forEach((unit, i) => {
      const { store, bill } = feasible[i]!;
      if (store !== undefined) stored.set(`${unit.id} energy`, Math.max(0, store.energyKwh));
      if (bill === undefined) return;
      if (bill.boughtKwh > 0) bought.push({ unit: unit.id, energyKwh: bill.boughtKwh });
      for (const { charge } of bill.peaks) {
        // A new period is taken to become like the one before.
        const { now, before } = this.#peaks.get(`${unit.id} ${charge}`)!;
        peaks.push({ unit: unit.id, charge, powerKw: Math.max(now, before) });
      }
    });
    const awake = new Map<string, AwakeReplicas>();
    this.#plant.halls.forEach((hall, h) => {
      const tankKwh = last?.halls[h]?.cooling['tankKwh'];
      if (tankKwh !== undefined && tankKwh > 0) stored.set(`${hall.cooling.id} tank`, Math.max(0, tankKwh));
      if (last === undefined) return;
      hall.it.forEach((unit, i) => {
        const { replicas = unit.installed, asleep = 0 } = last.halls[h]!.it[i]!;
        const told = last.conditions.dtH >= LONG_STEP_H ? ordered?.[h]?.[i] : undefined;
        awake.set(unit.id, { serving: Math.max(0, (told ?? replicas + asleep) - asleep), asleep, booting: [] });
      });
    });
    const dutySoFar = new Map<number, PeriodSoFar>();
    for (const [number, { peak, others, ...energy }] of this.#duty) {
      const steps = (hours: number): number => (hours * HOUR_MS) / stepMs;
      dutySoFar.set(number, { ...energy, peak: steps(peak), others: steps(others) });
    }
    return { stored, waiting: this.waiting(conditions.startMs), peaks, bought, awake, dutySoFar };
  }

  /** What changes from second to second of what must survive a restart: work that waits. */
  saveWaiting(): { readonly backlogs: unknown } {
    const backlogs = Object.fromEntries(
      this.#plant.services.flatMap(({ id }, s) => {
        const backlog = this.#backlogs[s];
        return backlog === undefined ? [] : [[id, backlog.save()] as const];
      }),
    );
    return { backlogs };
  }

  /** What was measured, as plain JSON. */
  records(): unknown {
    return Object.fromEntries([...this.#records].map(([name, record]) => [name, record.save()]));
  }

  /** Everything that must survive a restart. */
  save(): unknown {
    return { v: 1, ...this.saveWaiting(), records: this.records() };
  }
}
