import type { ItSetPoint, MarginalEnergy, Offer } from '../contract.ts';
import { withKnobs } from './knobs.ts';
import type { ServiceLoad } from './mix.ts';
import { ratesOf, total } from './rates.ts';
import { draw, settle } from './settle.ts';
import { lengthWeights, loneEnergy } from './share.ts';
import type { InferenceSpec } from './spec.ts';

/** Part of a service's prompts or answers whose power is looked at. Our choice: small beside the curve of power over load, and far above the error of the operating point (1e-12). */
const PART = 0.001;

/** A service with a little less of its work. */
type Less = (load: ServiceLoad) => ServiceLoad;
const lessPrompts: Less = (load) => ({
  ...load,
  computedTokens: load.computedTokens * (1 - PART),
  promptChunks: load.promptChunks * (1 - PART),
});
/** The first token of an answer comes from its prompt. */
const lessAnswers: Less = (load) => ({ ...load, outputTokens: 1 + (load.outputTokens - 1) * (1 - PART) });

/**
 * Electricity that a little more of a service's work costs at the load that is served: the slope of a replica's power over the
 * tokens that it computes of prompts and gives out, J per token, >= 0. What idles anyway is not in it; the context of an answer
 * is. It is taken towards less work, so that it holds at full load too. Undefined where no replica serves, or the service is
 * not one of the deployment's.
 *
 * @param served requests per second of each service that are served, not merely offered
 */
export function marginalEnergy(
  bare: InferenceSpec,
  service: string,
  served: readonly Offer[],
  { replicas, ...knobs }: Pick<ItSetPoint, 'replicas' | 'clock' | 'capW' | 'fill'>,
): MarginalEnergy | undefined {
  const spec = withKnobs(bare, knobs);
  const k = spec.services.findIndex((load) => load.id === service);
  if (k < 0 || replicas <= 0) return undefined;
  const rates = ratesOf(spec, served, replicas);
  const all = total(rates, 1, 1);
  const load = spec.services[k]!;
  const lengths = lengthWeights(spec, load, settle(spec, rates.interactive, all, Math.max(1, replicas)));
  if (all[k]! <= 0) return { ...loneEnergy(spec, load), lengths };
  const kwWith = (changed: ServiceLoad): number => {
    const services = spec.services.with(k, changed);
    const other = { ...spec, services };
    return draw(other, settle(other, rates.interactive, all, Math.max(1, replicas))).loadKw;
  };
  const kw = kwWith(load);
  const slope = (less: Less, tokens: number): number =>
    tokens > 0 ? Math.max(0, (1000 * (kw - kwWith(less(load)))) / (PART * tokens * all[k]!)) : 0;
  return {
    prefillJPerToken: slope(lessPrompts, load.computedTokens),
    decodeJPerToken: slope(lessAnswers, load.outputTokens),
    lengths,
  };
}
