import type { FlowGraph, FlowLink, FlowNode } from './plots/flow.ts';
import type { ColorName } from './tokens.ts';

/** Amounts at the site's electricity bus, all >= 0, in one unit (kW of a moment or kWh of a year). */
export interface SiteAmounts {
  readonly solar: number;
  readonly wind: number;
  readonly discharge: number;
  readonly generator: number;
  readonly gridImport: number;
  readonly it: number;
  readonly cooling: number;
  readonly losses: number;
  readonly charge: number;
  readonly gridExport: number;
  /** What sun and wind could have given beside, where it is known. */
  readonly notTaken?: { readonly solar: number; readonly wind: number };
}

/** How the figures are printed. */
export interface FlowWords {
  readonly amount: (value: number) => string;
  /** What stands under "Tokens". */
  readonly tokens: string;
  readonly bus?: string;
  /** Show devices that give and take nothing too: a live picture keeps its places. */
  readonly idle?: ReadonlySet<string>;
}

type Amount = Exclude<keyof SiteAmounts, 'notTaken'>;

const SOURCES = [
  ['solar', 'Sun', 'sun'],
  ['wind', 'Wind', 'wind'],
  ['discharge', 'Battery', 'battery'],
  ['generator', 'Generator', 'generator'],
  ['gridImport', 'Grid', 'grid'],
] as const satisfies readonly (readonly [Amount, string, ColorName])[];

const SINKS = [
  ['it', 'Computing', 'it'],
  ['cooling', 'Cooling', 'cooling'],
  ['losses', 'Losses', 'losses'],
  ['charge', 'Charging', 'battery'],
  ['gridExport', 'Export', 'grid'],
] as const satisfies readonly (readonly [Amount, string, ColorName])[];

/**
 * The site as a flow graph from sun to token: sources into the bus, the bus into computing, cooling, losses, battery and
 * export, computing into tokens; what sun and wind could have given and nobody took leaves before the bus. Tokens are as wide as the energy that made them: they are an energy carrier.
 */
export function siteFlow(amounts: SiteAmounts, words: FlowWords): FlowGraph {
  const shown = (key: Amount): boolean => amounts[key] > 0 || words.idle?.has(key) === true;
  const nodes: FlowNode[] = [];
  const links: FlowLink[] = [];
  for (const [key, name, hue] of SOURCES) {
    if (!shown(key)) continue;
    nodes.push({ id: key, label: name, color: hue, stage: 0, figure: words.amount(amounts[key]) });
    links.push({ from: key, to: 'bus', value: amounts[key], color: hue });
  }
  const supply = links.reduce((sum, l) => sum + l.value, 0);
  nodes.push({ id: 'bus', label: words.bus ?? 'Site bus', color: 'muted', stage: 1, figure: words.amount(supply) });
  addNotTaken(amounts, words, nodes, links);
  for (const [key, name, hue] of SINKS) {
    if (!shown(key)) continue;
    nodes.push({ id: key, label: name, color: hue, stage: 2, figure: words.amount(amounts[key]) });
    links.push({ from: 'bus', to: key, value: amounts[key], color: hue });
  }
  if (shown('it')) {
    nodes.push({ id: 'tokens', label: 'Tokens', color: 'tokens', stage: 3, figure: words.tokens });
    links.push({ from: 'it', to: 'tokens', value: amounts.it, color: 'tokens' });
  }
  return { nodes, links };
}

function addNotTaken(
  { notTaken = { solar: 0, wind: 0 } }: SiteAmounts,
  words: FlowWords,
  nodes: FlowNode[],
  links: FlowLink[],
): void {
  const whole = notTaken.solar + notTaken.wind;
  if (!(whole > 0)) return;
  nodes.push({ id: 'notTaken', label: 'Not taken', color: 'losses', stage: 1, figure: words.amount(whole) });
  for (const [from, value] of Object.entries(notTaken)) {
    if (value > 0 && nodes.some((n) => n.id === from)) links.push({ from, to: 'notTaken', value, color: 'losses' });
  }
}
