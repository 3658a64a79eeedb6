import type { PlannedSize } from '../plan/figures.ts';
import type { Plan } from '../plan/plan.ts';
import { acceleratorsOf } from '../plan/pools.ts';
import { limitsSection } from '../site/limitsSection.ts';
import { formatCount, formatEnergy, formatNumber, formatPower } from '../view/format.ts';

/** A line of what to build. */
export interface BuildLine {
  readonly what: string;
  readonly size: string;
  /** Chosen between which bounds, or given. */
  readonly how: string;
  readonly capexMoney: number;
}

const WORDS: Readonly<Record<string, string>> = {
  solar: 'Solar field',
  wind: 'Wind turbines',
  battery: 'Battery',
  generator: 'Generators',
  grid: 'Grid connection',
  cooling: 'Cooling',
  'power-chain': 'Power chain',
};

/** Below this share of its most a size is nothing. */
const NOTHING = 1e-4;

const isBuilt = ({ size, upper }: PlannedSize): boolean => size > NOTHING * Math.max(upper, 1e-9);

/** What a plan builds, a line for the chips of each pool and one for each kind of device, as a person would order it. */
export function buildLines(plan: Plan): readonly BuildLine[] {
  const { site, figures } = plan;
  const kindOf = new Map(site.units.map((unit) => [unit.id, unit.kind]));
  const lines: BuildLine[] = poolLines(plan);
  for (const [kind, what] of Object.entries(WORDS)) {
    const own = figures.sizes.filter((s) => kindOf.get(s.unitId) === kind);
    if (own.length === 0) continue;
    const free = own.filter((s) => s.free);
    lines.push({
      what,
      size: own.some(isBuilt) ? sizeOf(plan, kind, own) : 'none',
      how: free.length === 0 ? 'given' : `chosen, up to ${sizeOf(plan, kind, free, (s) => s.upper)}`,
      capexMoney: own.reduce((sum, s) => sum + s.capexMoney, 0),
    });
  }
  return lines;
}

function sizeOf({ site }: Plan, kind: string, sizes: readonly PlannedSize[], of = (s: PlannedSize) => s.size): string {
  const sum = (key: string): number => sizes.reduce((all, s) => (s.key === key ? all + of(s) : all), 0);
  if (kind === 'solar') return `${formatPower(sum('peak'))}p`;
  if (kind === 'battery') {
    const parts = [
      [sizes.some((s) => s.key === 'energy'), formatEnergy(sum('energy'))],
      [sizes.some((s) => s.key === 'power'), formatPower(sum('power'))],
    ] as const;
    return parts.flatMap(([has, text]) => (has ? [text] : [])).join(', ');
  }
  if (kind === 'generator') {
    const rows = site.parsed.generator ?? [];
    const sets = sizes.map((s) => of(s) / (rows.find((r) => r.id === s.unitId)?.rated ?? Number.NaN));
    const count = sets.reduce((a, b) => a + b, 0);
    const whole = Math.abs(count - Math.round(count)) < 1e-3 ? `, ${Math.round(count)} sets` : '';
    return `${formatPower(sum('rated'))}${Number.isFinite(count) ? whole : ''}`;
  }
  return formatPower(sizes.reduce((all, s) => all + of(s), 0));
}

/** Accelerators by pool, with the replicas that run on them. */
function poolLines(plan: Plan): BuildLine[] {
  const { site, figures } = plan;
  const replicas = (id: string): PlannedSize | undefined =>
    figures.sizes.find((s) => s.unitId === id && s.key === 'replicas');
  return site.parsed.pools.map((pool) => {
    const users = site.parsed.deployments.filter((d) => d.pool === pool.id);
    const own = users.flatMap((d) => replicas(d.id) ?? []);
    const free = site.freePools.find((p) => p.id === pool.id);
    const count = free?.counted === true ? acceleratorsOf(free, (id) => replicas(id)?.size ?? 0) : pool.count;
    const chip = typeof pool.accelerator === 'string' ? pool.accelerator : pool.accelerator.name;
    const known = site.context.catalog.accelerators.get(chip)?.name ?? chip;
    return {
      what: `Computing, ${pool.id}`,
      size: `${formatCount(count)} x ${known} in ${formatNumber(count / pool.accelerators_per_node)} nodes`,
      how: free?.counted === true ? `chosen, up to ${formatCount(free.most)}` : 'given',
      capexMoney: own.reduce((sum, s) => sum + s.capexMoney, 0),
    };
  });
}

const DEFAULT_LIMITS = limitsSection.parse({});

/** Land of sun and wind, m2, at the file's or the usual need per kW. */
export function landM2({ site, figures }: Plan): number {
  const { solar_m2_per_kw: solar, wind_m2_per_kw: wind } = site.limits ?? DEFAULT_LIMITS;
  const kindOf = new Map(site.units.map((unit) => [unit.id, unit.kind]));
  return figures.sizes.reduce((sum, s) => {
    const kind = kindOf.get(s.unitId);
    if (kind === 'solar' && s.key === 'peak') return sum + solar * s.size;
    return kind === 'wind' && s.key === 'rated' ? sum + wind * s.size : sum;
  }, 0);
}

/** An amount of money as people say it: "12.4 M USD". */
export function moneyText(value: number, currency: string): string {
  return `${formatCount(value)} ${currency}`;
}

/** What to divide money by so that its figures are short, and how it is then called. */
export function moneyScale(most: number, currency: string): { readonly factor: number; readonly unit: string } {
  const scale = [
    [1e9, 'G '],
    [1e6, 'M '],
    [1e3, 'k '],
  ].find(([from]) => most >= Number(from) * 0.9995) ?? [1, ''];
  return { factor: Number(scale[0]), unit: `${scale[1]}${currency}` };
}
