import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate, type Formula } from '../units/formula.ts';
import { answerCase } from './answer.ts';
import { apply } from './apply.ts';
import { exampleCall, exampleInputs, printValue } from './describe.ts';
import { findFormula, grouped, search } from './formulary.ts';
import { FORMULARY } from './index.ts';
import { inputsOfJson, inputsOfWords } from './read.ts';
import { unitFactor } from './unitOf.ts';

const SRC = new URL('../', import.meta.url);
const rooms = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('/formulas.ts'))
  .sort();

describe('the formulary', () => {
  it('has every room that has formulas', async () => {
    expect(rooms.length).toBeGreaterThan(3);
    for (const room of rooms) {
      const { FORMULAS } = (await import(new URL(room, SRC).href)) as { FORMULAS: readonly Formula[] };
      expect(FORMULAS.length, room).toBeGreaterThan(0);
      const absent = FORMULAS.filter((f) => !FORMULARY.includes(f)).map((f) => f.name);
      expect(absent, `src/formulary/index.ts lacks src/${room}`).toEqual([]);
    }
  });

  it('has every name once, as component.topic.model', () => {
    const names = FORMULARY.map((f) => f.name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(names.filter((name) => !/^[a-z0-9-]+(\.[a-z0-9-]+){2}$/.test(name))).toEqual([]);
  });

  it.each(FORMULARY.map((f) => [f.name, f] as const))('%s is complete', (_, f) => {
    for (const [field, text] of Object.entries({ about: f.about, equation: f.equation, source: f.source })) {
      expect(text.trim().length, field).toBeGreaterThan(3);
    }
    expect(f.validity.trim(), 'validity').not.toBe('');
    expect(f.inputs.length).toBeGreaterThan(0);
    expect(f.outputs.length).toBeGreaterThan(0);
    const inputs = f.inputs.map((i) => i.name);
    expect(new Set(inputs).size).toBe(inputs.length);
    for (const input of f.inputs) {
      expect(input.name).toMatch(/^[a-z][A-Za-z0-9_]*$/);
      expect(input.about.trim(), input.name).not.toBe('');
      const bounded =
        input.words !== undefined || input.min !== undefined || input.max !== undefined || input.list === true;
      expect(bounded, `${input.name} has no domain`).toBe(true);
      if (input.standard !== undefined) {
        expect(input.standard).toBeGreaterThanOrEqual(input.min ?? input.standard);
        expect(input.standard).toBeLessThanOrEqual(input.max ?? input.standard);
      }
    }
    for (const output of f.outputs) expect(output.about.trim(), output.name).not.toBe('');
  });

  it.each(FORMULARY.map((f) => [f.name, f] as const))('%s computes its example, and gives what it says', (_, f) => {
    const result = evaluate(f, exampleInputs(f));
    expect(Object.keys(result).sort()).toEqual(f.outputs.map((o) => o.name).sort());
    const words = exampleCall(f).split(' ').slice(3);
    expect(
      apply(
        f,
        inputsOfWords(f, words, () => null),
      ),
    ).toEqual(result);
  });
});

describe('finding', () => {
  it('gives the nearest name, also of a part', () => {
    expect(findFormula(FORMULARY, 'finance.capital-recovery.annuity').name).toBe('finance.capital-recovery.annuity');
    expect(() => findFormula(FORMULARY, 'finance.capital-recovry.annuity')).toThrow(
      /did you mean finance\.capital-recovery\.annuity\?.*JW_FORMULA_UNKNOWN/,
    );
    expect(() => findFormula(FORMULARY, 'markov-matrx')).toThrow(/did you mean reliability\.generators\.markov-matrix/);
    expect(() => findFormula(FORMULARY, 'qqqqqqqqqqqqqqqqqqqqqqqq')).toThrow(/JW_FORMULA_UNKNOWN/);
  });

  it('searches names, sources and what inputs mean; groups by component', () => {
    expect(search(FORMULARY, 'capital RECOVERY').map((f) => f.name)).toEqual(['finance.capital-recovery.annuity']);
    expect(search(FORMULARY, 'nothing of the kind')).toEqual([]);
    const groups = grouped(FORMULARY);
    expect([...groups.values()].flat()).toHaveLength(FORMULARY.length);
    expect([...groups.keys()]).toEqual([...groups.keys()].sort());
  });
});

const formula: Formula = {
  name: 'test.sum.plain',
  about: 'weighted sum',
  equation: 'y = a sum(w)',
  inputs: [
    { name: 'a', symbol: 'a', unit: 'kW', about: 'factor', min: 0, max: 1e6 },
    { name: 'w', symbol: 'w', unit: '', about: 'weights', list: true, min: 0, max: 10 },
    { name: 'kind', symbol: '', unit: '', about: 'kind', words: ['plain', 'double'] },
    { name: 't', symbol: 't', unit: 'K', about: 'temperature', min: 0, standard: 300 },
  ],
  outputs: [{ name: 'y', unit: 'kW', about: 'sum' }],
  source: 'test',
  validity: 'test',
  run: (i) => ({ y: i.number('a') * i.list('w').reduce((s, v) => s + v, 0) * (i.word('kind') === 'double' ? 2 : 1) }),
};
const none = () => null;

describe('inputs', () => {
  it('from words: units of the same dimension, lists, files', () => {
    const load = (file: string) => (file === 'w.json' ? { flat: 1, count: 4, set: { 2: 5 } } : null);
    const given = inputsOfWords(formula, ['a=2 MW', 'w=@w.json', 'kind=double', 't=290 K'], load);
    expect(given).toEqual({ a: 2000, w: [1, 5, 1, 1], kind: 'double', t: 290 });
    expect(apply(formula, given)).toEqual({ y: 32_000 });
    expect(inputsOfWords(formula, ['w=1,2', 'a=1_000'], none)).toEqual({ w: [1, 2], a: 1000 });
    expect(inputsOfWords(formula, ['w=50%,1'], none)).toEqual({ w: [0.5, 1] });
  });

  it.each([
    [['a'], /not like name=value/],
    [['=3'], /not like name=value/],
    [['a=x'], /a is a number, not "x"/],
    [['a='], /a is a number/],
    [['a=NaN'], /a is a number/],
    [['a=Infinity'], /a is a number/],
    [['a=3 K'], /a takes kW, W, MW.*not "K"/],
    [['a=3 kWh'], /not "kWh"/],
    [['t=20 °C'], /t takes K.*not "°C"/],
    [['b=3'], /no input "b"; it has a, w, kind, t/],
    [['a=1', 'a=2'], /given twice/],
    [['w=@empty.json'], /JW_FORMULA_INPUT/],
    [['w=1,,2'], /w is a number/],
  ])('refuses %o', (words, message) => {
    expect(() => inputsOfWords(formula, words, none)).toThrow(message);
  });

  it.each([[null], [[1]], [3], [{ a: { b: 1 } }], [{ a: true }], [{ w: [1, 'x'] }], [{ w: { flat: 1, count: -1 } }]])(
    'refuses the JSON %j',
    (json) => {
      expect(() => inputsOfJson(formula, json)).toThrow(/JW_FORMULA_INPUT/);
    },
  );
});

describe('applying', () => {
  const rest = { w: [1, 2], kind: 'plain' };
  it('goes through lists where one value is wanted, together', () => {
    expect(apply(formula, { ...rest, a: [1, 2, 3] })).toEqual({ y: [3, 6, 9] });
    expect(apply(formula, { ...rest, a: [1, 2], kind: ['plain', 'double'] })).toEqual({ y: [3, 12] });
    expect(apply(formula, { ...rest, a: 1, w: [[1], [1, 2]] })).toEqual({ y: [1, 3] });
    expect(apply(formula, { ...rest, a: [] })).toEqual({ y: [] });
  });

  it('refuses lists of different lengths, and names the element that is out', () => {
    expect(() => apply(formula, { ...rest, a: [1, 2], t: [1, 2, 3] })).toThrow(/a has 2 elements and t has 3/);
    expect(() => apply(formula, { ...rest, a: [1, -1] })).toThrow(/element 1: .*a = -1.*JW_DOMAIN/);
  });
});

describe('cases', () => {
  it('are answered in order, with error objects', () => {
    const good = answerCase([formula], { function: 'test.sum.plain', inputs: { a: 2, w: [1], kind: 'plain' } });
    expect(good).toEqual({
      function: 'test.sum.plain',
      value: 2,
      unit: 'kW',
      outputs: { y: 2 },
      units: { y: 'kW' },
    });
    const codes = [
      null,
      3,
      {},
      { function: 'test.sum.plane' },
      { function: 'test.sum.plain', inputs: [] },
      { function: 'test.sum.plain', inputs: { a: 'x', w: [], kind: 'plain' } },
      { function: 'test.sum.plain', inputs: { a: -1, w: [], kind: 'plain' } },
    ].map((entry) => answerCase([formula], entry));
    expect(codes.map((c) => ('error' in c ? c.error.code : 'none'))).toEqual([
      'JW_FORMULA_JSON',
      'JW_FORMULA_JSON',
      'JW_FORMULA_JSON',
      'JW_FORMULA_UNKNOWN',
      'JW_FORMULA_INPUT',
      'JW_FORMULA_INPUT',
      'JW_DOMAIN',
    ]);
  });
});

describe('printing', () => {
  it('keeps nine digits and the unit', () => {
    expect(printValue(35.203079999, '°C')).toBe('35.20308 °C');
    expect(printValue([0.96, 0.1 + 0.2], '')).toBe('0.96, 0.3');
    expect(printValue(1e-15, 'm')).toBe('1e-15 m');
  });

  it('knows which units stand for one another', () => {
    expect(unitFactor('MW', 'kW')).toBe(1000);
    expect(unitFactor('hPa', 'Pa')).toBe(100);
    expect(unitFactor('%', '')).toBe(0.01);
    expect(unitFactor('C', '°C')).toBe(1);
    expect(unitFactor('°C', 'K')).toBeUndefined();
    expect(unitFactor('m', 'kW')).toBeUndefined();
  });
});
