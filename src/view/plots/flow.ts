import type { ColorName } from '../tokens.ts';

/** A place that power comes from, passes or goes to. */
export interface FlowNode {
  readonly id: string;
  readonly label: string;
  readonly color: ColorName;
  /** The stage it stands in, 0 first. */
  readonly stage: number;
  /** A second line under the name: its figure. */
  readonly figure: string;
}

/** Power from one node to another; `value` >= 0 in any one unit. */
export interface FlowLink {
  readonly from: string;
  readonly to: string;
  readonly value: number;
  readonly color: ColorName;
}

/** Nodes and links; nodes of a stage stand in the order given. */
export interface FlowGraph {
  readonly nodes: readonly FlowNode[];
  readonly links: readonly FlowLink[];
}

/** Where and how large to lay a graph out. */
export interface FlowBox {
  readonly width: number;
  readonly height: number;
  /** `across`: stages from left to right; `down`: from top to bottom, for a phone. */
  readonly direction: 'across' | 'down';
  /** Least room per node along its stage, px: what a label needs. */
  readonly slot: number;
  /** Thickness of a node's bar, px. */
  readonly bar: number;
  /** Room before the first and after the last stage for labels, px. */
  readonly margin: readonly [number, number];
  /** Value that the scale is made for at least, so that a live picture does not jump when power is low. */
  readonly atLeast?: number;
}

/** A node with its bar; x, y, width, height in px. */
export interface PlacedNode extends FlowNode {
  readonly value: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A link as a ribbon `thickness` px wide: its area, and its middle line. */
export interface PlacedLink extends FlowLink {
  readonly ribbon: string;
  readonly d: string;
  readonly thickness: number;
}

/** A graph in its place. */
export interface PlacedFlow {
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly PlacedLink[];
  readonly pxPerUnit: number;
}

interface Spot {
  readonly node: FlowNode;
  readonly value: number;
  readonly at: number;
  readonly size: number;
}

/**
 * Lays out a Sankey diagram in stages. Every node gets a slot of at least `slot` px along its stage, so that labels never
 * touch however small the flow; bars and ribbons share one scale, the largest at which the fullest stage still fits.
 * A node's value is the larger of what enters and what leaves it.
 */
export function layoutFlow(graph: FlowGraph, box: FlowBox): PlacedFlow {
  const value = (id: string): number => {
    const sum = (end: 'from' | 'to'): number =>
      graph.links.reduce((s, l) => (l[end] === id ? s + Math.max(0, l.value) : s), 0);
    return Math.max(sum('from'), sum('to'));
  };
  const stages: { node: FlowNode; value: number }[][] = [];
  for (const node of graph.nodes) {
    stages[node.stage] ??= [];
    stages[node.stage]!.push({ node, value: value(node.id) });
  }
  const room = box.direction === 'across' ? box.height : box.width;
  const pxPerUnit = largestScale(stages, room, box);
  const spots = new Map<string, Spot>();
  for (const stage of stages) {
    if (stage === undefined) continue;
    const slots = stage.map((s) => Math.max(box.slot, s.value * pxPerUnit));
    const gap = (room - slots.reduce((a, b) => a + b, 0)) / stage.length;
    let at = gap / 2;
    stage.forEach((s, i) => {
      const size = s.value * pxPerUnit;
      spots.set(s.node.id, { node: s.node, value: s.value, at: at + (slots[i]! - size) / 2, size });
      at += slots[i]! + gap;
    });
  }
  return {
    nodes: placeNodes(spots, stages.length, box),
    links: placeLinks(graph, spots, stages.length, box, pxPerUnit),
    pxPerUnit,
  };
}

function largestScale(stages: readonly (readonly { value: number }[])[], room: number, box: FlowBox): number {
  const need = (k: number): number =>
    Math.max(...stages.map((stage) => (stage ?? []).reduce((sum, s) => sum + Math.max(box.slot, s.value * k), 0)));
  const total = Math.max(
    box.atLeast ?? 0,
    ...stages.map((stage) => (stage ?? []).reduce((sum, s) => sum + s.value, 0)),
  );
  if (!(total > 0)) return 0;
  let low = 0;
  // A ribbon as thick as the stage is long would leave no picture: at most half of it.
  let high = (0.5 * room) / total;
  if (need(high) <= room) return high;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (need(middle) <= room) low = middle;
    else high = middle;
  }
  return low;
}

function stagePlace(stage: number, stages: number, box: FlowBox): number {
  const length = (box.direction === 'across' ? box.width : box.height) - box.margin[0] - box.margin[1] - box.bar;
  return box.margin[0] + (stages < 2 ? 0 : (stage / (stages - 1)) * length);
}

function placeNodes(spots: ReadonlyMap<string, Spot>, stages: number, box: FlowBox): PlacedNode[] {
  return [...spots.values()].map(({ node, value, at, size }) => {
    const along = stagePlace(node.stage, stages, box);
    const long = Math.max(size, 2);
    const start = at - (long - size) / 2;
    return box.direction === 'across'
      ? { ...node, value, x: along, y: start, width: box.bar, height: long }
      : { ...node, value, x: start, y: along, width: long, height: box.bar };
  });
}

function placeLinks(
  graph: FlowGraph,
  spots: ReadonlyMap<string, Spot>,
  stages: number,
  box: FlowBox,
  k: number,
): PlacedLink[] {
  const order = (id: string): number => spots.get(id)?.at ?? 0;
  const left = new Map<string, number>();
  const entered = new Map<string, number>();
  const take = (used: Map<string, number>, id: string, size: number): number => {
    const before = used.get(id) ?? 0;
    used.set(id, before + size);
    return order(id) + before + size / 2;
  };
  const known = graph.links.filter((l) => l.value > 0 && spots.has(l.from) && spots.has(l.to));
  // Ribbons leave a bar in the order of where they go and enter in the order of where they come from, so that few cross.
  const starts = new Map(
    [...known].sort((a, b) => order(a.to) - order(b.to)).map((l) => [l, take(left, l.from, l.value * k)]),
  );
  const ends = new Map(
    [...known].sort((a, b) => order(a.from) - order(b.from)).map((l) => [l, take(entered, l.to, l.value * k)]),
  );
  return known.map((link) => {
    const a = stagePlace(spots.get(link.from)!.node.stage, stages, box) + box.bar;
    const b = stagePlace(spots.get(link.to)!.node.stage, stages, box);
    const [p, q] = [starts.get(link)!, ends.get(link)!];
    const thickness = link.value * k;
    return {
      ...link,
      d: middleLine(a, b, p, q, box),
      ribbon: ribbonPath(a, b, p, q, Math.max(0.8, thickness) / 2, box),
      thickness,
    };
  });
}

const tenth = (n: number): string => String(Math.round(n * 10) / 10);

function middleLine(a: number, b: number, p: number, q: number, { direction }: FlowBox): string {
  const m = (a + b) / 2;
  const at = (along: number, cross: number): string =>
    direction === 'across' ? `${tenth(along)} ${tenth(cross)}` : `${tenth(cross)} ${tenth(along)}`;
  return `M${at(a, p)}C${at(m, p)} ${at(m, q)} ${at(b, q)}`;
}

/** An area, not a thick line: a thick line bulges over its bars where it turns steeply. */
function ribbonPath(a: number, b: number, p: number, q: number, half: number, { direction }: FlowBox): string {
  const m = (a + b) / 2;
  const at = (along: number, cross: number): string =>
    direction === 'across' ? `${tenth(along)} ${tenth(cross)}` : `${tenth(cross)} ${tenth(along)}`;
  return (
    `M${at(a, p - half)}C${at(m, p - half)} ${at(m, q - half)} ${at(b, q - half)}` +
    `L${at(b, q + half)}C${at(m, q + half)} ${at(m, p + half)} ${at(a, p + half)}Z`
  );
}
