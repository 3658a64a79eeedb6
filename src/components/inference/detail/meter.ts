import type { Spell, SpellSink } from '../replay/timeline.ts';

/** Sums over the steps of all replicas of a pool. */
export class PoolMeter implements SpellSink {
  /** Energy above idle, J. */
  energyJ = 0;
  /** Seconds in which steps ran, and the sequences that decoded in them times these. */
  busyS = 0;
  batchS = 0;

  add(spell: Spell): void {
    const lengthS = spell.endS - spell.startS;
    this.energyJ += spell.energyJ;
    this.busyS += lengthS;
    this.batchS += spell.batch * lengthS;
  }

  become(other: PoolMeter): void {
    Object.assign(this, other);
  }
}
