import type { LevelOptions, LoadLevel, Offer } from '../contract.ts';
import { bindsAt } from './binds.ts';
import { fillOf } from './fill.ts';
import { withKnobs } from './knobs.ts';
import { idleKw } from './power.ts';
import { ratesOf } from './rates.ts';
import { serveOffers } from './serving.ts';
import { admissibleScale } from './sizing.ts';
import type { InferenceSpec } from './spec.ts';

/** Share of the requests within their targets where nobody says: what a sizing asks for. */
const ATTAINMENT = 0.95;

/** Loads over the admissible one; power bends most at the low end, where steps are half empty. */
const SHARES = [0.05, 0.15, 0.3, 0.5, 0.75, 1];

/** Tables made before; a spec never changes. */
const known = new WeakMap<InferenceSpec, Map<string, readonly LoadLevel[]>>();

/**
 * Load levels of one replica of a pool: idle, and loads up to the largest at which every interactive service keeps its
 * targets, over the clocks and caps that may be set. Each level is what a step of the twin gives at that load, shared evenly. The same question is answered from
 * memory.
 *
 * @param offers what is served, in proportion: the levels are multiples of it
 * @returns idle alone where nothing is offered, a service is unknown, or the targets are out of reach
 */
export function levels(
  spec: InferenceSpec,
  offers: readonly Offer[],
  options: LevelOptions = {},
): readonly LoadLevel[] {
  const key = JSON.stringify([offers, options]);
  let tables = known.get(spec);
  if (tables === undefined) {
    tables = new Map();
    known.set(spec, tables);
  }
  let table = tables.get(key);
  if (table === undefined) {
    table = make(spec, offers, options);
    tables.set(key, table);
  }
  return table;
}

function make(spec: InferenceSpec, offers: readonly Offer[], options: LevelOptions): readonly LoadLevel[] {
  const all: LoadLevel[] = [];
  for (const clock of options.clocks ?? [spec.knobs.clock]) {
    for (const capW of options.capsW ?? [spec.knobs.capW]) {
      all.push(...levelsAt(withKnobs(spec, { clock, capW }), offers, options));
    }
  }
  return options.keepAll === true ? all : frontier(all);
}

/** Levels of which none serves as much for no more power, by rising load; the first of equals stays. */
function frontier(all: readonly LoadLevel[]): readonly LoadLevel[] {
  const kept: LoadLevel[] = [];
  for (const level of [...all].sort((a, b) => b.scale - a.scale || a.powerKw - b.powerKw)) {
    const last = kept.at(-1);
    if (last === undefined || level.powerKw < last.powerKw) kept.push(level);
  }
  return kept.reverse();
}

/** Levels at the deployment's own clock and cap, idle first. */
function levelsAt(spec: InferenceSpec, offers: readonly Offer[], options: LevelOptions): readonly LoadLevel[] {
  const replicas = Math.max(1, options.replicas ?? spec.racking.replicas);
  const isKnown = offers.every((offer) => spec.services.some((load) => load.id === offer.service));
  const rates = ratesOf(spec, offers, 1);
  const most = isKnown ? admissibleScale(spec, rates, replicas, options.attainment ?? ATTAINMENT) : 0;
  const shares = most > 0 ? [0, ...(options.shares ?? SHARES)] : [0];
  const fill = most > 0 && options.filling !== undefined ? fillOf(spec, rates, options.filling) : 0;
  const filled = fill > 0 ? withKnobs(spec, { fill }) : spec;
  return shares.map((share) => levelAt(filled, offers, share, share * most, replicas));
}

/** One level: `scale` times the offers on each replica. */
function levelAt(
  spec: InferenceSpec,
  offers: readonly Offer[],
  share: number,
  scale: number,
  replicas: number,
): LoadLevel {
  const all = offers.map((offer) => ({
    ...offer,
    requestsPerS: offer.requestsPerS * scale * replicas,
    batchPerS: offer.batchPerS * scale * replicas,
  }));
  // Nodes are shared by replicas, so their idle power is that of all installed ones, divided.
  const { power, racking, knobs } = spec;
  const idle = idleKw(power, racking, racking.replicas) / racking.replicas;
  const pool = { on: replicas, serving: replicas, idleKw: idle * replicas };
  const served = serveOffers(spec, all, pool, Number.POSITIVE_INFINITY);
  return {
    share,
    scale,
    ...knobs,
    batch: served.settled.at.batch,
    utilisation: served.settled.at.utilisation,
    binds: bindsAt(served.settled.at),
    idleKw: idle,
    powerKw: served.powerKw / replicas,
    inputTokensPerS: served.inputTokensPerS / replicas,
    computedTokensPerS: served.computedTokensPerS / replicas,
    outputTokensPerS: served.outputTokensPerS / replicas,
    services: served.services.map((outcome) => ({
      service: outcome.service,
      requestsPerS: outcome.servedPerS / replicas,
      batchPerS: outcome.batchServedPerS / replicas,
      inputTokensPerS: outcome.inputTokensPerS / replicas,
      computedTokensPerS: outcome.computedTokensPerS / replicas,
      outputTokensPerS: outcome.outputTokensPerS / replicas,
      ttftS: outcome.ttftS,
      tpotS: outcome.tpotS,
      attainment: outcome.attainment,
      prefillJPerToken: outcome.prefillJPerToken,
      decodeJPerToken: outcome.decodeJPerToken,
    })),
  };
}
