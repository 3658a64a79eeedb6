import type { Conditions, Feasible } from '../components/contract.ts';
import { summarise } from '../policy/demand.ts';
import type { Baseline } from '../policy/event/baseline.ts';
import { GridDesk } from '../policy/event/desk.ts';
import { POLICIES } from '../policy/index.ts';
import type { DeciderName, DemandSummary, Policy, PolicyName, Setting, Surroundings } from '../policy/policy.ts';
import { stepStartMs, type TimeGrid } from '../series/grid.ts';
import type { GridEvent } from '../site/gridEvent.ts';
import { Ledger } from '../twin/ledger.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import { Tally } from '../twin/tally.ts';
import { Twin } from '../twin/twin.ts';
import type { RateSource } from '../workload/rate.ts';
import { type EventSupply, supplyOf } from './events/supply.ts';

/** What a simulation steps through. */
export interface Scenario {
  readonly plant: Plant;
  readonly currency: string;
  readonly grid: TimeGrid;
  /** Air of step i. */
  readonly conditions: (i: number) => Conditions;
  /** Demand of each service, in the plant's order. */
  readonly rates: readonly RateSource[];
  /** A policy by its name, or what makes one for the setting. */
  readonly policy: PolicyName | ((setting: Setting) => Policy);
  /** Orders of the grid, and the zone whose days their baselines are. */
  readonly events?: { readonly list: readonly GridEvent[]; readonly zone: string };
  /** For policies that look ahead. */
  readonly around?: Surroundings;
  /** Steps at the beginning in which policies gather a record: they stand in the ledger and count in no total. */
  readonly warmUp?: number;
  /** Told now and then how much is done, 0..1. */
  readonly onProgress?: (share: number) => void;
}

/** Something that a policy gave a reason for. */
export interface Note {
  readonly startMs: number;
  readonly text: string;
}

/** An order of the grid as the site met it. */
export interface RunEvent {
  readonly event: GridEvent;
  /** Undefined where nothing was metered before its announcement. */
  readonly baseline: Baseline | undefined;
  /** What could be had at its start; undefined while it has not begun. */
  readonly supply: EventSupply | undefined;
}

/** What came out. */
export interface Run {
  readonly policy: DeciderName;
  readonly ledger: Ledger;
  readonly tally: Tally;
  readonly demand: readonly DemandSummary[];
  /** Decisions with their reasons: the first hundred, and how many there were. */
  readonly notes: readonly Note[];
  readonly noteCount: number;
  /** Orders of the grid that were announced. */
  readonly events: readonly RunEvent[];
  /** CPU time of the stepping alone, s. */
  readonly cpuS: number;
}

const KEPT_NOTES = 100;

/** A simulation on its way: a policy decides, the twin steps, ledger and tally write down. */
export class Stepping {
  readonly #scenario: Scenario;
  readonly #rates: readonly Float64Array[];
  readonly #demand: readonly DemandSummary[];
  readonly #policy: Policy;
  readonly #twin: Twin;
  readonly #ledger: Ledger;
  readonly #tally: Tally;
  readonly #arrivals: Float64Array;
  readonly #desk: GridDesk | undefined;
  readonly #supplies = new Map<GridEvent, EventSupply>();
  readonly #notes: Note[] = [];
  #noteCount = 0;
  #last: StepRecord | undefined;

  constructor(scenario: Scenario) {
    const { plant, grid } = scenario;
    this.#scenario = scenario;
    this.#rates = scenario.rates.map((source) => ratesOn(source, grid));
    this.#demand = plant.services.map((service, s) => summarise(service, this.#rates[s]!, grid.stepMs / 1000));
    const make = typeof scenario.policy === 'string' ? POLICIES[scenario.policy] : scenario.policy;
    const { around } = scenario;
    this.#policy = make({ plant, demand: this.#demand, ...(around === undefined ? {} : { around }) });
    this.#twin = new Twin(plant);
    this.#ledger = new Ledger(plant, grid, scenario.currency);
    this.#tally = new Tally(plant);
    this.#arrivals = new Float64Array(plant.services.length);
    const { events } = scenario;
    this.#desk =
      events === undefined || events.list.length === 0 ? undefined : new GridDesk(plant, events.zone, events.list);
  }

  /**
   * Takes step i; steps come in their order.
   *
   * @param arrivals requests per second by service, in place of the mean rates of the demand
   */
  advance(i: number, arrivals?: ArrayLike<number>): StepRecord {
    const conditions = this.#scenario.conditions(i);
    for (let s = 0; s < this.#arrivals.length; s++) this.#arrivals[s] = arrivals?.[s] ?? this.#rates[s]![i]!;
    const feasible = this.#twin.look(conditions);
    const limits = this.#limits(conditions, feasible);
    const decision = this.#policy.decide({
      conditions,
      feasible,
      last: this.#last,
      ...(limits === undefined ? {} : { limits }),
    });
    const record = this.#twin.step(conditions, this.#arrivals, decision);
    this.#last = record;
    this.#ledger.write(i, record);
    this.#desk?.watch(record);
    if (i < (this.#scenario.warmUp ?? 0)) return record;
    this.#tally.add(record);
    if (decision.reason === undefined) return record;
    this.#noteCount++;
    if (this.#notes.length < KEPT_NOTES) this.#notes.push({ startMs: conditions.startMs, text: decision.reason });
    return record;
  }

  /** What is known of the grid's orders in a step; notes what could be had where one begins. */
  #limits(conditions: Conditions, feasible: readonly Feasible[]) {
    const desk = this.#desk;
    const { startMs } = conditions;
    for (const event of desk?.known(startMs) ?? []) {
      if (startMs < event.startMs || startMs >= event.endMs || this.#supplies.has(event)) continue;
      this.#supplies.set(event, supplyOf(this.#scenario.plant, feasible, conditions));
    }
    return desk?.limits(startMs);
  }

  #known(): Run['events'] {
    const nowMs = this.#last?.conditions.startMs;
    const desk = this.#desk;
    if (desk === undefined || nowMs === undefined) return [];
    return desk.known(nowMs).map((event) => ({
      event,
      baseline: desk.baseline(event, nowMs),
      supply: this.#supplies.get(event),
    }));
  }

  /** What has come out so far. */
  run(cpuS: number): Run {
    return {
      policy: this.#policy.name,
      ledger: this.#ledger,
      tally: this.#tally,
      demand: this.#demand,
      notes: this.#notes,
      noteCount: this.#noteCount,
      events: this.#known(),
      cpuS,
    };
  }
}

/** Mean rate of every step. */
export function ratesOn(source: RateSource, grid: TimeGrid): Float64Array {
  const values = new Float64Array(grid.count);
  for (let i = 0; i < grid.count; i++) {
    const startMs = stepStartMs(grid, i);
    values[i] = source.ratePerS(startMs, startMs + grid.stepMs);
  }
  return values;
}
