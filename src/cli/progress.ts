/** One line on a terminal that tells how far a long piece of work is; silent where nobody watches. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #label: string;
  readonly #startMs = Date.now();
  #lastMs = 0;
  #shown = false;

  constructor(label: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#label = label;
    this.#stream = stream;
  }

  /** @param share 0..1 done */
  update(share: number, note = ''): void {
    const now = Date.now();
    if (!this.#stream.isTTY || now - this.#lastMs < 80) return;
    this.#lastMs = now;
    const width = 24;
    const full = Math.round(share * width);
    const bar = `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
    const spentS = (now - this.#startMs) / 1000;
    const left = share > 0.02 ? `, ${Math.ceil((spentS / share) * (1 - share))} s left` : '';
    this.#shown = true;
    this.#stream.write(`\r\u001b[2K${this.#label} ${bar} ${Math.round(share * 100)} %${left} ${note}`);
  }

  /** What is being done, where nobody can say how much of it is left. */
  tell(note: string): void {
    if (!this.#stream.isTTY) return;
    this.#shown = true;
    const spentS = Math.round((Date.now() - this.#startMs) / 1000);
    this.#stream.write(`\r\u001b[2K${this.#label} ${spentS} s: ${note}`);
  }

  done(): void {
    if (this.#shown) this.#stream.write('\r\u001b[2K');
  }
}
