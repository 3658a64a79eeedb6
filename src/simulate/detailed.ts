import { DetailedDeployment, type Ended } from '../components/inference/detail/index.ts';
import { type InferenceSpec, prefixCacheTokens } from '../components/inference/index.ts';
import type { Route } from '../components/inference/replay/index.ts';
import { inferenceOf, oneDeploymentEach } from '../site/inferenceOf.ts';
import type { Site } from '../site/site.ts';
import type { Plant } from '../twin/plant.ts';
import { hitTokens, type Recording } from '../workload/requests.ts';
import type { Service } from '../workload/service.ts';
import { Arrivals } from './arrivals.ts';
import { addEnded, ServiceTotals } from './detailTotals.ts';
import { merge, RequestColumns } from './requestColumns.ts';
import type { Run, Scenario } from './simulate.ts';
import { ratesOn, Stepping } from './stepping.ts';

/** What a detailed simulation steps through: the fluid one's scenario, and how requests are followed. */
export interface DetailedScenario extends Scenario {
  readonly site: Site;
  /** In the plant's order. */
  readonly services: readonly Service[];
  readonly route: Route;
  readonly seed: number;
  /** Recordings that are played in place of drawn requests, by service. */
  readonly recordings?: ReadonlyMap<string, Recording>;
}

/** A deployment that is followed, with its services. */
interface Followed {
  readonly id: string;
  readonly detail: DetailedDeployment;
  readonly arrivals: readonly Arrivals[];
  readonly columns: readonly RequestColumns[];
  /** Places of its services among the plant's. */
  readonly at: readonly number[];
}

/** Requests that left a deployment in the last step. */
export interface Left {
  readonly deployment: string;
  /** Names of its services, in the order that `ended` counts them. */
  readonly services: readonly string[];
  readonly ended: Ended;
}

/** Beats of a window: power is told at least so finely, and no finer than a second. */
const BEATS = 1200;

/** Requests that a window will bring, as the demand expects. */
export function expectedRequests({ rates, grid }: Pick<Scenario, 'rates' | 'grid'>): number {
  const stepS = grid.stepMs / 1000;
  return rates.reduce((sum, rate) => sum + stepS * ratesOn(rate, grid).reduce((all, perS) => all + perS, 0), 0);
}

/** The recording that a service plays, with what a prefix cache as large as the deployment's has of its prompts. */
function playedOf(service: Service, spec: InferenceSpec, recordings?: ReadonlyMap<string, Recording>) {
  const recording = recordings?.get(service.profile.id);
  if (recording === undefined) return undefined;
  const seenTokens = hitTokens(recording, prefixCacheTokens(spec, spec.racking.replicas));
  return seenTokens === undefined ? recording : { ...recording, seenTokens };
}

/**
 * The stepping site with every request followed: the same twin, policy and ledger as `simulate`, but each deployment's steps are run
 * request by request on the replicas that the policy keeps awake, and what they draw goes to cooling, chain and sources.
 */
export class DetailedRun {
  readonly #scenario: DetailedScenario;
  readonly #stepping: Stepping;
  /** The fluid twin, step for step beside it. */
  readonly #fluid: Stepping;
  readonly #followed: readonly Followed[];
  readonly #beats: number;
  readonly #powerKw: Float64Array;
  readonly #rates: Float64Array;
  readonly totals: readonly ServiceTotals[];
  /** Steps taken. */
  steps = 0;
  #cpuUs = 0;

  constructor(scenario: DetailedScenario) {
    const { site, services, plant, grid, route, seed } = scenario;
    this.#scenario = scenario;
    oneDeploymentEach(services);
    this.#beats = Math.max(1, Math.min(Math.floor(grid.stepMs / 1000), Math.ceil(BEATS / grid.count)));
    this.totals = services.map((service) => new ServiceTotals(service));
    const options = { route, seed, beats: this.#beats };
    this.#followed = plant.halls.flatMap((hall) =>
      hall.it.map(({ id }): Followed => {
        const found = inferenceOf(site, id, services);
        return {
          id,
          detail: new DetailedDeployment(found.spec, options),
          arrivals: found.services.map(
            (service) => new Arrivals(service, grid.startMs, seed, playedOf(service, found.spec, scenario.recordings)),
          ),
          columns: found.services.map(() => new RequestColumns()),
          at: found.services.map((service) => services.indexOf(service)),
        };
      }),
    );
    const followed = new Map(this.#followed.map((f) => [f.id, f.detail]));
    const detailed: Plant = {
      ...plant,
      halls: plant.halls.map((hall) => ({ ...hall, it: hall.it.map((unit) => followed.get(unit.id)!.unit(unit)) })),
    };
    this.#stepping = new Stepping({ ...scenario, plant: detailed });
    this.#fluid = new Stepping(scenario);
    this.#powerKw = new Float64Array(grid.count * this.#beats);
    this.#rates = new Float64Array(services.length);
  }

  get isDone(): boolean {
    return this.steps >= this.#scenario.grid.count;
  }

  /** Share of the steps that are taken, 0..1. */
  get share(): number {
    return this.steps / this.#scenario.grid.count;
  }

  /** Takes the next step. */
  advance(): void {
    const before = process.cpuUsage();
    const { stepMs } = this.#scenario.grid;
    const fromS = (this.steps * stepMs) / 1000;
    const untilS = ((this.steps + 1) * stepMs) / 1000;
    for (const { detail, arrivals, columns, at } of this.#followed) {
      for (let k = 0; k < arrivals.length; k++) {
        const own = columns[k]!;
        own.clear();
        arrivals[k]!.until(untilS, (...request) => own.add(...request));
        this.#rates[at[k]!] = own.count / (untilS - fromS);
      }
      detail.offer(merge(columns), fromS, untilS);
    }
    this.#stepping.advance(this.steps, this.#rates);
    for (const { detail, at } of this.#followed) {
      const { beatsKw, services } = detail.last;
      for (let k = 0; k < beatsKw.length; k++) this.#powerKw[this.steps * this.#beats + k]! += beatsKw[k]!;
      const own = at.map((place) => this.totals[place]!);
      for (let k = 0; k < own.length; k++) own[k]!.add(services[k]!);
      addEnded(own, detail.ended);
    }
    this.#fluid.advance(this.steps);
    this.steps++;
    const spent = process.cpuUsage(before);
    this.#cpuUs += spent.user + spent.system;
  }

  /** Requests that left in the last step, deployment by deployment. */
  left(): Left[] {
    return this.#followed.map(({ id, detail, at }) => ({
      deployment: id,
      services: at.map((place) => this.totals[place]!.id),
      ended: detail.ended,
    }));
  }

  /** What has come out so far: ledger and totals of the site and of its fluid twin, and IT power in beats. */
  result(): { readonly run: Run; readonly fluid: Run; readonly powerKw: Float64Array; readonly beatS: number } {
    for (const { detail, at } of this.#followed) {
      const counts = detail.underway();
      for (let k = 0; k < at.length; k++) this.totals[at[k]!]!.underway = counts[k]!;
    }
    return {
      run: this.#stepping.run(this.#cpuUs / 1e6),
      fluid: this.#fluid.run(0),
      powerKw: this.#powerKw.subarray(0, this.steps * this.#beats),
      beatS: this.#scenario.grid.stepMs / 1000 / this.#beats,
    };
  }
}
