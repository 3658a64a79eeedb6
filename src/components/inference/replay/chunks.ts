/**
 * The pieces of prompts that one step computes: the first `count` places of each list. Lists keep their length from step to step,
 * because a replay takes millions of steps and shortening a list costs more than all else here.
 */
export class Chunks {
  count = 0;
  readonly ids: number[] = [];
  /** Time that each takes of the step, s, all-reduce included. */
  readonly workS: number[] = [];
  /** Whether the prompt is whole with it. */
  readonly ends: boolean[] = [];
  /** Prompts that are whole with it. */
  answers = 0;
  tokens = 0;
  computeS = 0;
  allWorkS = 0;
  /** Tokens before the chunks, whose cache they read. */
  readTokens = 0;

  clear(): void {
    this.count = 0;
    this.answers = 0;
    this.tokens = 0;
    this.computeS = 0;
    this.allWorkS = 0;
    this.readTokens = 0;
  }

  become(other: Chunks): void {
    this.count = other.count;
    for (let k = 0; k < other.count; k++) {
      this.ids[k] = other.ids[k]!;
      this.workS[k] = other.workS[k]!;
      this.ends[k] = other.ends[k]!;
    }
    this.answers = other.answers;
    this.tokens = other.tokens;
    this.computeS = other.computeS;
    this.allWorkS = other.allWorkS;
    this.readTokens = other.readTokens;
  }

  add(id: number, tokens: number, computeS: number, workS: number, readTokens: number, isLast: boolean): void {
    const at = this.count++;
    this.ids[at] = id;
    this.workS[at] = workS;
    this.ends[at] = isLast;
    if (isLast) this.answers++;
    this.tokens += tokens;
    this.computeS += computeS;
    this.allWorkS += workS;
    this.readTokens += readTokens;
  }
}
