import type { Conditions, CoolingSettings, ItSetPoint, ItStepped, Stepped } from '../components/contract.ts';
import type { ItUnit, RunningChain, RunningCooling, RunningIt } from '../components/unit.ts';
import { reviveRecord } from './memory.ts';
import type { PlantHall } from './plant.ts';
import type { HallRecord } from './record.ts';

/** The fixed point stops when the chain's heat changes by less than this share of the load; the buses then balance to it. */
const AGREED = 1e-13;
const MOST_ROUNDS = 60;

/** A hall that runs: solves IT, cooling and chain together and remembers the last solution until it is kept. */
export class RunningHall {
  readonly hall: PlantHall;
  readonly it: readonly RunningIt[];
  readonly chain: RunningChain;
  readonly cooling: RunningCooling;
  readonly lastIt: ItStepped<unknown>[] = [];
  #lastChain: Stepped<unknown> | undefined;
  #lastCooling: Stepped<unknown> | undefined;
  /** Cooling load in the last solution: where the next fixed point starts. */
  #coolingKw = 0;
  #facilityKw = 0;

  constructor(hall: PlantHall, saved: unknown) {
    const states = reviveRecord(saved);
    this.hall = hall;
    this.it = hall.it.map((unit) => unit.start(states[unit.id]));
    this.chain = hall.chain.start(states[hall.chain.id]);
    this.cooling = hall.cooling.start(states[hall.cooling.id]);
  }

  /** What a deployment does with its offers; stays as its preview. */
  previewIt(i: number, set: ItSetPoint, conditions: Conditions): void {
    this.lastIt[i] = this.it[i]!.preview(set, conditions);
  }

  /** Electricity of the previewed deployments at the critical bus, kW. */
  get previewedKw(): number {
    let sum = 0;
    for (const { flows } of this.lastIt) sum -= flows['power']!;
    return sum;
  }

  /** Heat that the previewed IT gives to a bus, kW. */
  #heat(port: 'liquid' | 'air'): number {
    let sum = 0;
    for (const stepped of this.lastIt) sum += stepped.flows[port]!;
    return sum;
  }

  /**
   * The largest share (0..1) of the previewed IT power that chain, feeder and cooling can bear in this step. Part of a
   * feeder's load stands still, so a cut in proportion is too small and has to be repeated; a hard one is surely enough.
   */
  bearableShare(itKw: number, conditions: Conditions, hard: boolean): number {
    if (itKw <= 0) return 1;
    let share = Math.min(1, this.hall.chain.ratedKw / itKw);
    if (this.#facilityKw > this.hall.feederKw) {
      const over = this.#facilityKw - this.hall.feederKw;
      share = Math.min(share, hard ? Math.max(0, 1 - over / itKw) : this.hall.feederKw / this.#facilityKw);
    }
    const capacity = this.cooling.capacity(conditions);
    const liquid = this.#heat('liquid');
    const air = this.#heat('air') + (this.#lastChain?.flows['air'] ?? 0);
    if (liquid > capacity.liquidKw) share = Math.min(share, capacity.liquidKw / liquid);
    if (air > capacity.airKw) share = Math.min(share, Math.max(0, capacity.airKw) / air);
    return share;
  }

  /**
   * Brings cooling and chain to agree for the previewed IT: the chain's indoor losses are heat for the cooling, whose power is
   * load on the chain. Starts from the chain's heat under the cooling load of the step before; where that heat hangs on the
   * cooling load too, the secant through two rounds lands within rounding in about three. Returns the load on the `mv` bus, kW.
   */
  solve(itKw: number, settings: CoolingSettings, conditions: Conditions): number {
    const liquidKw = this.#heat('liquid');
    const itAirKw = this.#heat('air');
    let chain = this.chain.preview({ criticalKw: itKw, essentialKw: this.#coolingKw }, conditions);
    let assumedKw = chain.flows['air']!;
    let before: { assumedKw: number; heatKw: number } | undefined;
    let cooling: Stepped<unknown>;
    for (let round = 0; ; round++) {
      cooling = this.cooling.preview({ ...settings, liquidKw, airKw: itAirKw + assumedKw }, conditions);
      this.#coolingKw = -cooling.flows['power']!;
      chain = this.chain.preview({ criticalKw: itKw, essentialKw: this.#coolingKw }, conditions);
      const heatKw = chain.flows['air']!;
      if (Math.abs(heatKw - assumedKw) <= AGREED * (itKw + heatKw) || round >= MOST_ROUNDS) break;
      const next = secant(assumedKw, heatKw, before);
      before = { assumedKw, heatKw };
      assumedKw = next;
    }
    this.#lastChain = chain;
    this.#lastCooling = cooling;
    this.#facilityKw = -chain.flows['mv']!;
    return this.#facilityKw;
  }

  /** Takes the solved step and writes it down; returns the largest relative imbalance of the hall's buses. */
  keep(record: HallRecord, wantedItKw: number): number {
    const chain = this.#lastChain!;
    const cooling = this.#lastCooling!;
    for (const it of this.it) it.keep();
    this.chain.keep();
    this.cooling.keep();
    let itKw = 0;
    for (let i = 0; i < this.it.length; i++) {
      const powerKw = -this.lastIt[i]!.flows['power']!;
      itKw += powerKw;
      record.itPowerKw[i] = powerKw;
      record.it[i] = this.lastIt[i]!.meters;
    }
    const liquid = this.#heat('liquid');
    const itAirKw = this.#heat('air');
    const air = itAirKw + chain.flows['air']!;
    record.itAirKw = itAirKw;
    record.itKw = itKw;
    record.wantedItKw = wantedItKw;
    record.facilityKw = -chain.flows['mv']!;
    record.coolingKw = -cooling.flows['power']!;
    record.chainLossKw = record.facilityKw - chain.flows['critical']! - chain.flows['essential']!;
    record.liquidKw = liquid;
    record.airKw = air;
    record.rejectedKw = cooling.flows['ambient']!;
    record.storedKw = liquid + air + record.coolingKw - record.rejectedKw;
    record.chain = chain.meters;
    record.cooling = cooling.meters;
    return Math.max(
      off(chain.flows['critical']!, itKw),
      off(chain.flows['essential']!, record.coolingKw),
      off(-cooling.flows['liquid']!, liquid),
      off(-cooling.flows['air']!, air),
    );
  }

  /** Writes down a hall without supply: nothing flows, nothing is stepped, its deployments are off. */
  dark(record: HallRecord, wantedItKw: number, conditions: Conditions): void {
    const off: ItSetPoint = { replicas: 0, offers: [], limitKw: 0 };
    for (let i = 0; i < this.it.length; i++) {
      this.lastIt[i] = this.it[i]!.preview(off, conditions);
      this.it[i]!.keep();
      record.it[i] = this.lastIt[i]!.meters;
    }
    record.itPowerKw.fill(0);
    record.wantedItKw = wantedItKw;
    record.itKw = record.facilityKw = record.coolingKw = record.chainLossKw = 0;
    record.liquidKw = record.airKw = record.itAirKw = record.rejectedKw = record.storedKw = 0;
    record.chain = record.cooling = {};
  }

  save(): Record<string, unknown> {
    const states: Record<string, unknown> = {};
    this.hall.it.forEach((unit: ItUnit, i) => {
      states[unit.id] = this.it[i]!.save();
    });
    states[this.hall.chain.id] = this.chain.save();
    states[this.hall.cooling.id] = this.cooling.save();
    return states;
  }
}

/** Where the line through the last two rounds meets "assumed = resulting"; the plain round where there is no line yet. */
function secant(assumedKw: number, heatKw: number, before: { assumedKw: number; heatKw: number } | undefined): number {
  if (before === undefined || before.assumedKw === assumedKw) return heatKw;
  const slope = (heatKw - before.heatKw) / (assumedKw - before.assumedKw);
  // Outside a contraction the line is an artefact of rounding or of a kink.
  return slope > -0.9 && slope < 0.9 ? (heatKw - slope * assumedKw) / (1 - slope) : heatKw;
}

function off(a: number, b: number): number {
  const scale = Math.max(Math.abs(a), Math.abs(b));
  return scale < 1e-12 ? 0 : Math.abs(a - b) / scale;
}
