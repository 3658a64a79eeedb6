import { describe, expect, it } from 'vitest';
import { evaluate, type Formula } from './formula.ts';

const faiman: Formula = {
  name: 'test.cell-temperature',
  about: 'cell temperature',
  equation: 'T = Ta + G / (u0 + u1 v)',
  inputs: [
    { name: 'poa', symbol: 'G', unit: 'W/m2', about: 'irradiance', min: 0, max: 1600 },
    { name: 'air', symbol: 'Ta', unit: '°C', about: 'air', min: -60, max: 60 },
    { name: 'wind', symbol: 'v', unit: 'm/s', about: 'wind', min: 0, standard: 1 },
    { name: 'loads', symbol: 'l', unit: '', about: 'a list', list: true, min: 0, max: 1 },
    { name: 'mount', symbol: '', unit: '', about: 'how it stands', words: ['open', 'roof'] },
  ],
  outputs: [{ name: 'cell', unit: '°C', about: 'cell temperature' }],
  source: 'test',
  validity: 'test',
  run: (i) => ({ cell: i.number('air') + i.number('poa') / (25 + 6.84 * i.number('wind')) / i.list('loads').length }),
};

describe('evaluate', () => {
  const good = { poa: 900, air: 20, wind: 5, loads: [1], mount: 'open' };

  it('computes and takes defaults', () => {
    expect(evaluate(faiman, good)['cell']).toBeCloseTo(35.203, 3);
    const { wind: _, ...calm } = good;
    expect(evaluate(faiman, calm)['cell']).toBeCloseTo(20 + 900 / 31.84, 9);
  });

  it.each([
    [{ ...good, poa: 1601 }, /poa.*1601.*0 to 1600 W\/m2.*JW_DOMAIN/],
    [{ ...good, air: Number.NaN }, /JW_DOMAIN/],
    [{ ...good, wind: Number.POSITIVE_INFINITY }, /JW_DOMAIN/],
    [{ ...good, loads: [0.5, 2] }, /JW_DOMAIN/],
    [{ ...good, loads: 3 }, /JW_FORMULA_INPUT/],
    [{ ...good, mount: 'sea' }, /open, roof.*JW_FORMULA_INPUT/],
    [{ ...good, extra: 1 }, /no input "extra".*JW_FORMULA_INPUT/],
    [{ poa: 1 }, /missing.*JW_FORMULA_INPUT/],
  ])('refuses %o', (inputs, message) => {
    expect(() => evaluate(faiman, inputs)).toThrow(message);
  });

  it('lets no NaN out', () => {
    expect(() => evaluate({ ...faiman, run: () => ({ cell: Number.NaN }) }, good)).toThrow(/JW_DOMAIN/);
  });
});
