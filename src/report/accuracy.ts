import type { Accuracy, Band } from '../components/contract.ts';
import type { Site } from '../site/site.ts';
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

/** Every deployment of a site with what its speed and power rest on. */
export function accuracyNotes(site: Site): (readonly [string, string])[] {
  return site.units.flatMap((unit) =>
    unit.role === 'it' ? [[`inference of ${unit.id}`, accuracyText(unit.accuracy)] as const] : [],
  );
}
