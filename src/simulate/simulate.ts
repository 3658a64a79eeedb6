import type { Conditions } from '../components/contract.ts';
import type { DeciderName, DemandSummary, Policy, PolicyName, Setting } from '../policy/policy.ts';
import type { TimeGrid } from '../series/grid.ts';
import type { Ledger } from '../twin/ledger.ts';
import type { Plant } from '../twin/plant.ts';
import type { Tally } from '../twin/tally.ts';
import type { RateSource } from '../workload/rate.ts';
import { Stepping } from './stepping.ts';

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

const PROGRESS_EVERY = 512;

/** Steps a site through weather and demand under a policy. */
export function simulate(scenario: Scenario): Run {
  const { grid } = scenario;
  const before = process.cpuUsage();
  const stepping = new Stepping(scenario);
  for (let i = 0; i < grid.count; i++) {
    stepping.advance(i);
    if (i % PROGRESS_EVERY === 0) scenario.onProgress?.(i / grid.count);
  }
  const spent = process.cpuUsage(before);
  return stepping.run((spent.user + spent.system) / 1e6);
}
