import { describe, expect, it } from 'vitest';
import { scatterPlot } from './scatter.ts';
import { signedBars } from './signedBars.ts';
import { stackRows } from './stackRows.ts';
import { tornadoPlot } from './tornado.ts';

const words = { title: 'A "title" <b>', desc: 'What it shows.' };

function sound(svg: string): void {
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg).toContain('role="img"');
  expect(svg).toContain('<title>A &quot;title&quot; &lt;b&gt;</title>');
  expect(svg).toContain('<desc>What it shows.</desc>');
}

/** Rectangles of a drawing with a fill of that name. */
function rects(svg: string, fill: string): { x: number; y: number; width: number; height: number }[] {
  return [
    ...svg.matchAll(
      /<rect x="([-\d.]+)" y="([-\d.]+)" width="([-\d.]+)" height="([-\d.]+)"[^>]*fill="var\(--jw-(\w+)/g,
    ),
  ]
    .filter((m) => m[5] === fill)
    .map((m) => ({ x: Number(m[1]), y: Number(m[2]), width: Number(m[3]), height: Number(m[4]) }));
}

describe.each([880, 328])('at %d px', (width) => {
  it('a tornado has a bar on each side of what stands', () => {
    const svg = tornadoPlot({
      ...words,
      width,
      base: 2,
      unit: 'USD/Mtoken',
      rows: [
        { label: 'chips', low: 1, high: 4, lowText: '-20 %', highText: '+20 %' },
        { label: 'requests', low: 2.5, high: 2.2, lowText: '-20 %', highText: '+20 %' },
        { label: 'nothing', low: 2, high: 2, lowText: '-1 %', highText: '+1 %' },
        { label: 'no plan', low: Number.NaN, high: 2.1, lowText: 'a', highText: 'b' },
      ],
    });
    sound(svg);
    // The first of each colour is the legend's.
    const [low, high] = [rects(svg, 'wind').slice(1), rects(svg, 'generator').slice(1)];
    expect(low[0]!.x + low[0]!.width).toBeCloseTo(high[0]!.x, 0);
    expect(high[0]!.width / low[0]!.width).toBeCloseTo(2, 1);
    expect(low[1]!.x).toBeCloseTo(high[1]!.x, 0);
    expect(svg.match(/>-20 %</g)).toHaveLength(2);
    expect(svg).not.toContain('>a<');
    for (const r of [...low, ...high]) expect(r.x).toBeGreaterThanOrEqual(0);
  });

  it('a scatter joins its frontier and leaves out names that would cover others', () => {
    const at = (x: number, y: number, label: string, frontier: boolean) => ({ x, y, label, frontier });
    const svg = scatterPlot({
      ...words,
      width,
      height: 300,
      xUnit: 't',
      yUnit: 'M',
      color: 'it',
      points: [
        { ...at(1, 5, 'as given', true), base: true },
        at(3, 2, 'without the grid', true),
        at(3, 5, 'dear', false),
        at(Number.NaN, 5, 'lost', false),
        ...Array.from({ length: 30 }, (_, i) => at(3.001, 5.001, `crowd ${i}`, false)),
      ],
    });
    sound(svg);
    expect(svg.match(/<circle/g)).toHaveLength(33);
    expect(svg.match(/stroke-linejoin/g)).toHaveLength(1);
    expect(svg).toMatch(/>as given<\/text>/);
    const shown = svg.match(/>crowd \d+<\/text>/g) ?? [];
    expect(shown.length).toBeLessThan(5);
    sound(scatterPlot({ ...words, width, height: 300, xUnit: '', yUnit: '', color: 'it', points: [] }));
  });

  it('signed bars meet at zero and the line goes through all years', () => {
    const svg = signedBars({
      ...words,
      width,
      height: 300,
      unit: 'M USD',
      categories: ['0', '1', '2'],
      parts: [
        { label: 'purchase', color: 'it', values: [-10, 0, Number.NaN] },
        { label: 'income', color: 'battery', values: [0, 4, 5] },
      ],
      line: { label: 'sum', color: 'ink', values: [-10, -6, -1] },
    });
    sound(svg);
    const [paid, got] = [rects(svg, 'it')[1]!, rects(svg, 'battery').slice(1)];
    expect(paid.y).toBeCloseTo(got[0]!.y + got[0]!.height, 0);
    expect(paid.height / got[1]!.height).toBeCloseTo(2, 1);
    expect(svg.match(/<circle/g)).toHaveLength(3);
  });

  it('rows of parts add up, with a mark where it is near and an arrow where it is far', () => {
    const row = (label: string, a: number, b: number, mark: number) => ({
      label,
      text: `${a + b}`,
      parts: [
        { label: 'chips', color: 'it' as const, value: a },
        { label: 'energy', color: 'sun' as const, value: b },
      ],
      marks: [{ value: mark, label: `market ${mark}` }],
    });
    const svg = stackRows({ ...words, width, unit: 'USD', rows: [row('chat', 3, 1, 5), row('code', 1, 1, 400)] });
    sound(svg);
    const [chips, energy] = [rects(svg, 'it').slice(1), rects(svg, 'sun').slice(1)];
    expect(chips[0]!.x + chips[0]!.width).toBeCloseTo(energy[0]!.x, 0);
    expect(chips[0]!.width / chips[1]!.width).toBeCloseTo(3, 1);
    expect(svg.match(/l6 5l-6 5/g)).toHaveLength(1);
    expect(svg).toContain('market 400');
    sound(stackRows({ ...words, width, unit: 'USD', rows: [] }));
  });

  it('labels of marks that would lie over each other, or over the figure of the row, stand in one line', () => {
    const marked = (...values: number[]) =>
      stackRows({
        ...words,
        width: 300,
        unit: 'USD',
        rows: [
          {
            label: 'archive',
            text: '4 USD',
            parts: [{ label: 'chips', color: 'it', value: 4 }],
            marks: values.map((value) => ({ value, label: `market ${value}` })),
          },
        ],
      });
    expect(marked(5.2, 5)).toContain('>market 5, market 5.2<');
    expect(marked(5, 400)).toContain('>market 5, market 400<');
    // At the left the label would lie over the name, which stands there: it goes to the edge.
    const svg = marked(0.2);
    expect(svg).toMatch(/<text[^>]* x="300"[^>]*>market 0\.2</);
    expect(marked(5)).not.toMatch(/<text[^>]* x="300"[^>]*>market 5</);
  });
});
