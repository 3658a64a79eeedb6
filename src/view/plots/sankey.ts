import { escapeText, type Frame, label, px, svg } from '../svg.ts';
import { color } from '../tokens.ts';
import { type FlowGraph, layoutFlow, type PlacedNode } from './flow.ts';

/** A flow graph drawn as a Sankey diagram: names and figures beside the bars. */
export interface SankeyPlot extends Frame {
  readonly graph: FlowGraph;
}

/** Room above the bars for the names of those that have ribbons on both sides, px. */
const HEAD = 30;

/** Draws the graph across where there is room for labels beside the bars (560 px or more), down otherwise. */
export function sankeyPlot(plot: SankeyPlot): string {
  const across = plot.width >= 560;
  const placed = layoutFlow(plot.graph, {
    width: plot.width,
    height: across ? plot.height - HEAD : plot.height,
    direction: across ? 'across' : 'down',
    slot: across ? 40 : 62,
    bar: 10,
    margin: across ? [112, 132] : [36, 36],
  });
  let body = '';
  for (const link of placed.links) {
    body += `<path d="${link.ribbon}" fill="${color(link.color)}" fill-opacity="0.42"/>`;
  }
  for (const node of placed.nodes) {
    body += `<rect x="${px(node.x)}" y="${px(node.y)}" width="${px(node.width)}" height="${px(node.height)}" rx="2" fill="${color(node.color)}"><title>${escapeText(`${node.label}: ${node.figure}`)}</title></rect>`;
    body += across ? besideLabel(node) : belowLabel(node, plot.width);
  }
  return svg(plot, across ? `<g transform="translate(0 ${HEAD})">${body}</g>` : body);
}

function besideLabel(node: PlacedNode): string {
  const y = node.y + node.height / 2;
  const before = node.stage === 0;
  const x = before ? node.x - 9 : node.x + node.width + 9;
  const anchor = before ? 'end' : 'start';
  // These two have ribbons on both sides: their labels go above, where nothing flows.
  if (node.id === 'bus' || node.id === 'it') {
    const middle = node.x + node.width / 2;
    return (
      label(middle, node.y - 22, node.label, { anchor: 'middle', ink: 'ink', weight: 600 }) +
      label(middle, node.y - 7, node.figure, { anchor: 'middle' })
    );
  }
  return label(x, y - 3, node.label, { anchor, ink: 'ink', weight: 600 }) + label(x, y + 12, node.figure, { anchor });
}

function belowLabel(node: PlacedNode, width: number): string {
  if (node.id === 'bus' && node.x + node.width + 70 < width) {
    const beside = node.x + node.width + 8;
    return (
      label(beside, node.y + 3, node.label, { ink: 'ink', weight: 600, size: 11 }) +
      label(beside, node.y + 16, node.figure, { size: 11 })
    );
  }
  const y = node.stage === 0 ? node.y - 20 : node.y + node.height + 14;
  const x = Math.min(width - 28, Math.max(28, node.x + node.width / 2));
  return (
    label(x, y, node.label, { anchor: 'middle', ink: 'ink', weight: 600, size: 11 }) +
    label(x, y + 13, node.figure, { anchor: 'middle', size: 11 })
  );
}
