import { type ModelArrays, solveOnce } from '../../balance/highs.ts';
import type { Conditions, Offer } from '../../components/contract.ts';
import type { ItUnit, RunningIt } from '../../components/unit.ts';
import { fail } from '../../errors/error.ts';
import { type Random, random, seedFrom } from '../../series/random.ts';

/** What is asked of a deployment by a service, in the mean. */
export interface Asked {
  readonly service: string;
  readonly kind: 'interactive' | 'batch';
  readonly requestsPerS: number;
  /** Interactive: least share within both targets. */
  readonly attainment: number;
}

/** Electricity that no way to serve a service goes below, kW of IT per request/s served, and more of it per request/s within targets. */
export interface RequestPower {
  readonly service: string;
  readonly perServedKw: number;
  readonly perAttainedKw: number;
}

/** A way to run a deployment in a step, with what it comes to. */
interface Way {
  readonly powerKw: number;
  readonly served: readonly number[];
  readonly attained: readonly number[];
}

const CLOCKS = [1, 0.9, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5, 0.4, 0.3];
const LOADS = [0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97, 1.2];
/** Shares of the load of the first of two services. */
const SHARES = [0, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9, 1];
/** Ways drawn at random that the answer is held against. */
const TRIES = 600;

/** Loads of several services over the most of each alone: each alone, every two in all shares, all as they are asked for. */
function mixesOf(asked: readonly number[]): number[][] {
  const count = asked.length;
  const list = [asked.map((load) => load / asked.reduce((a, b) => a + b, 0))];
  for (let a = 0; a < count; a++) {
    for (let b = a + 1; b < count; b++) {
      for (const share of SHARES) list.push(asked.map((_, s) => (s === a ? share : s === b ? 1 - share : 0)));
    }
  }
  return list;
}

/** Numbers of replicas from one to all, each twice the last. */
function poolsOf(installed: number): number[] {
  const list: number[] = [];
  for (let n = 1; n < installed; n *= 2) list.push(n);
  return [...list, installed];
}

/** A deployment with the rates of each service that fill one replica. */
class Pool {
  readonly #running: RunningIt;
  readonly #conditions: Conditions;
  readonly #asked: readonly Asked[];
  readonly full: readonly number[];

  constructor(unit: ItUnit, asked: readonly Asked[], conditions: Conditions) {
    this.#running = unit.start();
    this.#conditions = conditions;
    this.#asked = asked;
    this.full = asked.map((_, s) => {
      const offers = this.#offers(asked.map((__, k) => (k === s ? 1 : 0)));
      const levels = unit.levels(offers, { attainment: 0, shares: [1], replicas: unit.installed, keepAll: true });
      return Math.max(1e-12, ...levels.map((level) => level.scale));
    });
  }

  #offers(perS: readonly number[]): Offer[] {
    return this.#asked.map(({ service, kind }, s) => {
      const batch = kind === 'batch';
      return { service, requestsPerS: batch ? 0 : perS[s]!, batchPerS: batch ? perS[s]! : 0 };
    });
  }

  /** @param mix loads over the most of each service, of one replica; `load` multiplies them */
  way(replicas: number, clock: number, mix: readonly number[], load: number): Way {
    const offers = this.#offers(mix.map((share, s) => share * load * replicas * this.full[s]!));
    const set = { replicas, clock, offers, limitKw: Number.POSITIVE_INFINITY };
    const { flows, services } = this.#running.preview(set, this.#conditions);
    const served = services.map((s) => s.servedPerS + s.batchServedPerS);
    return {
      powerKw: -flows['power']!,
      served,
      attained: services.map((s, k) => (this.#asked[k]!.kind === 'batch' ? 0 : served[k]! * s.attainment)),
    };
  }
}

/** A way at random, anywhere between a lone replica and all of them, at any clock and mix. */
function anyWay(pool: Pool, installed: number, services: number, draw: Random): Way {
  const weights = Array.from({ length: services }, () => draw.exponential());
  const all = weights.reduce((a, b) => a + b, 0);
  return pool.way(
    Math.max(1, Math.round(installed ** draw.next())),
    0.2 + 0.8 * draw.next(),
    weights.map((w) => w / all),
    0.05 + 1.2 * draw.next(),
  );
}

/** Least mean power of a mixture of ways that serves what is asked, as arrays of a linear model; loads are in units of what is asked. */
function problemOf(ways: readonly Way[], asked: readonly Asked[]): ModelArrays {
  const rows = 2 * asked.length;
  const starts = Int32Array.from({ length: ways.length + 1 }, (_, j) => j * rows);
  const values = new Float64Array(ways.length * rows);
  ways.forEach(({ served, attained }, j) => {
    asked.forEach(({ requestsPerS }, s) => {
      values[j * rows + 2 * s] = served[s]! / requestsPerS;
      values[j * rows + 2 * s + 1] = attained[s]! / requestsPerS;
    });
  });
  return {
    columns: ways.length,
    rows,
    cost: Float64Array.from(ways, (way) => way.powerKw),
    lower: new Float64Array(ways.length),
    upper: new Float64Array(ways.length).fill(Number.POSITIVE_INFINITY),
    rowLower: Float64Array.from({ length: rows }, (_, r) => (r % 2 === 0 ? 1 : asked[(r - 1) / 2]!.attainment)),
    rowUpper: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
    matrix: { starts, rows: Int32Array.from({ length: values.length }, (_, i) => i % rows), values },
  };
}

/**
 * What requests of a deployment take at least, whatever replicas, clocks, loads and mixes are chosen: the prices of a linear model that
 * mixes the ways in which its own physics can run it, one price per request served and one per request within its targets. Any way takes at
 * least `sum of perServedKw x served + perAttainedKw x within targets`; ways drawn at random are held against that, and the prices are lowered until it holds
 * for all of them.
 *
 * @param asked services with more than nothing to serve; attainment of batch is 0
 * @throws JW_SOLVER
 */
export async function requestPower(
  unit: ItUnit,
  asked: readonly Asked[],
  conditions: Conditions,
): Promise<RequestPower[]> {
  if (asked.length === 0) return [];
  const pool = new Pool(unit, asked, conditions);
  const mixes = asked.length === 1 ? [[1]] : mixesOf(asked.map((a, s) => a.requestsPerS / pool.full[s]!));
  const ways = poolsOf(unit.installed).flatMap((replicas) =>
    CLOCKS.flatMap((clock) => LOADS.flatMap((load) => mixes.map((mix) => pool.way(replicas, clock, mix, load)))),
  );
  const { status, rowDuals } = await solveOnce(problemOf(ways, asked), { method: 'simplex' });
  if (status !== 'optimal') return fail('JW_SOLVER', { reason: `the bound of ${unit.id} is ${status}` });
  const prices = asked.map((a, s) => ({
    served: Math.max(0, rowDuals[2 * s]!) / a.requestsPerS,
    attained: Math.max(0, rowDuals[2 * s + 1]!) / a.requestsPerS,
  }));
  const draw = random(seedFrom(`bound/${unit.id}`));
  const tried = Array.from({ length: TRIES }, () => anyWay(pool, unit.installed, asked.length, draw));
  const share = [...ways, ...tried].reduce((least, way) => {
    const said = prices.reduce((sum, p, s) => sum + p.served * way.served[s]! + p.attained * way.attained[s]!, 0);
    return said > 0 ? Math.min(least, way.powerKw / said) : least;
  }, 1);
  return asked.map(({ service }, s) => ({
    service,
    perServedKw: share * prices[s]!.served,
    perAttainedKw: share * prices[s]!.attained,
  }));
}
