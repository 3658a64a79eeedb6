import type { Book } from './book.ts';

/** The requests that run on a replica, in order of admission: a list through the book, because any of them may leave. */
export class Lineup {
  readonly #book: Book;
  size = 0;
  /** The one admitted last; -1 when nothing runs. */
  last = -1;

  constructor(book: Book) {
    this.#book = book;
  }

  /** Takes over the place of another list; the book must be the same as it was then. */
  become(other: Lineup): void {
    this.size = other.size;
    this.last = other.last;
  }

  add(id: number): void {
    const { before, after } = this.#book;
    before[id] = this.last;
    after[id] = -1;
    if (this.last >= 0) after[this.last] = id;
    this.last = id;
    this.size++;
  }

  remove(id: number): void {
    const { before, after } = this.#book;
    const [left, right] = [before[id]!, after[id]!];
    if (left >= 0) after[left] = right;
    if (right >= 0) before[right] = left;
    else this.last = left;
    this.size--;
  }
}
