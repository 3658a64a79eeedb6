/** The pieces of prompts that one step computes. */
export class Chunks {
  readonly ids: number[] = [];
  /** Time that each takes of the step, s, all-reduce included. */
  readonly workS: number[] = [];
  /** Whether the prompt is whole with it. */
  readonly ends: boolean[] = [];
  tokens = 0;
  computeS = 0;
  allWorkS = 0;
  /** Tokens before the chunks, whose cache they read. */
  readTokens = 0;

  clear(): void {
    this.ids.length = 0;
    this.workS.length = 0;
    this.ends.length = 0;
    this.tokens = 0;
    this.computeS = 0;
    this.allWorkS = 0;
    this.readTokens = 0;
  }

  become(other: Chunks): void {
    this.clear();
    this.ids.push(...other.ids);
    this.workS.push(...other.workS);
    this.ends.push(...other.ends);
    this.tokens = other.tokens;
    this.computeS = other.computeS;
    this.allWorkS = other.allWorkS;
    this.readTokens = other.readTokens;
  }

  add(id: number, tokens: number, computeS: number, workS: number, readTokens: number, isLast: boolean): void {
    this.ids.push(id);
    this.workS.push(workS);
    this.ends.push(isLast);
    this.tokens += tokens;
    this.computeS += computeS;
    this.allWorkS += workS;
    this.readTokens += readTokens;
  }

  /** Prompts that end in this step. */
  get answers(): number {
    let count = 0;
    for (let k = 0; k < this.ends.length; k++) if (this.ends[k]!) count++;
    return count;
  }
}
