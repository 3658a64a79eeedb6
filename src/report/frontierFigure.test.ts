import { describe, expect, it } from 'vitest';
import { frontierFigure } from './frontierFigure.ts';

describe('the frontier', () => {
  it('names the price of water at its ends', () => {
    const drawn = frontierFigure([
      { waterPrice: 0, pue: 1.056, wue: 0.75 },
      { waterPrice: 0.02, pue: 1.0593, wue: 0.48 },
      { waterPrice: 0.2, pue: 1.0731, wue: 0.074 },
    ]);
    expect(drawn).toContain('free water');
    expect(drawn).toContain('0.2 kWh/L');
    expect(drawn.match(/<circle/g)).toHaveLength(3);
  });
});
