import type { Plant } from '../../twin/plant.ts';
import type { StepRecord } from '../../twin/record.ts';
import type { Tick } from '../liveSite.ts';
import type { Trial } from './drillFaults.ts';

const SHOWN = 20;
/** Rounding of sums over a plant, as a share. */
const ROUNDING = 1e-6;

/** What must hold of the plant whatever is broken around it: nothing trips, no limit is overdrawn, no batch work is lost. */
export class Truth {
  readonly #plant: Plant;
  readonly #batches: { arrived: number; served: number }[];
  readonly failures: string[] = [];

  constructor(plant: Plant) {
    this.#plant = plant;
    this.#batches = plant.services.map(() => ({ arrived: 0, served: 0 }));
  }

  look(record: StepRecord, { directive, snapshot }: Tick, trials: readonly Trial[]): void {
    const wrong = [...this.#limits(record), ...this.#trips(record), ...this.#batch(record)];
    const figures = [...Object.values(snapshot.flows), directive.facilityFactor, snapshot.tokensPerJoule.today];
    if (!figures.every(Number.isFinite)) wrong.push('a figure of the control room is no number');
    if (wrong.length === 0 || this.failures.length >= SHOWN) return;
    const during = trials.map(({ kind, what }) => `${kind} (${what})`).join(', ');
    const at = new Date(record.conditions.startMs).toISOString();
    this.failures.push(...wrong.map((text) => `${at}: ${text}; during ${during === '' ? 'nothing' : during}`));
  }

  #limits(record: StepRecord): string[] {
    const wrong: string[] = [];
    this.#plant.halls.forEach(({ id, chain, feederKw }, h) => {
      const { facilityKw } = record.halls[h]!;
      const most = feederKw * (1 + ROUNDING);
      if (!(facilityKw <= most)) wrong.push(`${id} draws ${facilityKw} kW over its feeder of ${feederKw} kW`);
      const { itKw } = record.halls[h]!;
      if (!(itKw <= chain.ratedKw * (1 + ROUNDING)))
        wrong.push(`${id} computes with ${itKw} kW over ${chain.ratedKw} kW`);
    });
    this.#plant.dispatch.forEach(({ id }, i) => {
      const { powerKw, feasible } = record.dispatch[i]!;
      const slackKw = ROUNDING * Math.max(1, Math.abs(feasible.maxKw), Math.abs(feasible.minKw));
      const below = powerKw < Math.min(0, feasible.minKw) - slackKw;
      if (!(powerKw <= feasible.maxKw + slackKw) || below) {
        wrong.push(`${id} runs at ${powerKw} kW outside ${feasible.minKw} to ${feasible.maxKw} kW`);
      }
    });
    return wrong;
  }

  /** The site goes dark only where what answers could not have fed a fifth of a hall. */
  #trips(record: StepRecord): string[] {
    if (!record.blackout) return [];
    const couldKw = record.dispatch.reduce((sum, { feasible }) => sum + Math.max(0, feasible.maxKw), 0);
    const standingKw = 0.2 * this.#plant.halls.reduce((sum, { chain }) => sum + chain.ratedKw, 0);
    return couldKw > standingKw ? [`the site is dark, and ${couldKw} kW could be had`] : [];
  }

  /** Batch work that has arrived is done or waits. */
  #batch(record: StepRecord): string[] {
    const stepS = record.conditions.dtH * 3600;
    return this.#plant.services.flatMap(({ id, kind }, s) => {
      if (kind !== 'batch') return [];
      const { arrivedPerS, servedPerS, backlog } = record.services[s]!;
      const sums = this.#batches[s]!;
      sums.arrived += arrivedPerS * stepS;
      sums.served += servedPerS * stepS;
      const lost = sums.arrived - sums.served - backlog;
      if (Math.abs(lost) <= ROUNDING * Math.max(1, sums.arrived)) return [];
      return [`${lost} requests of ${id} are lost`];
    });
  }
}
