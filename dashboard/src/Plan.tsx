import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { LivePlan } from '../../src/server/api.ts';
import { clockText, dateText, timeTicks } from '../../src/view/axis.ts';
import { formatCount, formatEnergy, formatNumber, formatPower } from '../../src/view/format.ts';
import { linear, niceTicks, type Scale } from '../../src/view/scale.ts';
import { type ColorName, color } from '../../src/view/tokens.ts';
import { feeding, type Layer, segmentAt, stacked, stepArea, stepLine, taking } from './planShape.ts';
import { useWidth } from './size.ts';

/** Heights of the three pictures and the gaps between them, px. */
const HEIGHTS = { power: 210, tokens: 54, price: 54, gap: 34, head: 22, foot: 24 } as const;
const LEFT = 52;

interface PlanProps {
  readonly plan: LivePlan;
  readonly zone: string;
  readonly currency: string;
  /** Site time, ms. */
  readonly nowMs: number;
}

/** The two days that come, as planned: where power comes from, what it gives, what it is worth, and why. */
export function Plan({ plan, ...rest }: Omit<PlanProps, 'plan'> & { plan: LivePlan | undefined }) {
  if (plan === undefined || plan.startMs.length < 2) {
    return <p className="empty">No plan is in force: the fast rules decide second by second.</p>;
  }
  return <Planned plan={plan} {...rest} />;
}

function Planned({ plan, zone, currency, nowMs }: PlanProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const [pointed, setPointed] = useState<number>();
  const at = Math.min(pointed ?? segmentAt(plan, nowMs), plan.startMs.length - 1);
  return (
    <div className="plan">
      <div ref={ref} className="plan-picture">
        {width === 0 ? null : (
          <Picture plan={plan} zone={zone} currency={currency} width={width} at={at} onPoint={setPointed} />
        )}
      </div>
      <Moment plan={plan} zone={zone} currency={currency} at={at} now={pointed === undefined} />
    </div>
  );
}

interface PictureProps {
  readonly plan: LivePlan;
  readonly zone: string;
  readonly currency: string;
  readonly width: number;
  readonly at: number;
  readonly onPoint: (segment: number | undefined) => void;
}

function Picture({ plan, zone, currency, width, at, onPoint }: PictureProps) {
  const { columns, startMs, endMs } = plan;
  const [from, until] = [startMs[0]!, endMs.at(-1)!];
  const x = linear([from, until], [LEFT, width - 4]);
  const layers = feeding(plan);
  const sinks = taking(plan);
  const high = Math.max(1, ...columns.loadKw, ...(stacked(layers, startMs.length).at(-1) ?? []));
  const low = Math.min(0, ...(stacked(sinks, startMs.length).at(-1) ?? []));
  const ticks = niceTicks(low, high, 6);
  const top = HEIGHTS.head;
  const power = linear(ticks.domain, [top + HEIGHTS.power, top]);
  const tokensTop = top + HEIGHTS.power + HEIGHTS.gap;
  const tokens = linear([0, Math.max(1, ...columns.outputTokensPerS)], [tokensTop + HEIGHTS.tokens, tokensTop]);
  const priceTop = tokensTop + HEIGHTS.tokens + HEIGHTS.gap;
  const price = linear([0, Math.max(1e-6, ...columns.pricePerKwh)], [priceTop + HEIGHTS.price, priceTop]);
  const bottom = priceTop + HEIGHTS.price;
  const place = (event: PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / Math.max(1, width - 4 - LEFT);
    onPoint(segmentAt(plan, from + Math.min(1, Math.max(0, share)) * (until - from)));
  };
  const step = (event: KeyboardEvent<SVGSVGElement>): void => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    onPoint(Math.min(startMs.length - 1, Math.max(0, at + by)));
  };
  const marks = timeTicks(from, until, zone, width < 520 ? 5 : 9);
  const [markFrom, markTo] = [x(startMs[at]!), x(endMs[at]!)];
  return (
    <svg
      role="img"
      aria-label={`Plan from ${clockText(from, zone)} for ${Math.round((until - from) / 3_600_000)} hours: power by source, tokens and price. Arrow keys go through it.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the keys are the only way to read the picture without a pointer
      tabIndex={0}
      width={width}
      height={bottom + HEIGHTS.foot}
      viewBox={`0 0 ${width} ${bottom + HEIGHTS.foot}`}
      onPointerMove={place}
      onPointerDown={place}
      onPointerLeave={(event) => (event.pointerType === 'mouse' ? onPoint(undefined) : undefined)}
      onKeyDown={step}
      onBlur={() => onPoint(undefined)}
    >
      <title>Plan of the next two days</title>
      <Legend layers={layers} width={width} />
      {ticks.ticks.map((tick) => (
        <g key={tick}>
          <line
            x1={LEFT}
            x2={width - 4}
            y1={power(tick)}
            y2={power(tick)}
            stroke={color('line')}
            strokeWidth={tick === 0 ? 1.4 : 1}
          />
          <text x={LEFT - 8} y={power(tick) + 4} textAnchor="end" className="tick">
            {formatNumber(tick)}
          </text>
        </g>
      ))}
      <Stack plan={plan} layers={layers} x={x} y={power} opacity={0.86} />
      <Stack plan={plan} layers={sinks} x={x} y={power} opacity={0.42} />
      <path d={stepLine(plan, x, power, columns.loadKw)} fill="none" stroke={color('ink')} strokeWidth={1.7} />
      <Strip
        plan={plan}
        x={x}
        y={tokens}
        values={columns.outputTokensPerS}
        fill="tokens"
        name="Output tokens"
        most={`${formatCount(Math.max(...columns.outputTokensPerS))}/s`}
        width={width}
      />
      <Strip
        plan={plan}
        x={x}
        y={price}
        values={columns.pricePerKwh.map((p) => Math.max(0, p))}
        fill="it"
        name="Worth of one more kWh"
        most={`${formatNumber(Math.max(...columns.pricePerKwh), 2)} ${currency}`}
        width={width}
      />
      {marks.map(({ ms, label }) => (
        <g key={ms}>
          <line x1={x(ms)} x2={x(ms)} y1={bottom} y2={bottom + 4} stroke={color('muted')} />
          {x(ms) < LEFT + 14 || x(ms) > width - 20 ? null : (
            <text x={x(ms)} y={bottom + 18} textAnchor="middle" className="tick">
              {label}
            </text>
          )}
        </g>
      ))}
      <rect x={markFrom} width={Math.max(1.5, markTo - markFrom)} y={top} height={bottom - top} className="plan-mark" />
    </svg>
  );
}

function Legend({ layers, width }: { layers: readonly Layer[]; width: number }) {
  const narrow = width < 520;
  const each = narrow ? 62 : 86;
  return (
    <g className="plan-legend">
      {layers.map(({ label, color: name }, i) => (
        <g key={label} transform={`translate(${LEFT + i * each} 0)`}>
          <rect width={10} height={10} y={1} rx={2} fill={color(name)} />
          <text x={14} y={10}>
            {narrow && label === 'Generator' ? 'Gen.' : label}
          </text>
        </g>
      ))}
      <g transform={`translate(${LEFT + layers.length * each} 0)`}>
        <line x1={0} x2={12} y1={6} y2={6} stroke={color('ink')} strokeWidth={1.7} />
        <text x={17} y={10}>
          {narrow ? 'Load' : 'Load of the site'}
        </text>
      </g>
      <text x={LEFT - 8} y={10} textAnchor="end">
        kW
      </text>
    </g>
  );
}

function Stack({
  plan,
  layers,
  x,
  y,
  opacity,
}: {
  plan: LivePlan;
  layers: readonly Layer[];
  x: Scale;
  y: Scale;
  opacity: number;
}) {
  const edges = stacked(layers, plan.startMs.length);
  return (
    <>
      {layers.map(({ label, color: name }, l) => (
        <path key={label} d={stepArea(plan, x, y, edges[l]!, edges[l + 1]!)} fill={color(name)} fillOpacity={opacity} />
      ))}
    </>
  );
}

interface StripProps {
  readonly plan: LivePlan;
  readonly x: Scale;
  readonly y: Scale;
  readonly values: readonly number[];
  readonly fill: ColorName;
  readonly name: string;
  readonly most: string;
  readonly width: number;
}

/** A small picture below the large one, with what its top stands for. */
function Strip({ plan, x, y, values, fill, name, most, width }: StripProps) {
  const [bottom, top] = y.range;
  const zeros = values.map(() => 0);
  return (
    <g>
      <text x={LEFT} y={top - 8} className="strip-name">
        {name}
      </text>
      <text x={width - 4} y={top - 8} textAnchor="end" className="tick">
        up to {most}
      </text>
      <path d={stepArea(plan, x, y, zeros, values)} fill={color(fill)} fillOpacity={0.16} />
      <path d={stepLine(plan, x, y, values)} fill="none" stroke={color(fill)} strokeWidth={1.6} />
      <line x1={LEFT} x2={width - 4} y1={bottom} y2={bottom} stroke={color('line')} />
    </g>
  );
}

interface MomentProps {
  readonly plan: LivePlan;
  readonly zone: string;
  readonly currency: string;
  readonly at: number;
  readonly now: boolean;
}

/** What is planned for one segment, in figures and words. */
function Moment({ plan, zone, currency, at, now }: MomentProps) {
  const { columns, startMs, endMs, reasons } = plan;
  const battery = columns.batteryKw[at]!;
  const grid = columns.gridKw[at]!;
  const facts: (readonly [string, string])[] = [
    ['load', formatPower(columns.loadKw[at]!)],
    ['sun and wind', formatPower(columns.solarKw[at]! + columns.windKw[at]!)],
    [battery < 0 ? 'into the battery' : 'from the battery', formatPower(Math.abs(battery))],
    [grid < 0 ? 'to the grid' : 'from the grid', formatPower(Math.abs(grid))],
    ['held in the battery', formatEnergy(columns.storedKwh[at]!)],
    ['output', `${formatCount(columns.outputTokensPerS[at]!)} tokens/s`],
    ['replicas at work', formatNumber(columns.replicas[at]!, 4)],
    ...(columns.asleep === undefined ? [] : ([['replicas asleep', formatNumber(columns.asleep[at]!, 4)]] as const)),
    ['one more kWh', `${formatNumber(columns.pricePerKwh[at]!, 2)} ${currency}`],
  ];
  const told = reasons[at] ?? [];
  const day = dateText(startMs[at]!, zone);
  return (
    <div className="moment" aria-live="polite">
      <h3>
        {now ? 'Now, ' : `${day}, `}
        {clockText(startMs[at]!, zone)} to {clockText(endMs[at]!, zone)}
      </h3>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {columns.shortKw[at]! > 0.05 ? <p className="short">Short by {formatPower(columns.shortKw[at]!)}.</p> : null}
      {told.length === 0 ? (
        <p className="note">Nothing to weigh here: what is cheapest is also what is needed.</p>
      ) : (
        <ul className="reasons">
          {told.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
