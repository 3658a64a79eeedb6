import { describe, expect, it } from 'vitest';
import { formatAge, formatCount, formatJoules, formatPower, formatTokensPerJoule } from './format.ts';
import { COLORS, tokensCss } from './tokens.ts';

describe('figures', () => {
  it.each([
    [0, '0'],
    [92.7, '92.7'],
    [8412, '8\u202f412'],
    [9999.9, '10 k'],
    [338_600, '339 k'],
    [3_926_000, '3.93 M'],
    [8.31e12, '8.31 T'],
    [Number.NaN, '–'],
  ])('%d is %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  it('has units that fit', () => {
    expect(formatPower(1742)).toBe('1.74 MW');
    expect(formatPower(-0.01)).toBe('0 kW');
    expect(formatJoules(10_134_000)).toBe('2.81 kWh');
    expect([0.4021, 1.236, 12.36].map(formatTokensPerJoule)).toEqual(['0.402', '1.24', '12.4']);
    expect([4_000, 130_000, 7.3e6].map(formatAge)).toEqual(['4 s', '2 min', '2 h']);
  });
});

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = Number.parseInt(hex.slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

describe('tokens', () => {
  it('has every colour on both grounds', () => {
    for (const name of Object.keys(COLORS)) expect(tokensCss().split(`--jw-${name}:`).length).toBeGreaterThanOrEqual(4);
  });

  it.each(['light', 'dark'] as const)(
    'text keeps 4.5:1, lines keep 2:1 and alerts 4.5:1 on %s ground (WCAG 2.2)',
    (ground) => {
      for (const paper of ['paper', 'card', 'sunken'] as const) {
        for (const ink of ['ink', 'muted', 'alert'] as const) {
          expect(contrast(COLORS[ink][ground], COLORS[paper][ground]), `${ink} on ${paper}`).toBeGreaterThanOrEqual(
            4.5,
          );
        }
      }
      for (const line of [
        'sun',
        'wind',
        'battery',
        'generator',
        'grid',
        'it',
        'cooling',
        'losses',
        'tokens',
      ] as const) {
        expect(contrast(COLORS[line][ground], COLORS.card[ground]), line).toBeGreaterThanOrEqual(2);
      }
    },
  );
});
