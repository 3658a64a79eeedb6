/** Sessions that are remembered; the oldest are forgotten. */
const REMEMBERED = 50_000;

/** Where each session was served last. */
export class Sessions {
  readonly #engines = new Map<string, string>();

  /** Id of the engine that served a session last. */
  of(session: string): string | undefined {
    return this.#engines.get(session);
  }

  remember(session: string, engine: string): void {
    this.#engines.delete(session);
    this.#engines.set(session, engine);
    if (this.#engines.size <= REMEMBERED) return;
    for (const oldest of this.#engines.keys()) {
      this.#engines.delete(oldest);
      break;
    }
  }
}
