import type { ServiceOutcome } from '../components/contract.ts';
import type { ServiceRecord } from './record.ts';

/** Requests per second that a deployment served of a service, of either kind. */
function rateOf({ servedPerS, batchServedPerS }: ServiceOutcome): number {
  return servedPerS + batchServedPerS;
}

/**
 * Writes down what the deployments of a service made of it together: rates and power add up; times and attainment are means over the
 * requests that each served, those of the first where none was.
 *
 * @param to with the outcomes of the step and what arrived; without outcomes, in the dark, all of it is shed
 */
export function writeServed(to: ServiceRecord, isBatch: boolean): void {
  let [served, shed, batch, input, output, power] = [0, 0, 0, 0, 0, 0];
  let first: ServiceOutcome | undefined;
  let [rate, attainment, ttft, tpot] = [0, 0, 0, 0];
  for (const outcome of to.outcomes) {
    if (outcome === undefined) continue;
    served += outcome.servedPerS;
    shed += outcome.shedPerS;
    batch += outcome.batchServedPerS;
    input += outcome.inputTokensPerS;
    output += outcome.outputTokensPerS;
    power += outcome.powerKw;
    first ??= outcome;
    const own = rateOf(outcome);
    if (own <= 0) continue;
    rate += own;
    attainment += own * outcome.attainment;
    ttft += own * outcome.ttftS;
    tpot += own * outcome.tpotS;
  }
  const alone = to.outcomes.length === 1 || rate === 0;
  to.inputTokensPerS = input;
  to.outputTokensPerS = output;
  to.powerKw = power;
  to.attainment = alone ? (first?.attainment ?? 0) : attainment / rate;
  to.ttftS = alone ? (first?.ttftS ?? 0) : ttft / rate;
  to.tpotS = alone ? (first?.tpotS ?? 0) : tpot / rate;
  to.servedPerS = isBatch ? batch : served;
  to.shedPerS = isBatch ? 0 : first === undefined ? to.arrivedPerS : shed;
}
