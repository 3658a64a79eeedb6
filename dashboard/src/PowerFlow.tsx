import type { CSSProperties } from 'react';
import type { LiveSnapshot } from '../../src/server/api.ts';
import { siteFlow } from '../../src/view/energyFlow.ts';
import { formatCount, formatPower } from '../../src/view/format.ts';
import { layoutFlow, type PlacedLink, type PlacedNode } from '../../src/view/plots/flow.ts';
import { color } from '../../src/view/tokens.ts';
import { useWidth } from './size.ts';

/** Room above the bars for the names of those that have ribbons on both sides, px. */
const HEAD = 30;
/** Below this many kW a flow is none: a meter's noise should not make a line. */
const NOTHING_KW = 0.05;

function graphOf({ flows, tokens, battery }: LiveSnapshot) {
  const positive = (kw: number): number => (kw > NOTHING_KW ? kw : 0);
  // Devices keep their places while they rest, so that the picture stands still and only the flows move.
  const idle = new Set([
    'solar',
    'gridImport',
    'it',
    'cooling',
    'losses',
    ...(battery === null ? [] : ['discharge', 'charge']),
  ]);
  return siteFlow(
    {
      solar: positive(flows.solarKw),
      wind: positive(flows.windKw),
      discharge: positive(flows.batteryKw),
      generator: positive(flows.generatorKw),
      gridImport: positive(flows.gridKw),
      it: positive(flows.itKw),
      cooling: positive(flows.coolingKw),
      losses: positive(flows.lossesKw),
      charge: positive(-flows.batteryKw),
      gridExport: positive(-flows.gridKw),
    },
    { amount: formatPower, tokens: `${formatCount(tokens.outputPerS)} tok/s`, idle },
  );
}

/** Power from sun to token, as it flows now. */
export function PowerFlow({ snapshot }: { snapshot: LiveSnapshot }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const graph = graphOf(snapshot);
  const across = width >= 560;
  const height = across ? 372 : 470;
  const placed = layoutFlow(graph, {
    width,
    height: across ? height - HEAD : height,
    direction: across ? 'across' : 'down',
    slot: across ? 46 : Math.min(66, width / 5.2),
    bar: across ? 12 : 10,
    margin: across ? [104, 104] : [38, 38],
    atLeast: 50,
  });
  const words = graph.nodes.map((n) => `${n.label} ${n.figure}`).join(', ');
  return (
    <div ref={ref} className="flow" style={{ minHeight: height }}>
      {width === 0 ? null : (
        <svg
          role="img"
          aria-label={`Power flow from sun to token: ${words}`}
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
        >
          <title>Power flow from sun to token</title>
          <g transform={across ? `translate(0 ${HEAD})` : undefined}>
            {placed.links.map((link) => (
              <Ribbon key={`${link.from}-${link.to}`} link={link} />
            ))}
            {placed.nodes.map((node) => (
              <Bar key={node.id} node={node} across={across} width={width} />
            ))}
          </g>
        </svg>
      )}
    </div>
  );
}

function Ribbon({ link }: { link: PlacedLink }) {
  const thick = Math.max(1, link.thickness);
  // A wide flow moves no faster than a narrow one by much: calm, but one sees which is the strong one.
  const seconds = 5.5 - Math.min(3, thick / 22);
  const style: CSSProperties & Record<'--t', string> = { '--t': `${seconds.toFixed(1)}s` };
  const clip = `clip-${link.from}-${link.to}`;
  return (
    <g>
      <clipPath id={clip}>
        <path d={link.ribbon} />
      </clipPath>
      <path d={link.ribbon} fill={color(link.color)} fillOpacity={0.3} />
      <path
        className="stream"
        d={link.d}
        clipPath={`url(#${clip})`}
        fill="none"
        stroke={color(link.color)}
        strokeWidth={thick * 1.5 + 1}
        style={style}
      />
    </g>
  );
}

function Bar({ node, across, width }: { node: PlacedNode; across: boolean; width: number }) {
  const resting = node.value <= 0;
  const name = <tspan className="node-name">{node.label}</tspan>;
  return (
    <g className={resting ? 'node resting' : 'node'}>
      <rect x={node.x} y={node.y} width={node.width} height={node.height} rx={2} fill={color(node.color)} />
      {across ? (
        <Beside node={node}>{name}</Beside>
      ) : (
        <Below node={node} width={width}>
          {name}
        </Below>
      )}
    </g>
  );
}

function Beside({ node, children }: { node: PlacedNode; children: React.ReactNode }) {
  const first = node.stage === 0;
  const middle = node.y + node.height / 2;
  // Ribbons come and go on both sides of these two: their names stand above.
  if (node.id === 'bus' || node.id === 'it') {
    const x = node.x + node.width / 2;
    return (
      <text textAnchor="middle" x={x} y={node.y - 24}>
        {children}
        <tspan className="node-figure" x={x} dy={16}>
          {node.figure}
        </tspan>
      </text>
    );
  }
  const x = first ? node.x - 10 : node.x + node.width + 10;
  return (
    <text textAnchor={first ? 'end' : 'start'} x={x} y={middle - 3}>
      {children}
      <tspan className="node-figure" x={x} dy={16}>
        {node.figure}
      </tspan>
    </text>
  );
}

function Below({ node, width, children }: { node: PlacedNode; width: number; children: React.ReactNode }) {
  if (node.id === 'bus') {
    const x = node.x + node.width + 9;
    return (
      <text textAnchor="start" x={x} y={node.y + 4}>
        {children}
        <tspan className="node-figure" x={x} dy={14}>
          {node.figure}
        </tspan>
      </text>
    );
  }
  const x = Math.min(width - 30, Math.max(30, node.x + node.width / 2));
  const y = node.stage === 0 ? node.y - 22 : node.y + node.height + 15;
  return (
    <text textAnchor="middle" x={x} y={y}>
      {children}
      <tspan className="node-figure" x={x} dy={14}>
        {node.figure}
      </tspan>
    </text>
  );
}
