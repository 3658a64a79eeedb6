import type { Conditions } from '../components/contract.ts';
import { summarise } from '../policy/demand.ts';
import { POLICIES } from '../policy/index.ts';
import type { DeciderName, DemandSummary, Policy, PolicyName, Setting } from '../policy/policy.ts';
import { stepStartMs, type TimeGrid } from '../series/grid.ts';
import { Ledger } from '../twin/ledger.ts';
import type { Plant } from '../twin/plant.ts';
import { Tally } from '../twin/tally.ts';
import { Twin } from '../twin/twin.ts';
import type { RateSource } from '../workload/rate.ts';

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
  /** Told now and then how much is done, 0..1. */
  readonly onProgress?: (share: number) => void;
}

/** Something that a policy gave a reason for. */
export interface Note {
  readonly startMs: number;
  readonly text: string;
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
  /** CPU time of the stepping alone, s. */
  readonly cpuS: number;
}

const KEPT_NOTES = 100;
const PROGRESS_EVERY = 512;

/** Steps a site through weather and demand under a policy. */
export function simulate(scenario: Scenario): Run {
  const { plant, grid } = scenario;
  const before = process.cpuUsage();
  const rates = scenario.rates.map((source) => ratesOn(source, grid));
  const demand = plant.services.map((service, s) => summarise(service, rates[s]!, grid.stepMs / 1000));
  const make = typeof scenario.policy === 'string' ? POLICIES[scenario.policy] : scenario.policy;
  const policy = make({ plant, demand });
  const twin = new Twin(plant);
  const ledger = new Ledger(plant, grid, scenario.currency);
  const tally = new Tally(plant);
  const arrivals = new Float64Array(plant.services.length);
  const notes: Note[] = [];
  let noteCount = 0;
  let last: ReturnType<Twin['step']> | undefined;
  // A function of its own, because the engine optimises what is called often sooner and more cheaply than one long loop.
  const advance = (i: number): void => {
    const conditions = scenario.conditions(i);
    for (let s = 0; s < arrivals.length; s++) arrivals[s] = rates[s]![i]!;
    const decision = policy.decide({ conditions, feasible: twin.look(conditions), last });
    last = twin.step(conditions, arrivals, decision);
    ledger.write(i, last);
    tally.add(last);
    if (decision.reason === undefined) return;
    noteCount++;
    if (notes.length < KEPT_NOTES) notes.push({ startMs: conditions.startMs, text: decision.reason });
  };
  for (let i = 0; i < grid.count; i++) {
    advance(i);
    if (i % PROGRESS_EVERY === 0) scenario.onProgress?.(i / grid.count);
  }
  const spent = process.cpuUsage(before);
  return { policy: policy.name, ledger, tally, demand, notes, noteCount, cpuS: (spent.user + spent.system) / 1e6 };
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
