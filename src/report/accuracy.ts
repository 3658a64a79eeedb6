import type { Accuracy, Band } from '../components/contract.ts';
import type { ItUnit } from '../components/unit.ts';
import { formatNumber } from '../units/quantity.ts';

const bandText = ({ low, high }: Band): string => `x ${formatNumber(low, 2)} to ${formatNumber(high, 2)}`;

/** How sure a deployment's speed and power are, in a sentence. */
export function accuracyText({ about, speedBand, drawBand }: Accuracy): string {
  const bands = [
    speedBand === undefined ? '' : `throughput ${bandText(speedBand)}`,
    drawBand === undefined ? '' : `power ${bandText(drawBand)}`,
  ].filter((text) => text !== '');
  return bands.length === 0 ? about : `${about}; 90 % interval: ${bands.join(', ')} of what is simulated`;
}

type Deployment = Pick<ItUnit, 'id' | 'accuracy'>;

/** Every deployment with what its speed and power rest on. */
export function accuracyNotes(deployments: readonly Deployment[]): (readonly [string, string])[] {
  return deployments.map(({ id, accuracy }) => [`inference of ${id}`, accuracyText(accuracy)]);
}

/** The same for JSON: the intervals as factors. */
export function accuracyRows(
  deployments: readonly Deployment[],
): readonly (Accuracy & { readonly deployment: string })[] {
  return deployments.map(({ id, accuracy }) => ({ deployment: id, ...accuracy }));
}
