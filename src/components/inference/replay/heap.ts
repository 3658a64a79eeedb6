/** Ids by key, the smallest key first; ties in any order. Binary heap in typed arrays that grow. */
export class Heap {
  #keys = new Float64Array(64);
  #ids = new Int32Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The smallest key; Infinity when empty. */
  get least(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#keys[0]!;
  }

  push(key: number, id: number): void {
    if (this.#size === this.#keys.length) {
      const [keys, ids] = [this.#keys, this.#ids];
      this.#keys = new Float64Array(2 * keys.length);
      this.#ids = new Int32Array(2 * ids.length);
      this.#keys.set(keys);
      this.#ids.set(ids);
    }
    this.#up(this.#size++, key, id);
  }

  /** Takes the id with the smallest key. The heap must not be empty. */
  pop(): number {
    const id = this.#ids[0]!;
    this.#size--;
    if (this.#size > 0) this.#down(0, this.#keys[this.#size]!, this.#ids[this.#size]!);
    return id;
  }

  /** Takes an id out, wherever it stands; false when it is not there. Looks at all of them, so it is for rare events. */
  remove(id: number): boolean {
    const at = this.#ids.subarray(0, this.#size).indexOf(id);
    if (at < 0) return false;
    this.#size--;
    if (at === this.#size) return true;
    const [key, last] = [this.#keys[this.#size]!, this.#ids[this.#size]!];
    if (key < this.#keys[at]!) this.#up(at, key, last);
    else this.#down(at, key, last);
    return true;
  }

  become(other: Heap): void {
    if (this.#keys.length < other.#size) {
      this.#keys = new Float64Array(other.#keys.length);
      this.#ids = new Int32Array(other.#ids.length);
    }
    this.#keys.set(other.#keys.subarray(0, other.#size));
    this.#ids.set(other.#ids.subarray(0, other.#size));
    this.#size = other.#size;
  }

  #up(from: number, key: number, id: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#keys[parent]! <= key) break;
      this.#keys[at] = this.#keys[parent]!;
      this.#ids[at] = this.#ids[parent]!;
      at = parent;
    }
    this.#keys[at] = key;
    this.#ids[at] = id;
  }

  #down(from: number, key: number, id: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#keys[child + 1]! < this.#keys[child]!) child++;
      if (this.#keys[child]! >= key) break;
      this.#keys[at] = this.#keys[child]!;
      this.#ids[at] = this.#ids[child]!;
      at = child;
    }
    this.#keys[at] = key;
    this.#ids[at] = id;
  }
}
