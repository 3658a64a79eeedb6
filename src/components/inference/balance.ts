import { perUnit } from '../../finance/owned.ts';
import type { LoadLevel, Offer } from '../contract.ts';
import { atClock, type BalancePart, type Horizon, type ModelBuilder, requestsOn, type Standing } from '../model.ts';
import { addKeptAwake } from './awakeBalance.ts';
import { addBoots } from './bootBalance.ts';
import { levels } from './levels.ts';
import { addOperated } from './operatedBalance.ts';
import { powerRange } from './powerRange.ts';
import { addSleepers } from './sleepBalance.ts';
import type { InferenceSpec } from './spec.ts';

/** A level with what one replica serves of each service. */
interface Column {
  readonly name: string;
  readonly level: LoadLevel;
  readonly offers: readonly Offer[];
}

/** Requests/s of all kinds that a replica serves at a level. */
function served(level: LoadLevel): number {
  return level.services.reduce((sum, s) => sum + s.requestsPerS + s.batchPerS, 0);
}

/** Mean of what arrives of a service; 0 where nothing is asked for. */
function meanArrivals(horizon: Horizon, service: string): number {
  const arrivals = horizon.arrivals(service);
  if (arrivals === undefined) return 0;
  let sum = 0;
  for (const v of arrivals) sum += v;
  return sum / arrivals.length;
}

/** Levels of one mix of offers that are worth a column: none other serves a request with less power and fewer replicas. */
function worthwhile(table: readonly LoadLevel[]): LoadLevel[] {
  const loaded = table.filter((level) => served(level) > 0);
  const power = (level: LoadLevel) => level.powerKw / served(level);
  const replicas = (level: LoadLevel) => 1 / served(level);
  return loaded.filter((a) => !loaded.some((b) => b !== a && power(b) <= power(a) && replicas(b) <= replicas(a)));
}

/**
 * Levels of a pool as large as the mean demand needs, since many replicas wait less than one: first as if all were there, then
 * with the number that this gives.
 */
function tableFor(
  spec: InferenceSpec,
  offers: readonly Offer[],
  meanPerS: number,
  attainment: number,
  choices: InferenceSpec['choices'],
) {
  let replicas = spec.racking.replicas;
  for (let k = 0; k < 2; k++) {
    const most = Math.max(...levels(spec, offers, { attainment, replicas, shares: [1] }).map(served), 0);
    if (most <= 0) break;
    replicas = Math.max(1, Math.min(spec.racking.replicas, Math.ceil(meanPerS / most)));
  }
  return levels(spec, offers, { attainment, replicas, ...choices });
}

function columnsOf(spec: InferenceSpec, horizon: Horizon): Column[] {
  const list: Column[] = [];
  const choices = { ...spec.choices, clocks: [...new Set([...spec.choices.clocks, ...(horizon.clocks ?? [])])] };
  const { clocks, capsW } = choices;
  const choosing = clocks.length > 1 || capsW.length > 1;
  const rates = spec.services.map((s) => meanArrivals(horizon, s.id));
  const offerOf = (k: number, rate: number): Offer => {
    const { id, ttftS } = spec.services[k]!;
    // Batch has no targets.
    return Number.isFinite(ttftS)
      ? { service: id, requestsPerS: rate, batchPerS: 0 }
      : { service: id, requestsPerS: 0, batchPerS: rate };
  };
  const add = (name: string, offers: readonly Offer[], meanPerS: number): void => {
    for (const level of worthwhile(tableFor(spec, offers, meanPerS, horizon.attainment, choices))) {
      const at = `${name} at ${level.share}`;
      list.push({ name: choosing ? atClock(at, level) : at, level, offers });
    }
  };
  const asked = rates.flatMap((rate, k) => (rate > 0 ? [k] : []));
  for (const k of asked) add(spec.services[k]!.id, [offerOf(k, 1)], rates[k]!);
  // Batch that fills what an interactive service leaves free on the same replicas.
  if (asked.length > 1) {
    const all = asked.map((k) => offerOf(k, rates[k]!));
    add(
      'all',
      all,
      asked.reduce((sum, k) => sum + rates[k]!, 0),
    );
  }
  return list;
}

/**
 * A deployment in the linear model, size R = replicas. A column per load level: replicas at that level, each taking its idle
 * power and serving its rate; the rest are off, so that packing is what the router does. I1: replicas at all levels <= R.
 * Levels at every clock and cap that the plan may choose. I2: electricity becomes heat, split by rack type. Where what it does is decided already, that is its one column.
 */
export function inferenceBalance(spec: InferenceSpec, place: Standing, horizon: Horizon): BalancePart {
  const operated = horizon.operated?.(place.id);
  const columns = operated === undefined ? columnsOf(spec, horizon) : [];
  const { ownership, racking } = spec;
  return {
    sizes: [
      {
        key: 'replicas',
        unit: 'replicas',
        given: racking.replicas,
        ...perUnit(ownership, racking.replicas),
        source: ownership.source,
      },
    ],
    sharp: [],
    shape: [...spec.services.flatMap((s) => horizon.arrivals(s.id) ?? []), ...(operated ? [operated.powerKw] : [])],
    perKwh: columns.map(
      ({ level }) =>
        new Map(level.services.map((s) => [s.service, (3600 * (s.requestsPerS + s.batchPerS)) / level.powerKw])),
    ),
    add: (model) =>
      operated === undefined
        ? addColumns(spec, place, columns, horizon, model)
        : addOperated(spec, place, operated, model),
  };
}

function addColumns(
  spec: InferenceSpec,
  { id, hall }: Standing,
  columns: readonly Column[],
  horizon: Horizon,
  model: ModelBuilder,
): void {
  const infinite = Number.POSITIVE_INFINITY;
  const fullKw = powerRange(spec, spec.racking.replicas).fullKw / spec.racking.replicas;
  const within = model.rows('I1', `${id}: replicas`, Number.NEGATIVE_INFINITY, 0);
  model.putSize(within, model.size(id, 'replicas'), -1);
  const firsts: number[] = [];
  const perItKwh = horizon.perItKwh ?? 0;
  for (const { name, level } of columns) {
    const replicas = model.columns(`${id} ${name}`, 'replicas', 0, infinite, perItKwh * level.powerKw);
    firsts.push(replicas);
    model.putAll(within, replicas, 1);
    model.tell(`busy ${id}`, replicas, 1);
    model.flow(`${hall}/critical`, replicas, -level.powerKw);
    // What it can draw at any moment, whatever its mean: the chain is built for it.
    model.flow(`${hall}/critical peak`, replicas, -Math.max(level.powerKw, fullKw));
    if (spec.liquidShare > 0) model.flow(`${hall}/liquid`, replicas, spec.liquidShare * level.powerKw);
    model.flow(`${hall}/air`, replicas, (1 - spec.liquidShare) * level.powerKw);
    for (const s of level.services) {
      const perS = s.requestsPerS + s.batchPerS;
      model.flow(`requests:${s.service}`, replicas, perS);
      const { inputTokens, computedTokens, outputTokens } = spec.services.find((load) => load.id === s.service)!;
      const eachJ = computedTokens * s.prefillJPerToken + outputTokens * s.decodeJPerToken;
      model.count(`itKwh of ${s.service}`, replicas, (perS * eachJ) / 1000);
      model.count(requestsOn(s.service, id), replicas, 3600 * perS);
      model.count(`input of ${s.service}`, replicas, 3600 * perS * inputTokens);
      model.count(`output of ${s.service}`, replicas, 3600 * perS * outputTokens);
    }
    model.count('outputTokens', replicas, 3600 * level.outputTokensPerS);
    model.count('energyKwh', replicas, level.powerKw);
  }
  const place = { id, hall: hall! };
  if (horizon.keepsAwake?.(id) === true) firsts.push(addKeptAwake(spec, place, within, firsts, perItKwh, model));
  const awake = horizon.awake?.(id);
  if (awake === undefined) return;
  const sleepers = addSleepers(spec, place, within, perItKwh, model);
  addBoots(spec, place, awake, firsts, sleepers, perItKwh, model);
}
