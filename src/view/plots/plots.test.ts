import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../series/grid.ts';
import { zoneOf } from '../../series/zone.ts';
import { siteFlow } from '../energyFlow.ts';
import { barTable, stackedBars } from './bars.ts';
import { curvesPlot } from './curves.ts';
import { durationPlot } from './duration.ts';
import { layoutFlow } from './flow.ts';
import { heatCells, heatMap } from './heatmap.ts';
import { sankeyPlot } from './sankey.ts';
import { stackPlot } from './stack.ts';

const zone = 'Asia/Tashkent';
const grid = { startMs: zoneOf(zone).instant(2025, 1, 1), stepMs: HOUR_MS, count: 8760 };
const values = Float64Array.from({ length: 8760 }, (_, i) => (i === 4000 ? 999 : 100 + 50 * Math.sin(i / 4)));
const frame = { width: 340, height: 240, title: 'A "title" <b>', desc: 'What it shows.' };

/** Numbers inside all attributes; a NaN or infinity in a drawing is a defect that a browser hides. */
function sound(svg: string): void {
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect(svg).toContain('role="img"');
  expect(svg).toContain('<title>A &quot;title&quot; &lt;b&gt;</title>');
  expect(svg).not.toMatch(/<b>|href|url\(/);
}

describe('plots', () => {
  const empty = new Float64Array(8760).fill(Number.NaN);
  const plots: Record<string, (v: Float64Array) => string> = {
    curves: (v) => curvesPlot({ ...frame, grid, zone, unit: 'kW', curves: [{ label: 'a', color: 'sun', values: v }] }),
    stack: (v) =>
      stackPlot({
        ...frame,
        grid,
        zone,
        unit: 'kW',
        layers: [{ label: 'a', color: 'sun', values: v }],
        line: { label: 'b', color: 'ink', values: v },
      }),
    duration: (v) => durationPlot({ ...frame, unit: 'kW', curves: [{ label: 'a', color: 'it', values: v }] }),
    heat: (v) => heatMap({ ...frame, grid, zone, unit: 'kW', color: 'alert', values: v }),
    bars: (v) =>
      stackedBars({
        ...frame,
        unit: 'MWh',
        categories: ['Jan', 'Feb'],
        groups: [[{ label: 'a', color: 'sun', values: v }]],
      }),
    table: (v) =>
      barTable({
        ...frame,
        rows: [
          { label: 'a', value: v[0]!, text: '1', color: 'sun' },
          { label: 'b', value: 2, text: '2', color: 'wind' },
        ],
      }),
  };
  it.each(Object.keys(plots))('%s draws sound SVG from a year, from nothing and from a flat line', (name) => {
    sound(plots[name]!(values));
    sound(plots[name]!(new Float64Array(8760)));
    if (name !== 'table') sound(plots[name]!(empty));
  });

  it('curves keep a single extreme hour of a year in sight, and say that means are drawn', () => {
    const drawn = plots['curves']!(values);
    expect(drawn).toMatch(/means of \d+ steps; bands reach/);
    expect(drawn).toContain('>1000<');
  });
});

describe('heat map', () => {
  it('puts every hour into its local cell', () => {
    const { cells, columns } = heatCells(
      grid,
      zone,
      Float64Array.from(values, (_, i) => i),
    );
    expect(columns).toBe(365);
    expect(cells[0]).toBe(0);
    expect(cells[24 * 10 + 7]).toBe(247);
    expect(cells[cells.length - 1]).toBe(8759);
  });

  it('keeps the worst hour when days share a column', () => {
    const { cells } = heatCells(grid, zone, values, 'max', 4);
    expect(Math.max(...cells)).toBe(999);
  });
});

const amount = fc.double({ min: 0, max: 5000, noNaN: true });
const amounts = fc.record({
  solar: amount,
  wind: amount,
  discharge: amount,
  generator: amount,
  gridImport: amount,
  it: amount,
  cooling: amount,
  losses: amount,
  charge: amount,
  gridExport: amount,
});

describe('flow', () => {
  it.each(['across', 'down'] as const)('keeps slots apart, bars inside and ribbons to scale, %s', (direction) => {
    fc.assert(
      fc.property(amounts, (a) => {
        const graph = siteFlow(a, { amount: String, tokens: '1' });
        const box = { width: 700, height: 420, direction, slot: 46, bar: 10, margin: [40, 40] as const };
        const placed = layoutFlow(graph, box);
        const room = direction === 'across' ? box.height : box.width;
        const along = placed.nodes.map((n) =>
          direction === 'across' ? { ...n, at: n.y, size: n.height } : { ...n, at: n.x, size: n.width },
        );
        for (const n of along) {
          expect(n.at).toBeGreaterThanOrEqual(-2);
          expect(n.at + n.size).toBeLessThanOrEqual(room + 2);
          expect(n.size).toBeGreaterThanOrEqual(Math.min(2, n.size));
        }
        for (let i = 1; i < along.length; i++) {
          const [p, q] = [along[i - 1]!, along[i]!];
          if (p.stage === q.stage)
            expect(q.at + q.size / 2 - (p.at + p.size / 2)).toBeGreaterThanOrEqual(box.slot - 1e-6);
        }
        for (const l of placed.links) expect(l.thickness).toBeCloseTo(l.value * placed.pxPerUnit, 6);
      }),
      { numRuns: 60 },
    );
  });

  it('shows idle devices only where asked, and nothing at all as a resting site', () => {
    const none = {
      solar: 0,
      wind: 0,
      discharge: 0,
      generator: 0,
      gridImport: 0,
      it: 0,
      cooling: 0,
      losses: 0,
      charge: 0,
      gridExport: 0,
    };
    expect(siteFlow(none, { amount: String, tokens: '0' }).nodes.map((n) => n.id)).toEqual(['bus']);
    const graph = siteFlow(none, { amount: String, tokens: '0', idle: new Set(['solar', 'it']) });
    expect(graph.nodes.map((n) => n.id)).toEqual(['solar', 'bus', 'it', 'tokens']);
    sound(sankeyPlot({ ...frame, graph }));
    sound(sankeyPlot({ ...frame, width: 800, graph }));
  });
});
