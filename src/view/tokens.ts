/**
 * The look of everything Joulewright draws: colours with one meaning each, type sizes, spacing. Reports and the control room
 * take them from here, so that the sun is the same amber in a plot, a flow diagram and a tile.
 */

/** A colour on light and on dark ground. */
export interface Shade {
  readonly light: string;
  readonly dark: string;
}

/**
 * Carriers and devices. Hues follow the order of Okabe and Ito (2008, "Color Universal Design"), darkened on light ground so
 * that thin lines keep 3:1 contrast, lightened on dark ground. Neighbours in a stack differ in lightness as well as in hue.
 */
const CARRIERS = {
  sun: { light: '#e0960a', dark: '#f3b33d' },
  wind: { light: '#3f9bd6', dark: '#6cbcf0' },
  battery: { light: '#0a8f69', dark: '#34c498' },
  generator: { light: '#c2500c', dark: '#ef7d3c' },
  grid: { light: '#6d7482', dark: '#98a1b0' },
  it: { light: '#1f5fa8', dark: '#5c97e6' },
  cooling: { light: '#4aaab8', dark: '#63c3d1' },
  losses: { light: '#a39b8f', dark: '#857e74' },
  tokens: { light: '#b03a7b', dark: '#e57db6' },
  alert: { light: '#b3261e', dark: '#ff8a80' },
} as const satisfies Record<string, Shade>;

/** Grounds and inks. Text pairs (ink or muted on paper or card) keep at least 4.5:1. */
const SURFACES = {
  paper: { light: '#f6f5f1', dark: '#0e1216' },
  card: { light: '#ffffff', dark: '#161b21' },
  sunken: { light: '#efede7', dark: '#1e252d' },
  ink: { light: '#1a1f25', dark: '#e9ebee' },
  muted: { light: '#59616c', dark: '#9ea8b4' },
  line: { light: '#e2dfd7', dark: '#2a323c' },
} as const satisfies Record<string, Shade>;

/** Every named colour. */
export const COLORS = { ...CARRIERS, ...SURFACES } as const satisfies Record<string, Shade>;

/** The name of a colour. */
export type ColorName = keyof typeof COLORS;

/** Text sizes in px: small print, labels, body, section heads, figures, large figures, the one headline figure. */
export const TYPE = {
  family: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', 'DejaVu Sans', sans-serif",
  mono: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  size: { xs: 11, s: 12, m: 14, l: 17, xl: 22, xxl: 30, headline: 64 },
} as const;

/** Steps of spacing in px. */
export const SPACE = { xs: 4, s: 8, m: 12, l: 16, xl: 24, xxl: 40 } as const;

/** A colour for SVG or CSS: the variable, with its light value for drawings that stand alone. */
export function color(name: ColorName): string {
  return `var(--jw-${name},${COLORS[name].light})`;
}

function colorBlock(ground: keyof Shade): string {
  return Object.entries(COLORS)
    .map(([name, shade]) => `--jw-${name}:${shade[ground]};`)
    .join('');
}

/**
 * The variables as CSS: light by default, dark where the reader's system asks for it, either one where the root element says
 * `data-theme`; always light on paper.
 */
export function tokensCss(): string {
  const sizes = Object.entries(TYPE.size).map(([name, px]) => `--jw-text-${name}:${px / 16}rem;`);
  const spaces = Object.entries(SPACE).map(([name, px]) => `--jw-space-${name}:${px}px;`);
  const fixed = `--jw-font:${TYPE.family};--jw-mono:${TYPE.mono};${sizes.join('')}${spaces.join('')}`;
  const light = `color-scheme:light;${colorBlock('light')}`;
  const dark = `color-scheme:dark;${colorBlock('dark')}`;
  return [
    `:root{${fixed}${light}}`,
    `@media (prefers-color-scheme:dark){:root{${dark}}}`,
    `:root[data-theme="light"]{${light}}`,
    `:root[data-theme="dark"]{${dark}}`,
    `@media print{:root,:root[data-theme]{${light}}}`,
  ].join('\n');
}
