import type { Conditions, Feasible } from '../components/contract.ts';
import { Backlog } from './backlog.ts';
import type { Decision } from './decision.ts';
import { RunningDispatchers, roundingKw } from './dispatch.ts';
import { RunningHall } from './hall.ts';
import { reviveRecord } from './memory.ts';
import type { Plant } from './plant.ts';
import { blankRecord, type StepRecord } from './record.ts';
import { Routes } from './routes.ts';
import { writeServed } from './served.ts';

const MOST_CUTS = 12;

/**
 * The stepping site. Order inside a step: IT for the requests offered; cooling and chain of each hall to a fixed point;
 * sources; stores; slack. When less can be supplied than is wanted, the IT is limited until the `mv` bus balances, so that no
 * token is ever served from energy that was not there.
 */
export class Twin {
  readonly plant: Plant;
  readonly #halls: readonly RunningHall[];
  readonly #dispatch: RunningDispatchers;
  readonly #backlogs: readonly (Backlog | undefined)[];
  readonly #routes: Routes;
  readonly #record: StepRecord;
  #looked: Conditions | undefined;

  /** @param saved what `save()` returned; parts that cannot be read start anew. */
  constructor(plant: Plant, saved?: unknown) {
    const memory = reviveRecord(saved);
    this.plant = plant;
    this.#halls = plant.halls.map((hall) => new RunningHall(hall, memory['units']));
    this.#dispatch = new RunningDispatchers(plant.dispatch, memory['units']);
    const backlogs = reviveRecord(memory['backlogs']);
    this.#backlogs = plant.services.map((s) => (s.kind === 'batch' ? new Backlog(backlogs[s.id]) : undefined));
    this.#routes = new Routes(plant, this.#halls);
    this.#record = blankRecord(plant);
  }

  /** What every dispatchable unit can do in the coming step: for the policy. */
  look(conditions: Conditions): readonly Feasible[] {
    this.#dispatch.look(conditions);
    this.#looked = conditions;
    return this.#dispatch.feasible;
  }

  /** Batch requests waiting, by service; 0 for interactive ones. */
  backlog(service: number): number {
    return this.#backlogs[service]?.total ?? 0;
  }

  /**
   * Steps the site.
   *
   * @param arrivals requests per second by service, mean over the step
   * @returns the twin's own record of the step, overwritten by the next one
   */
  step(conditions: Conditions, arrivals: ArrayLike<number>, decision: Decision): StepRecord {
    const record = this.#record;
    record.conditions = conditions;
    if (this.#looked !== conditions) this.look(conditions);
    this.#looked = undefined;
    this.#admit(conditions, arrivals, decision);

    const wantedKw = this.#load(1, decision, conditions);
    for (let h = 0; h < this.#halls.length; h++) this.#wantedItKw[h] = this.#itKw[h]!;
    const bearableKw = this.#bear(wantedKw, decision, conditions);
    const loadKw = this.#feed(bearableKw, decision, conditions);

    record.blackout = loadKw === undefined;
    let worst = 0;
    record.facilityKw = 0;
    record.itKw = 0;
    for (let h = 0; h < this.#halls.length; h++) {
      const hall = this.#halls[h]!;
      if (record.blackout) hall.dark(record.halls[h]!, this.#wantedItKw[h]!, conditions);
      else worst = Math.max(worst, hall.keep(record.halls[h]!, this.#wantedItKw[h]!));
      record.facilityKw += record.halls[h]!.facilityKw;
      record.itKw += record.halls[h]!.itKw;
    }
    if (record.blackout) this.#dispatch.resolveDark(decision);
    const fed = this.#dispatch.keep(record.dispatch, decision, conditions);
    let auxKw = 0;
    let gross = record.facilityKw;
    record.curtailedKw = 0;
    for (const unit of record.dispatch) {
      auxKw += unit.auxKw;
      record.curtailedKw += unit.curtailedKw;
      gross += Math.abs(unit.powerKw);
    }
    record.dumpKw = this.#dispatch.dumpKw;
    record.loadKw = record.facilityKw + auxKw;
    record.shortKw = Math.max(0, wantedKw - record.facilityKw);
    record.imbalance = Math.max(worst, gross < 1e-6 ? 0 : Math.abs(fed - record.facilityKw - record.dumpKw) / gross);
    this.#serve(conditions, arrivals);
    return record;
  }

  /** IT electricity of each hall in the last preview, kW. */
  readonly #itKw: number[] = [];
  /** The same before anything was cut, kW. */
  readonly #wantedItKw: number[] = [];

  /** Builds the offers of the step; batch work joins its queue first. */
  #admit(conditions: Conditions, arrivals: ArrayLike<number>, decision: Decision): void {
    const stepS = conditions.dtH * 3600;
    this.#routes.begin(decision);
    for (let s = 0; s < this.plant.services.length; s++) {
      const service = this.plant.services[s]!;
      const backlog = this.#backlogs[s];
      let batchPerS = 0;
      if (backlog !== undefined) {
        const endMs = conditions.startMs + stepS * 1000;
        backlog.arrive(arrivals[s]! * stepS, endMs + service.deadlineS * 1000);
        batchPerS = Math.min(backlog.total / stepS, decision.batchPerS[s]!);
      }
      const requestsPerS = backlog === undefined ? arrivals[s]! : 0;
      this.#routes.offer(s, service.id, requestsPerS, batchPerS, decision.shares?.[s]);
    }
  }

  /** Previews IT at a share of what it last drew and solves the halls; returns the facility load, kW. */
  #load(share: number, decision: Decision, conditions: Conditions, shares?: readonly number[]): number {
    for (let h = 0; h < this.#halls.length; h++) {
      const cut = shares === undefined ? share : shares[h]!;
      if (cut < 1) this.#routes.limit(h, cut);
      this.#routes.preview(h, conditions);
    }
    this.#routes.overflow(conditions);
    let sum = 0;
    for (let h = 0; h < this.#halls.length; h++) {
      const hall = this.#halls[h]!;
      this.#itKw[h] = hall.previewedKw;
      sum += hall.solve(this.#itKw[h]!, { ...decision.cooling?.[h], supplyC: decision.supplyC[h] }, conditions);
    }
    return sum;
  }

  /** Keeps each hall within its chain, its feeder and what its cooling can take. */
  #bear(loadKw: number, decision: Decision, conditions: Conditions): number {
    let load = loadKw;
    for (let round = 0; round < MOST_CUTS; round++) {
      let shares: number[] | undefined;
      for (let h = 0; h < this.#halls.length; h++) {
        const share = this.#halls[h]!.bearableShare(this.#itKw[h]!, conditions, round >= MOST_CUTS / 2);
        if (share >= 1) continue;
        shares ??= this.#halls.map(() => 1);
        shares[h] = share * (1 - 1e-9);
      }
      if (shares === undefined) return load;
      load = this.#load(1, decision, conditions, shares);
    }
    return load;
  }

  /** Cuts IT until sources, stores and slack can feed the halls; undefined when they cannot even feed the standing load. */
  #feed(loadKw: number, decision: Decision, conditions: Conditions): number | undefined {
    let load = loadKw;
    let marginKw = 0;
    let before: { itKw: number; loadKw: number } | undefined;
    for (let cut = 0; cut < MOST_CUTS; cut++) {
      const available = this.#dispatch.availableKw() - marginKw;
      if (load <= available + roundingKw(load)) {
        const unmet = this.#dispatch.resolve(load, decision);
        if (unmet <= roundingKw(load)) return load;
        marginKw += unmet;
        continue;
      }
      const itKw = this.#itKw.reduce((sum, kw) => sum + kw, 0);
      if (itKw <= 0) return undefined;
      const share = cut >= MOST_CUTS - 2 ? 0 : cutShare(itKw, load, available, before);
      before = { itKw, loadKw: load };
      load = this.#load(share, decision, conditions);
    }
    return undefined;
  }

  /** Writes down what became of the requests. */
  #serve(conditions: Conditions, arrivals: ArrayLike<number>): void {
    const stepS = conditions.dtH * 3600;
    const endMs = conditions.startMs + stepS * 1000;
    for (let s = 0; s < this.plant.services.length; s++) {
      const to = this.#record.services[s]!;
      const backlog = this.#backlogs[s];
      to.arrivedPerS = arrivals[s]!;
      this.#routes.outcomes(s, to.outcomes);
      writeServed(to, backlog !== undefined);
      if (backlog === undefined) {
        to.backlog = 0;
        to.late = 0;
      } else {
        backlog.serve(to.servedPerS * stepS);
        to.backlog = backlog.total;
        to.late = backlog.countLate(endMs);
      }
    }
  }

  /** Everything that must survive a restart, as plain JSON. */
  save(): unknown {
    const units: Record<string, unknown> = this.#dispatch.save();
    for (const hall of this.#halls) Object.assign(units, hall.save());
    const backlogs: Record<string, unknown> = {};
    this.plant.services.forEach((s, i) => {
      const backlog = this.#backlogs[i];
      if (backlog !== undefined) backlogs[s.id] = backlog.save();
    });
    return { v: 1, units, backlogs };
  }
}

/**
 * The share of the IT power to keep so that the facility's load comes down to what is available: along the slope between the
 * last two tries, at first in proportion (which cuts too little, since part of the load stands still).
 */
function cutShare(
  itKw: number,
  loadKw: number,
  availableKw: number,
  before: { readonly itKw: number; readonly loadKw: number } | undefined,
): number {
  const goal = Math.max(0, availableKw * (1 - 1e-9) - 1e-9);
  if (before === undefined || before.itKw - itKw <= 0) return goal / loadKw;
  const slope = Math.min(3, Math.max(1, (before.loadKw - loadKw) / (before.itKw - itKw)));
  return Math.max(0, 1 - (loadKw - goal) / slope / itKw);
}
