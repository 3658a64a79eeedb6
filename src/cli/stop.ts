/** The exit code of a program that Ctrl-C ends. */
export const BROKEN_OFF = 130;

/** True from the first Ctrl-C on; the second ends the program at once. */
export class Stop {
  asked = false;
  readonly #handler = (): void => {
    if (this.asked) process.exit(BROKEN_OFF);
    this.asked = true;
  };

  constructor() {
    process.on('SIGINT', this.#handler);
  }

  release(): void {
    process.removeListener('SIGINT', this.#handler);
  }
}
