import type { Offer } from '../components/contract.ts';
import type { ItUnit } from '../components/unit.ts';
import { mostKw, rolesOf, runsByLevel, storedKwh, wantedKw } from '../policy/energy.ts';
import { CoolingDesk } from '../policy/joint/coolingDesk.ts';
import { endMsOf, followEnergy, type Planned, plannedAt, plannedSplit } from '../policy/joint/follow.ts';
import type { Observer } from '../policy/joint/observer.ts';
import { JOINT } from '../policy/joint/parameters.ts';
import { type ClockedSize, ClockedSizes } from '../policy/joint/sizes.ts';
import { mayRest, type Rest, restOf } from '../policy/joint/standby.ts';
import type { Policy, View } from '../policy/policy.ts';
import { partsOf, type Shares, Splitter } from '../policy/split.ts';
import { HOUR_MS, MINUTE_MS } from '../series/grid.ts';
import type { Decision } from '../twin/decision.ts';
import { reviveRecord } from '../twin/memory.ts';
import type { Plant } from '../twin/plant.ts';
import type { ForecastBand, PlanAhead } from './contract.ts';

/** Replicas that are woken now serve for this long at least: what is foreseen until then counts, ms. Our choice. */
const SERVE_MS = 15 * MINUTE_MS;
/** Time constant of the mean of measured requests, s; what is asked for over what is measured. Our choice. */
const MEASURED_S = 60;
const MARGIN = JOINT.firstMargin;
/** Sizes are found anew after this long at least, and at once when more arrives than they are for, ms. */
const SIZED_MS = MINUTE_MS;

/** What replicas are awake for. */
interface Size {
  readonly atMs: number;
  readonly wanted: readonly number[];
  readonly asked: readonly number[];
  readonly batchPerS: readonly number[];
  /** Requests/s of each service on its deployments. */
  readonly parts: Shares;
  readonly of: readonly (readonly ClockedSize[])[];
  readonly rests: readonly (readonly Rest[])[];
}

/** Follows plans that look ahead, step by step. Keeps what it has measured from plan to plan. */
export class Follower {
  readonly #plant: Plant;
  readonly #observer: Observer;
  readonly #roles;
  readonly #cooling: CoolingDesk;
  readonly #sizes: ReadonlyMap<string, ClockedSizes>;
  readonly #measured: number[];
  readonly #splitter: Splitter;
  readonly #mayRest: boolean;
  #size: Size | undefined;
  #mustRun = false;

  /** @param observer of the same plant: what waits, and by when it is due */
  constructor(plant: Plant, observer: Observer) {
    this.#plant = plant;
    this.#observer = observer;
    this.#roles = rolesOf(plant);
    this.#cooling = new CoolingDesk(plant.halls, observer.waterMoneyPerL);
    this.#sizes = new Map(
      plant.halls.flatMap(({ it }) => it.map((unit) => [unit.id, new ClockedSizes(unit)] as const)),
    );
    this.#splitter = new Splitter(plant, JOINT);
    this.#mayRest = plant.halls.some(({ it }) => it.some(mayRest));
    this.#measured = plant.services.map(() => Number.NaN);
  }

  /** Takes what was measured in the step before; to be called in every step, also while another decides. */
  watch({ last }: View): void {
    if (last === undefined) return;
    const keep = Math.exp((-3600 * last.conditions.dtH) / MEASURED_S);
    last.services.forEach(({ arrivedPerS }, s) => {
      if (!Number.isFinite(arrivedPerS)) return;
      const before = this.#measured[s]!;
      this.#measured[s] = Number.isNaN(before) ? arrivedPerS : arrivedPerS + (before - arrivedPerS) * keep;
    });
  }

  /** The policy that follows a plan. @param saved memory of whoever decided before */
  policy(ahead: PlanAhead, saved: unknown): Policy {
    if (reviveRecord(saved)['running'] === true) this.#mustRun = true;
    return {
      name: 'joint',
      decide: (view) => this.#decide(view, ahead),
      save: () => ({ running: this.#mustRun }),
    };
  }

  #decide(view: View, ahead: PlanAhead): Decision {
    const { startMs } = view.conditions;
    const planned = plannedAt(ahead.segments, startMs, endMsOf(view.conditions)) ?? NOTHING_PLANNED;
    const duePerS = this.#due(view);
    // Batch as planned, and never less than what is due.
    const batchPerS = this.#plant.services.map(({ id }, s) =>
      this.#isBatch(s) ? Math.max(planned.servedPerS.get(id) ?? 0, duePerS[s]!) : 0,
    );
    const { of, rests, parts } = this.#sizeFor(startMs, ahead.bands, { batchPerS, duePerS }, planned);
    const fitting = this.#fitting(view, of, partsOf(parts, this.#either(this.#asked(), batchPerS)));
    const { generators, mustTake, slacks, stores } = this.#roles;
    const { share } = storedKwh(view, stores);
    const shortKw = wantedKw(view) - mostKw(view, mustTake) - mostKw(view, slacks);
    const gridUp = slacks.length === 0 || mostKw(view, slacks) > 0;
    this.#mustRun = !gridUp && generators.length > 0 && runsByLevel(this.#mustRun, JOINT, shortKw, share);
    const energy = followEnergy(this.#plant, this.#roles, view, planned, ahead.ceilingsKw, this.#mustRun);
    return {
      replicas: rests.map((hall) => hall.map(({ serving }) => serving)),
      ...(this.#mayRest ? { asleep: rests.map((hall) => hall.map(({ asleep }) => asleep)) } : {}),
      knobs: of.map((hall) => hall.map(({ clock, capW, fill }) => ({ clock, capW, fill }))),
      ...this.#cooling.decide(view, planned),
      batchPerS: fitting.map((own, s) => (this.#isBatch(s) ? own.reduce((all, perS) => all + perS, 0) : 0)),
      shares: parts.map((own, s) => (this.#isBatch(s) ? fitting[s]! : own)),
      orders: energy.orders,
      deficitOrder: energy.deficitOrder,
      surplusOrder: energy.surplusOrder,
    };
  }

  /** Batch that is due soon whatever a plan says, requests/s by service. */
  #due({ conditions: { startMs, dtH } }: View): number[] {
    return this.#plant.services.map((_, s) =>
      this.#isBatch(s) ? this.#observer.leastBatchPerS(s, startMs, dtH * HOUR_MS) : 0,
    );
  }

  /** Replicas and clocks for what is foreseen and measured; those of a minute ago where they still suffice. */
  #sizeFor(
    nowMs: number,
    bands: readonly ForecastBand[],
    { batchPerS, duePerS }: { readonly batchPerS: readonly number[]; readonly duePerS: readonly number[] },
    planned: Planned,
  ): Size {
    const wanted = this.#plant.services.map(({ id, kind }, s) =>
      kind === 'batch' ? 0 : this.#wanted(id, s, nowMs, bands),
    );
    // Who sleeps wakes in seconds: what is measured now is enough to serve, and the rest of what is wanted sleeps.
    const asked = this.#mayRest ? this.#asked() : [];
    const last = this.#size;
    const fresh = last !== undefined && nowMs >= last.atMs && nowMs - last.atMs < SIZED_MS;
    if (
      fresh &&
      wanted.every((perS, s) => perS <= last.wanted[s]!) &&
      asked.every((perS, s) => perS <= last.asked[s]!) &&
      batchPerS.every((b, s) => b <= last.batchPerS[s]!)
    ) {
      return last;
    }
    const parts = this.#splitter.near(plannedSplit(this.#plant, planned), this.#either(wanted, batchPerS), duePerS);
    const of = this.#plant.halls.map(({ it }) =>
      it.map((unit) => this.#sizes.get(unit.id)!.of(this.#offers(unit.id, parts))),
    );
    const rests = this.#plant.halls.map(({ it }, h) =>
      it.map((unit, i) => this.#restOf(unit, of[h]![i]!, this.#askedParts(parts, asked, wanted))),
    );
    this.#size = { atMs: nowMs, wanted, asked, batchPerS, parts, of, rests };
    return this.#size;
  }

  /** Requests/s of each service on its deployments: interactive ones as measured and a margin, batch as it is. */
  #askedParts(parts: Shares, asked: readonly number[], wanted: readonly number[]): Shares {
    return parts.map((own, s) =>
      this.#isBatch(s) || wanted[s]! <= 0 ? own : own.map((perS) => (perS * (asked[s] ?? 0)) / wanted[s]!),
    );
  }

  #restOf(unit: ItUnit, size: ClockedSize, parts: Shares): Rest {
    const { replicas, suffices } = size;
    if (!suffices || !mayRest(unit)) return { serving: replicas, asleep: 0 };
    return restOf(unit, replicas, this.#sizes.get(unit.id)!.fewest(this.#offers(unit.id, parts), size));
  }

  #isBatch(s: number): boolean {
    return this.#plant.services[s]!.kind === 'batch';
  }

  /** Rates of interactive services from one list, of batch from another. */
  #either(wanted: readonly number[], batchPerS: readonly number[]): number[] {
    return this.#plant.services.map((_, s) => (this.#isBatch(s) ? batchPerS[s]! : wanted[s]!));
  }

  #offers(deployment: string, parts: Shares): Offer[] {
    return this.#plant.services.flatMap(({ id, deployments }, s) => {
      const perS = parts[s]![deployments.indexOf(deployment)];
      if (perS === undefined) return [];
      return [{ service: id, requestsPerS: this.#isBatch(s) ? 0 : perS, batchPerS: this.#isBatch(s) ? perS : 0 }];
    });
  }

  /** Requests/s as measured, with the margin. */
  #asked(): number[] {
    return this.#measured.map((perS) => (Number.isNaN(perS) ? 0 : MARGIN * perS));
  }

  /** Requests/s that a service is to be ready for. */
  #wanted(id: string, s: number, nowMs: number, bands: readonly ForecastBand[]): number {
    const measured = this.#measured[s]!;
    const known = Number.isNaN(measured) ? 0 : measured * MARGIN;
    const band = bands.find(({ series }) => series === `requests of ${id}`);
    if (band === undefined) return known;
    let most = known;
    band.high.forEach((perS, k) => {
      if (band.edgesMs[k + 1]! > nowMs && band.edgesMs[k]! < nowMs + SERVE_MS) most = Math.max(most, perS);
    });
    return most;
  }

  /**
   * Batch that fits beside the requests on the replicas that are awake: it does not crowd in before those for it have booted.
   *
   * @param parts requests/s of each service on its deployments: interactive as measured, batch as planned
   */
  #fitting({ last }: View, of: Size['of'], parts: Shares): number[][] {
    const fitting = parts.map((own) => [...own]);
    this.#plant.halls.forEach(({ it }, h) => {
      it.forEach((unit, i) => {
        const { replicas, suffices } = of[h]![i]!;
        const awake = last?.halls[h]?.it[i]?.['replicas'] ?? unit.installed;
        if (replicas <= awake && suffices) return;
        const share = this.#sizes.get(unit.id)!.batchShare(this.#offers(unit.id, parts), awake, of[h]![i]!);
        this.#plant.services.forEach(({ deployments }, s) => {
          const d = deployments.indexOf(unit.id);
          if (d >= 0 && this.#isBatch(s)) fitting[s]![d] = share * parts[s]![d]!;
        });
      });
    });
    return fitting;
  }
}

/** Where a plan does not reach: the battery follows, and only what is due of batch runs. */
const NOTHING_PLANNED: Planned = {
  batteryKw: new Map(),
  generatorKw: new Map(),
  gridKw: new Map(),
  tankKw: new Map(),
  pricePerKwh: 0,
  servedPerS: new Map(),
  splitPerS: new Map(),
  sourcesKw: 0,
};
