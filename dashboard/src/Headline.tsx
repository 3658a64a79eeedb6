import type { LiveDay, LiveSnapshot } from '../../src/server/api.ts';
import { formatCount, formatNumber, formatTokensPerJoule } from '../../src/view/format.ts';
import { linear } from '../../src/view/scale.ts';
import { areaPath, linePath } from '../../src/view/svg.ts';
import { color } from '../../src/view/tokens.ts';

/** Tokens per joule: the one figure that the whole site works for. */
export function Headline({ snapshot, day }: { snapshot: LiveSnapshot; day: LiveDay | undefined }) {
  const { now, today } = snapshot.tokensPerJoule;
  const { outputPerS, realOutputPerS, inputPerS } = snapshot.tokens;
  return (
    <>
      <p className="headline" data-testid="headline">
        {formatTokensPerJoule(now)}
        <small>tokens/J now</small>
      </p>
      <dl className="facts">
        <div>
          <dt>today</dt>
          <dd>
            {formatTokensPerJoule(today)} <small>tokens/J</small>
          </dd>
        </div>
        <div>
          <dt>one token costs</dt>
          <dd>
            {now > 0 ? formatNumber(1 / now) : '–'} <small>J</small>
          </dd>
        </div>
        <div>
          <dt>output</dt>
          <dd>
            {formatCount(outputPerS)} <small>tokens/s</small>
          </dd>
        </div>
        <div>
          <dt>input</dt>
          <dd>
            {formatCount(inputPerS)} <small>tokens/s</small>
          </dd>
        </div>
      </dl>
      <Spark values={day?.columns.tokensPerJoule} />
      <p className="note">
        Output tokens per joule delivered to the facility.{' '}
        {realOutputPerS > 0
          ? `${formatCount(realOutputPerS)} tokens/s of them through the gateway.`
          : 'Nothing came through the gateway just now.'}
      </p>
    </>
  );
}

function Spark({ values }: { values: readonly (number | null)[] | undefined }) {
  const known = (values ?? []).map((v) => v ?? Number.NaN);
  const top = Math.max(0, ...known.filter(Number.isFinite));
  if (known.length < 3 || top === 0) return null;
  const x = linear([0, known.length - 1], [0, 300]);
  const y = linear([0, top], [48, 3]);
  return (
    <>
      <svg className="spark" viewBox="0 0 300 48" preserveAspectRatio="none" aria-hidden="true">
        <path
          d={areaPath(
            x,
            y,
            known.map((v) => v * 0),
            known,
          )}
          fill={color('tokens')}
          fillOpacity={0.12}
        />
        <path
          d={linePath(x, y, known)}
          fill="none"
          stroke={color('tokens')}
          strokeWidth={1.6}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <p className="spark-name">
        <span>a day ago</span>
        <span>0 to {formatTokensPerJoule(top)} tokens/J</span>
        <span>now</span>
      </p>
    </>
  );
}
