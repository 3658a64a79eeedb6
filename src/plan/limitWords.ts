import type { SizeLimit } from '../balance/rules/sizes.ts';
import { formatNumber, formatQuantity } from '../units/quantity.ts';

/** How a limit on sizes is called in the site file, by its number; L7 belongs to a pool. */
const KEYS: Readonly<Record<string, string>> = {
  L5: 'limits.land',
  L6: 'limits.budget',
  D2: 'rules.storage',
  D3: 'rules.storage',
};

/** An amount of what sizes take: land in hectares, money in millions. */
export function figureOf(value: number, unit: string): string {
  if (unit === 'm2') return formatQuantity(value, 'area');
  return Math.abs(value) >= 1e6 ? `${formatNumber(value / 1e6)} M ${unit}` : `${formatNumber(value)} ${unit}`;
}

/** What a limit on sizes is called in the site file. */
export function keyOf({ number, name }: Pick<SizeLimit, 'number' | 'name'>): string {
  return KEYS[number] ?? name;
}
