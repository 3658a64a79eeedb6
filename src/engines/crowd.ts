/** What knows its place in a crowd; -1 while it is in none. */
export interface Placed {
  place: number;
}

/**
 * A set of things that come and go thousands of times a second, in no order. A `Set` under such churn makes a new table every few
 * dozen members; each points to the next, so that one that has grown old keeps all later ones, with what once was in them, from
 * being collected with the young generation.
 */
export class Crowd<T extends Placed> {
  readonly #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: T): void {
    if (member.place >= 0) return;
    member.place = this.#members.length;
    this.#members.push(member);
  }

  /** Does nothing where it is not in the crowd. */
  delete(member: T): void {
    const { place } = member;
    if (this.#members[place] !== member) return;
    const last = this.#members.pop()!;
    if (last !== member) {
      this.#members[place] = last;
      last.place = place;
    }
    member.place = -1;
  }

  /** All that are there now; some may be gone by the time they are looked at. */
  all(): T[] {
    return [...this.#members];
  }
}
