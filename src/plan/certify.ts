import type { SolveStatus } from '../balance/highs.ts';
import type { SolverPool } from '../balance/pool.ts';
import { refinedSegments } from '../balance/refine.ts';
import type { Segments } from '../balance/segments.ts';
import type { SiteBalance, SizeChoice } from '../balance/siteModel.ts';
import { type Certified, type CertifyOptions, type Ended, unproven } from './certified.ts';
import { between, type Cut, costName, type Point, sizeName } from './coupling.ts';
import { Master } from './master.ts';
import type { Stand } from './stand.ts';
import { type Answer, Windows } from './windows.ts';

/**
 * How far from the best plan so far towards the merged model's optimum the next look is: cuts there are deeper than at the
 * corners that the merged model prefers (in-out separation: Ben-Ameur and Neto 2007, Networks 49(1)).
 */
const INWARD = 0.6;
/** Gap above which the best plan so far is not worth staying near. */
const FAR = 0.5;
/** Times that the way is halved for windows that have no plan. */
const MOST_HALVINGS = 3;
const MOST_ROUNDS = 60;
/** Years that are looked at all at once from the beginning. */
const FEW_YEARS = 6;
/** Times that the merged model is split where the money of windows is uneven, at most, and by how many segments over those at first. */
const MOST_REFINEMENTS = 3;
const REFINE_SHARE = 0.4;

/**
 * Least-cost sizes with a certificate. The merged model of the whole horizon bounds the cost from below (segments.ts). Its sizes,
 * stored quantities at the ends of windows and shares of budgets are handed to the windows, each solved at full resolution: their
 * costs add up to a plan that can be carried out, an upper bound, and their duals to cuts that hold the merged model's costs of
 * each window from below (Benders 1962; Geoffrion 1972), until both bounds meet. In the first rounds the merged model is split in
 * the hours where the windows' money is uneven: what is short for an hour is not seen in a mean over many. Of many years the
 * dearest are looked at first, until the bounds meet there; then all.
 *
 * @returns the best sizes and bounds, and why it ended
 * @throws JW_SOLVER, JW_PLAN_MODEL
 */
export async function certify(
  balance: SiteBalance,
  choices: readonly SizeChoice[],
  pool: SolverPool,
  options: CertifyOptions,
): Promise<Certified> {
  const search = new Search(balance, choices, pool, options);
  const windows = options.windows ?? (await Windows.open(balance, choices, pool));
  try {
    return await search.run(windows);
  } finally {
    if (options.windows === undefined) await windows.close();
  }
}

/** What one look at windows comes to. */
interface Look {
  readonly point: Point;
  readonly answers: readonly Answer[];
}

class Search {
  readonly #started = performance.now();
  readonly #balance: SiteBalance;
  readonly #choices: readonly SizeChoice[];
  readonly #pool: SolverPool;
  readonly #options: CertifyOptions;
  readonly #names: readonly string[];
  readonly #given: number;
  /** All cuts so far. */
  readonly #learnt: Cut[];
  /** The best point that was looked at, and what it costs. */
  #inner: Point | undefined;
  #upper = Number.POSITIVE_INFINITY;
  #lower = Number.NEGATIVE_INFINITY;
  #rounds = 0;
  #refinements = 0;
  /** Windows that are looked at, the dearest first, and those that the merged model speaks for as yet. */
  #active: readonly number[] = [];
  #others: readonly number[] = [];

  constructor(balance: SiteBalance, choices: readonly SizeChoice[], pool: SolverPool, options: CertifyOptions) {
    this.#balance = balance;
    this.#choices = choices;
    this.#pool = pool;
    this.#options = options;
    this.#names = balance.sizes.map((size) => sizeName({ unit: size.unitId, key: size.key }));
    this.#given = givenMoney(choices, balance.years);
    this.#learnt = [...(options.learnt?.cuts ?? [])];
  }

  async run(windows: Windows): Promise<Certified> {
    const { learnt, segments, onRound } = this.#options;
    let master = await this.#merge(learnt?.segments ?? this.#balance.merged(segments), learnt?.stand);
    let cuts: readonly Cut[] = this.#learnt;
    let ended: Ended | undefined;
    while (ended === undefined) {
      const at = await master.solve(cuts, this.#left());
      if (at.status !== 'optimal') {
        ended = this.#endOf(at.status);
        break;
      }
      const outer = master.point(at.values);
      if (this.#rounds === 0) this.#look(learnt === undefined ? dearest(this.#balance, outer) : undefined);
      const refines = learnt === undefined && this.#refinements < MOST_REFINEMENTS;
      const { point, answers } = await this.#ask(windows, outer, refines);
      const without = answers.find((s) => s.status !== 'optimal');
      if (without !== undefined) {
        ended = this.#endOf(without.status);
        break;
      }
      cuts = answers.map((answer, i) => windows.cut(this.#active[i]!, answer));
      this.#learnt.push(...cuts);
      this.#lower = Math.max(this.#lower, at.objective);
      this.#weigh(point, answers, master);
      onRound?.(this.#state(master, windows));
      ended = this.#judge();
      // Near the optimum cuts tell more than another merged model, which begins anew.
      if (ended !== undefined || !refines || this.#gapShare <= FAR) continue;
      const finer = this.#finer(master, windows, answers);
      if (finer === undefined) continue;
      this.#refinements++;
      await master.close();
      master = await this.#merge(finer, master.stand);
      cuts = this.#learnt;
    }
    if (this.#others.length > 0 && this.#inner !== undefined) await this.#lookAtAll(windows, master, this.#inner);
    await master.close();
    return { ...this.#state(master, windows), ended };
  }

  #merge(segments: Segments, before: Stand | undefined): Promise<Master> {
    return Master.open(this.#balance, this.#choices, segments, this.#pool, before);
  }

  /** Looks at these windows from now on; at all when left out. */
  #look(at: readonly number[] = [...this.#balance.calendar.windows.keys()]): void {
    const seen = new Set(at);
    this.#active = at;
    this.#others = [...this.#balance.calendar.windows.keys()].filter((w) => !seen.has(w));
  }

  /** Asks the windows at a point between the best so far and the merged model's. */
  async #ask(windows: Windows, outer: Point, all: boolean): Promise<Look> {
    const inner = this.#inner;
    const { windowMethod } = this.#options;
    const ask = (point: Point): Promise<Answer[]> => {
      const timeLimitS = this.#left();
      return windows.ask(this.#active, point, {
        all,
        ...(timeLimitS === undefined ? {} : { timeLimitS }),
        ...(windowMethod === undefined ? {} : { method: windowMethod }),
      });
    };
    const far = Number.isFinite(this.#upper) && this.#gapShare > FAR;
    let point = inner === undefined ? outer : between(inner, outer, far ? 1 : INWARD);
    let answers = await ask(point);
    for (let k = 0; k < MOST_HALVINGS && inner !== undefined && !answers.every(isAnswer); k++) {
      point = between(inner, point, 0.5);
      answers = await ask(point);
    }
    return { point, answers };
  }

  /** Keeps a point that costs less than the best so far. */
  #weigh(point: Point, answers: readonly Answer[], master: Master): void {
    this.#rounds++;
    const running = answers.reduce((sum, { objective }) => sum + objective, 0);
    const guessed = this.#others.reduce((sum, w) => sum + point.get(costName(w))!, 0);
    const upper = running + guessed + master.standingMoney(point);
    if (upper >= this.#upper) return;
    this.#upper = upper;
    this.#inner = point;
  }

  /** Whether the search is at its end; goes over to all windows where it is among the dearest. */
  #judge(): Ended | undefined {
    const { gap, mostRounds = MOST_ROUNDS } = this.#options;
    if (this.#gapShare <= gap) {
      if (this.#others.length === 0) return 'gap';
      this.#look();
      this.#upper = Number.POSITIVE_INFINITY;
    }
    if (this.#pool.stopped) return 'stopped';
    if ((this.#left() ?? 1) <= 0) return 'time';
    return this.#rounds >= mostRounds ? 'rounds' : undefined;
  }

  /** The merged model's segments, split where money of the windows is uneven; undefined where nothing is to be gained. */
  #finer({ segments }: Master, windows: Windows, answers: readonly Answer[]) {
    const money = new Float64Array(this.#balance.calendar.steps);
    for (const [i, answer] of answers.entries()) windows.addMoney(this.#active[i]!, answer, money);
    // Hours that are short lie in a few of many years.
    const more = Math.ceil((this.#options.segments * REFINE_SHARE) / Math.sqrt(Math.max(1, this.#balance.years)));
    const finer = refinedSegments(segments, money, more, this.#balance.calendar);
    return finer.count > segments.count ? finer : undefined;
  }

  /** Whoever ends the search among the dearest windows has a plan when all of them were asked. */
  async #lookAtAll(windows: Windows, master: Master, point: Point): Promise<void> {
    const stopped = this.#pool.stopped;
    this.#pool.resume();
    this.#look();
    this.#upper = Number.POSITIVE_INFINITY;
    const answers = await windows.ask(this.#active, point);
    if (answers.every(({ status }) => status === 'optimal')) {
      for (const [i, answer] of answers.entries()) this.#learnt.push(windows.cut(this.#active[i]!, answer));
      this.#weigh(point, answers, master);
    }
    if (stopped) this.#pool.stop();
  }

  get #gapShare(): number {
    if (!Number.isFinite(this.#upper)) return Number.POSITIVE_INFINITY;
    return unproven(this.#lower, this.#upper) / Math.max(1e-9, this.#upper - this.#given);
  }

  #left(): number | undefined {
    const { timeLimitS } = this.#options;
    return timeLimitS === undefined ? undefined : timeLimitS - (performance.now() - this.#started) / 1000;
  }

  #endOf(status: SolveStatus): Ended {
    if (status === 'limit') return this.#pool.stopped ? 'stopped' : 'time';
    return status === 'infeasible' ? 'infeasible' : 'failed';
  }

  #state(master: Master, windows: Windows): Certified {
    const inner = this.#inner;
    const { stand } = master;
    return {
      // A solver's zero may be negative.
      sizes: Float64Array.from(this.#names, (name, i) => 0 + (inner?.get(name) ?? this.#choices[i]!.upper)),
      ties: inner ?? new Map(),
      lower: this.#lower,
      upper: this.#upper,
      gapShare: this.#gapShare,
      rounds: this.#rounds,
      windows: this.#active.length,
      seconds: (performance.now() - this.#started) / 1000,
      merged: { columns: master.columns, rows: master.rows, segments: master.segments.count },
      full: { columns: windows.columns, rows: windows.rows },
      learnt: { segments: master.segments, cuts: this.#learnt, ...(stand === undefined ? {} : { stand }) },
    };
  }
}

/** Whether asking elsewhere is of no use. */
function isAnswer({ status }: Answer): boolean {
  return status === 'optimal' || status === 'limit';
}

/** Windows of the dearest years of a plan, about the root of all their number; undefined where there are only a few. */
function dearest({ calendar }: SiteBalance, point: Point): number[] | undefined {
  const { blocks, windows } = calendar;
  if (blocks.length <= FEW_YEARS) return undefined;
  const yearOf = (start: number): number => blocks.findLastIndex((from) => from <= start);
  const costs = new Float64Array(blocks.length);
  for (const [w, start] of windows.entries()) costs[yearOf(start)]! += point.get(costName(w))!;
  const years = [...costs.keys()].sort((a, b) => costs[b]! - costs[a]!).slice(0, Math.ceil(Math.sqrt(blocks.length)));
  return [...windows.keys()].filter((w) => years.includes(yearOf(windows[w]!)));
}

/** What the given sizes cost over the horizon. */
export function givenMoney(choices: readonly SizeChoice[], years: number): number {
  return choices.reduce((sum, c) => sum + (c.lower === c.upper ? c.lower * c.costPerYear * years : 0), 0);
}
