/** The exit code of a program that Ctrl-C ends. */
export const BROKEN_OFF = 130;

/** True from the first Ctrl-C on; the second ends the program at once. */
export class Stop {
  readonly #controller = new AbortController();
  readonly #handler = (): void => {
    if (this.asked) process.exit(BROKEN_OFF);
    this.#controller.abort();
  };

  constructor() {
    process.on('SIGINT', this.#handler);
  }

  get asked(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Tells others of the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  release(): void {
    process.removeListener('SIGINT', this.#handler);
  }
}
