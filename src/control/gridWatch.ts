import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';

/** Sees the grid go and come back. */
export class GridWatch {
  readonly #slack: number;
  #up: boolean | undefined;
  #lostMs: number | undefined;

  constructor(plant: Plant) {
    this.#slack = plant.dispatch.findIndex((unit) => unit.role === 'slack');
  }

  /** Site time since when the grid is away, ms; undefined while it is there, and at a site without one. */
  get lostMs(): number | undefined {
    return this.#lostMs;
  }

  /** @returns what a step has changed, in words; undefined where nothing has */
  look(record: StepRecord): string | undefined {
    if (this.#slack < 0) return undefined;
    const up = (record.dispatch[this.#slack]!.meters['up'] ?? 1) > 0;
    const turned = this.#up !== undefined && up !== this.#up;
    this.#up = up;
    if (up) this.#lostMs = undefined;
    else this.#lostMs ??= record.conditions.startMs;
    if (!turned) return undefined;
    return up ? 'the grid is back' : 'the grid has failed: the site runs as an island';
  }
}
