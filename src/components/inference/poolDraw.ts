import type { Offer, PoolDraw, PoolOptions } from '../contract.ts';
import { fillOf } from './fill.ts';
import { withKnobs } from './knobs.ts';
import { idleKw } from './power.ts';
import { ratesOf } from './rates.ts';
import { serveOffers } from './serving.ts';
import type { InferenceSpec } from './spec.ts';

/** Fills that were found before; the offers count in proportion only, but come in few proportions. */
const known = new WeakMap<InferenceSpec, Map<string, number>>();

function fillFor(spec: InferenceSpec, offers: readonly Offer[], filling: number): number {
  const all = offers.reduce((sum, o) => sum + o.requestsPerS + o.batchPerS, 0);
  const key = `${filling} ${offers.map((o) => `${o.service} ${(o.requestsPerS / all).toFixed(2)} ${(o.batchPerS / all).toFixed(2)}`)}`;
  let own = known.get(spec);
  if (own === undefined) {
    own = new Map();
    known.set(spec, own);
  }
  let fill = own.get(key);
  if (fill === undefined) {
    fill = fillOf(spec, ratesOf(spec, offers, 1), filling);
    own.set(key, fill);
  }
  return fill;
}

/**
 * Electricity of a pool that serves offers, kW, with its router filling replicas one after the other where that draws less, and how far it
 * fills them. What the pool cannot serve is not in it.
 */
export function poolDraw(
  bare: InferenceSpec,
  offers: readonly Offer[],
  { replicas, clock, capW, filling }: PoolOptions,
): PoolDraw {
  const turned = withKnobs(bare, { clock, capW });
  const pool = { on: replicas, serving: replicas, idleKw: idleKw(turned.power, turned.racking, replicas) };
  const drawnKw = (spec: InferenceSpec) => serveOffers(spec, offers, pool, Number.POSITIVE_INFINITY).powerKw;
  const spreadKw = drawnKw(turned);
  const fill = fillFor(turned, offers, filling);
  if (fill <= 0) return { powerKw: spreadKw, fill: undefined };
  const filled = withKnobs(turned, { fill });
  const powerKw = drawnKw(filled);
  return powerKw < spreadKw ? { powerKw, fill: filled.knobs.fill } : { powerKw: spreadKw, fill: undefined };
}
