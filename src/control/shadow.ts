import type { Conditions, Feasible } from '../components/contract.ts';
import type { Totals } from '../kpi/totals.ts';
import type { Decision } from '../twin/decision.ts';
import { reviveRecord } from '../twin/memory.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import { Tally } from '../twin/tally.ts';
import { Twin } from '../twin/twin.ts';

/** What the decisions would have saved had they been acted on; below 0 = cost more. */
export interface ShadowScore {
  /** Site time since when it is counted, ms, and hours since. */
  readonly sinceMs: number;
  readonly hours: number;
  /** Electricity of the facility, running cost in the site's currency, CO2, water. */
  readonly savedKwh: number;
  readonly savedMoney: number;
  readonly savedCo2Kg: number;
  readonly savedWaterL: number;
  /** Output tokens more than the plant gave. */
  readonly moreTokens: number;
  /** More in the stores than at the plant, kWh: belongs to the saving, at whatever it will be worth. */
  readonly moreStoredKwh: number;
  /** Output tokens per joule at the facility: the plant's, and the shadow's. */
  readonly plantTokensPerJoule: number;
  readonly shadowTokensPerJoule: number;
}

/**
 * A second twin beside the plant, stepped under the decisions with the air and the demand that the plant really had. It begins in the
 * plant's state and keeps its own from then on: its battery is what the decisions make of it.
 */
export class Shadow {
  readonly #twin: Twin;
  readonly #real: Tally;
  readonly #beside: Tally;
  readonly #sinceMs: number;
  #last: StepRecord | undefined;

  /**
   * @param plantState state of the plant now, as its port saves it
   * @param saved what `save()` returned; anything else begins anew
   */
  constructor(plant: Plant, nowMs: number, plantState: unknown, saved?: unknown) {
    const memory = reviveRecord(saved);
    const goesOn = memory['v'] === 1 && typeof memory['sinceMs'] === 'number';
    this.#twin = new Twin(plant, goesOn ? memory['twin'] : JSON.parse(JSON.stringify(plantState ?? null)));
    this.#real = new Tally(plant, goesOn ? memory['real'] : undefined);
    this.#beside = new Tally(plant, goesOn ? memory['beside'] : undefined);
    this.#sinceMs = goesOn ? Number(memory['sinceMs']) : nowMs;
  }

  /** The step before, as it would have been. */
  get last(): StepRecord | undefined {
    return this.#last;
  }

  /** What every dispatchable unit could do in its state. */
  look(conditions: Conditions): readonly Feasible[] {
    return this.#twin.look(conditions);
  }

  /** Steps beside a step of the plant. */
  step(real: StepRecord, decision: Decision): void {
    const arrivals = real.services.map(({ arrivedPerS }) => (Number.isFinite(arrivedPerS) ? arrivedPerS : 0));
    this.#last = this.#twin.step(real.conditions, arrivals, decision);
    this.#real.add(real);
    this.#beside.add(this.#last);
  }

  get score(): ShadowScore {
    const [real, beside] = [this.#real.totals(), this.#beside.totals()];
    return {
      sinceMs: this.#sinceMs,
      hours: real.hours,
      savedKwh: real.facilityKwh - beside.facilityKwh,
      savedMoney: real.runningCostMoney - beside.runningCostMoney,
      savedCo2Kg: real.co2Kg - beside.co2Kg,
      savedWaterL: real.waterL - beside.waterL,
      moreTokens: beside.outputTokens - real.outputTokens,
      moreStoredKwh: beside.storedEndKwh - real.storedEndKwh,
      plantTokensPerJoule: tokensPerJoule(real),
      shadowTokensPerJoule: tokensPerJoule(beside),
    };
  }

  save(): unknown {
    const twin = this.#twin.save();
    return { v: 1, sinceMs: this.#sinceMs, twin, real: this.#real.save(), beside: this.#beside.save() };
  }
}

function tokensPerJoule({ outputTokens, facilityKwh }: Totals): number {
  return facilityKwh > 0 ? outputTokens / (facilityKwh * 3.6e6) : 0;
}
