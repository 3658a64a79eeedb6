import type { Conditions, Feasible } from '../components/contract.ts';
import type { DispatchUnit, RunningDispatch } from '../components/unit.ts';
import type { Decision } from './decision.ts';
import { reviveRecord } from './memory.ts';
import type { DispatchRecord } from './record.ts';

/** A surplus or deficit below this is rounding of sums about `kw` large. */
export function roundingKw(kw: number): number {
  return 1e-12 * (1 + Math.abs(kw));
}

/** Sources, stores and the grid that run: decides every unit's power so that the `mv` bus balances. */
export class RunningDispatchers {
  readonly units: readonly DispatchUnit[];
  readonly running: readonly RunningDispatch[];
  readonly feasible: Feasible[] = [];
  /** Power of each unit as last resolved, kW into the bus, without its own aux draw. */
  readonly powerKw: Float64Array;
  #auxKw = 0;
  #mustTakeKw = 0;
  /** Share of the units' own draw that is fed: below 1 only while the site is dark. */
  #auxShare = 1;
  /** What a load bank takes: generation at its minimum that nobody can use and nobody can replace, kW. */
  dumpKw = 0;

  constructor(units: readonly DispatchUnit[], saved: unknown) {
    const states = reviveRecord(saved);
    this.units = units;
    this.running = units.map((unit) => unit.start(states[unit.id]));
    this.powerKw = new Float64Array(units.length);
  }

  /** Asks every unit what it can do in this step. */
  look(conditions: Conditions): void {
    this.#auxKw = 0;
    this.#mustTakeKw = 0;
    this.#auxShare = 1;
    for (let i = 0; i < this.units.length; i++) {
      const feasible = this.running[i]!.feasible(conditions);
      this.feasible[i] = feasible;
      this.#auxKw += feasible.auxKw;
      if (this.units[i]!.mustTake) this.#mustTakeKw += feasible.maxKw;
    }
  }

  /** What the units draw for themselves, kW. */
  get auxKw(): number {
    return this.#auxKw;
  }

  /** The most that could feed the halls in this step, kW: everything that runs or can start, beyond a policy's own bands. */
  availableKw(): number {
    let sum = 0;
    for (const feasible of this.feasible) sum += Math.max(0, feasible.maxKw);
    return Math.max(0, sum - this.#auxKw);
  }

  /**
   * Resolves powers for a load of the halls: must-take sources first, then committed minima, then followers in the order of
   * the decision; what is over is curtailed. In need, stores leave the policy's band and idle sources start, since a real
   * plant's own protection would do so before it loses load.
   *
   * @returns what could not be covered, kW (0 within rounding when the load is at most `availableKw`).
   */
  resolve(loadKw: number, decision: Decision): number {
    const { orders, deficitOrder, surplusOrder } = decision;
    const n = this.units.length;
    let need = loadKw + this.#auxKw;
    const nothing = roundingKw(need);
    this.dumpKw = 0;
    for (let i = 0; i < n; i++) {
      const unit = this.units[i]!;
      const can = this.feasible[i]!;
      const order = orders[i]!;
      let power: number;
      if (unit.mustTake) power = can.maxKw;
      else if (unit.role === 'source') power = order.commit ? Math.min(can.maxKw, Math.max(order.minKw, can.minKw)) : 0;
      else power = Math.min(can.maxKw, Math.max(can.minKw, Math.min(Math.max(0, order.minKw), order.maxKw)));
      this.powerKw[i] = power;
      need -= power;
    }
    for (const i of deficitOrder) {
      if (need <= 0) break;
      const order = orders[i]!;
      if (this.units[i]!.role === 'source' && !order.commit) continue;
      need -= this.#raise(i, Math.min(order.maxKw, this.feasible[i]!.maxKw), need);
    }
    if (need > nothing) need = this.#rescue(need);
    for (const i of surplusOrder) {
      if (need >= 0) break;
      if (this.units[i]!.role === 'source') continue;
      need += this.#lower(i, Math.max(orders[i]!.minKw, this.feasible[i]!.minKw), -need);
    }
    if (need < 0) need += this.#curtail(-need);
    if (need < -nothing) need = this.#stopSources(need, deficitOrder);
    if (need < -nothing) this.dumpKw = -need;
    return Math.max(0, need);
  }

  /** Resolves a dark site: nothing but the units' own draw, as far as anything feeds it. */
  resolveDark(decision: Decision): void {
    const unmet = this.resolve(0, decision);
    this.#auxShare = this.#auxKw > 0 ? Math.max(0, 1 - unmet / this.#auxKw) : 1;
  }

  #raise(i: number, limitKw: number, needKw: number): number {
    const step = Math.max(0, Math.min(limitKw - this.powerKw[i]!, needKw));
    this.powerKw[i] = this.powerKw[i]! + step;
    return step;
  }

  #lower(i: number, floorKw: number, overKw: number): number {
    const step = Math.max(0, Math.min(this.powerKw[i]! - floorKw, overKw));
    this.powerKw[i] = this.powerKw[i]! - step;
    return step;
  }

  /** Stores beyond the policy's band, then the grid to its limit, then sources that were not told to run. */
  #rescue(needKw: number): number {
    let need = needKw;
    for (const role of ['store', 'slack', 'source'] as const) {
      for (let i = 0; i < this.units.length && need > 0; i++) {
        if (this.units[i]!.role !== role || this.units[i]!.mustTake) continue;
        const can = this.feasible[i]!;
        const before = this.powerKw[i]!;
        this.#raise(i, can.maxKw, need);
        if (role === 'source' && this.powerKw[i]! > 0 && this.powerKw[i]! < can.minKw) this.powerKw[i] = can.minKw;
        need -= this.powerKw[i]! - before;
      }
    }
    return need;
  }

  /** Takes must-take sources back in proportion to what they offer. */
  #curtail(overKw: number): number {
    if (this.#mustTakeKw <= 0) return 0;
    const share = Math.min(1, overKw / this.#mustTakeKw);
    for (let i = 0; i < this.units.length; i++) {
      if (this.units[i]!.mustTake) this.powerKw[i] = this.feasible[i]!.maxKw * (1 - share);
    }
    return share * this.#mustTakeKw;
  }

  /** Sources at their minimum with nowhere to put the energy: each stops if the others can make up for it. */
  #stopSources(needKw: number, deficitOrder: readonly number[]): number {
    let need = needKw;
    for (let i = 0; i < this.units.length && need < 0; i++) {
      if (this.units[i]!.role !== 'source' || this.units[i]!.mustTake || this.powerKw[i]! <= 0) continue;
      if (need + this.powerKw[i]! > this.#spareKw()) continue;
      need += this.powerKw[i]!;
      this.powerKw[i] = 0;
      if (need > 0) need = this.#restoreMustTake(need);
      for (const j of deficitOrder) {
        if (need <= 0) break;
        if (this.units[j]!.role === 'source') continue;
        need -= this.#raise(j, this.feasible[j]!.maxKw, need);
      }
    }
    return need;
  }

  /** How much more must-take sources, stores and slack could give, kW. */
  #spareKw(): number {
    let spare = 0;
    for (let i = 0; i < this.units.length; i++) {
      if (this.units[i]!.role === 'source' && !this.units[i]!.mustTake) continue;
      spare += Math.max(0, this.feasible[i]!.maxKw - this.powerKw[i]!);
    }
    return spare;
  }

  #restoreMustTake(needKw: number): number {
    let need = needKw;
    for (let i = 0; i < this.units.length && need > 0; i++) {
      if (this.units[i]!.mustTake) need -= this.#raise(i, this.feasible[i]!.maxKw, need);
    }
    return need;
  }

  /** Steps every unit with its resolved power and writes it down; returns the sum of what flowed into the bus, kW. */
  keep(records: DispatchRecord[], decision: Decision, conditions: Conditions): number {
    let sum = 0;
    for (let i = 0; i < this.units.length; i++) {
      const unit = this.units[i]!;
      const can = this.feasible[i]!;
      const powerKw = this.powerKw[i]!;
      const commit = unit.role === 'source' && !unit.mustTake ? decision.orders[i]!.commit || powerKw > 0 : true;
      const stepped = this.running[i]!.step({ powerKw, commit, auxShare: this.#auxShare }, conditions);
      const flowed = stepped.flows['power']!;
      const aux = -(stepped.flows['aux'] ?? 0);
      const record = records[i]!;
      record.powerKw = flowed;
      record.auxKw = aux;
      record.curtailedKw = unit.mustTake ? Math.max(0, can.maxKw - flowed) : 0;
      record.feasible = can;
      record.meters = stepped.meters;
      sum += flowed - aux;
    }
    return sum;
  }

  save(): Record<string, unknown> {
    const states: Record<string, unknown> = {};
    this.units.forEach((unit, i) => {
      states[unit.id] = this.running[i]!.save();
    });
    return states;
  }
}
