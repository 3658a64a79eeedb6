import type { ReplicaRun } from '../replay/replica.ts';
import type { InferenceSpec } from '../spec.ts';
import { Ended, FATES, type Fate } from './ended.ts';
import type { Slots } from './slots.ts';
import { emptyStep, noWork, type ServiceStep, type Work } from './sums.ts';

/** What becomes of the requests of a pool: who left in the step, and what was done for each service. */
export class Accounts {
  readonly ended = new Ended();
  services: ServiceStep[] = [];
  readonly #spec: InferenceSpec;
  readonly #slots: Slots;
  /** Work done since the start until the step, and that for requests that have left. */
  readonly #before: readonly Work[];
  readonly #gone: readonly Work[];

  constructor(spec: InferenceSpec, slots: Slots) {
    this.#spec = spec;
    this.#slots = slots;
    this.#before = spec.services.map(noWork);
    this.#gone = spec.services.map(noWork);
  }

  /** A step begins. */
  begin(): void {
    this.ended.clear();
    this.services = this.#spec.services.map(emptyStep);
  }

  /** A request leaves its place, which may be used again; with no fate, to begin anew. */
  leave(id: number, fate: Fate | undefined): void {
    const { input, output, cached, service, book } = this.#slots;
    const gone = this.#gone[service[id]!]!;
    if (!Number.isNaN(book.firstTokenS[id]!)) {
      gone.input += input[id]!;
      gone.computed += input[id]! - cached[id]!;
    }
    gone.output += fate === 'answered' ? output[id]! : book.generated[id]!;
    gone.prefillJ += book.prefillJ[id]!;
    gone.decodeJ += book.decodeJ[id]!;
    this.#slots.release(id);
    if (fate === undefined) return;
    this.services[service[id]!]![fate]++;
    this.#write(id, fate);
    if (fate === 'answered') this.#time(id);
  }

  /** Tokens and energy of the step: what has left and what is held, against the same before. */
  end(live: Iterable<ReplicaRun>): void {
    const { book, input, cached, service } = this.#slots;
    const now = this.#gone.map((work) => ({ ...work }));
    for (const replica of live) {
      replica.eachHeld((id, given, decodeJ) => {
        const work = now[service[id]!]!;
        if (!Number.isNaN(book.firstTokenS[id]!)) {
          work.input += input[id]!;
          work.computed += input[id]! - cached[id]!;
        }
        work.output += given;
        work.prefillJ += book.prefillJ[id]!;
        work.decodeJ += decodeJ;
      });
    }
    for (let s = 0; s < now.length; s++) {
      const before = this.#before[s]!;
      for (const key of ['input', 'computed', 'output', 'prefillJ', 'decodeJ'] as const) {
        this.services[s]![key] = now[s]![key] - before[key];
        before[key] = now[s]![key];
      }
    }
  }

  /** Takes over what another knows of earlier steps. */
  become(other: Accounts): void {
    for (let s = 0; s < this.#gone.length; s++) {
      Object.assign(this.#before[s]!, other.#before[s]!);
      Object.assign(this.#gone[s]!, other.#gone[s]!);
    }
  }

  /** Writes down who left. */
  #write(id: number, fate: Fate): void {
    const { arrivalS, input, output, service, book } = this.#slots;
    const to = this.ended;
    const at = to.next();
    to.arrivalS[at] = arrivalS[id]!;
    to.firstTokenS[at] = book.firstTokenS[id]!;
    to.finishS[at] = fate === 'answered' ? book.finishS[id]! : Number.NaN;
    to.input[at] = input[id]!;
    to.output[at] = output[id]!;
    to.prefillJ[at] = book.prefillJ[id]!;
    to.decodeJ[at] = book.decodeJ[id]!;
    to.replica[at] = book.replica[id]!;
    to.service[at] = service[id]!;
    to.fate[at] = FATES.indexOf(fate);
    to.preemptions[at] = book.preemptions[id]!;
  }

  /** Adds the times of an answer, and whether they are within its targets. */
  #time(id: number): void {
    const { arrivalS, output, service, book } = this.#slots;
    const sums = this.services[service[id]!]!;
    const { ttftS, tpotS } = this.#spec.services[service[id]!]!;
    const waitS = book.firstTokenS[id]! - arrivalS[id]!;
    const rest = output[id]! - 1;
    const eachS = rest > 0 ? (book.finishS[id]! - book.firstTokenS[id]!) / rest : 0;
    sums.ttftS += waitS;
    if (rest > 0) {
      sums.tpotS += eachS;
      sums.spaced++;
    }
    if (waitS <= ttftS && eachS <= tpotS) sums.within++;
  }
}
