import type { LiveSnapshot } from '../../src/server/api.ts';
import { clockText, dateText } from '../../src/view/axis.ts';
import { formatAge, formatCount, formatPower } from '../../src/view/format.ts';
import { Access } from './Access.tsx';
import { Card } from './Card.tsx';
import { Control, Faults } from './Control.tsx';
import { Curves } from './Curves.tsx';
import { Headline } from './Headline.tsx';
import { type Live, useDay, useLive, usePlan } from './live.ts';
import { Plan } from './Plan.tsx';
import { PowerFlow } from './PowerFlow.tsx';
import { Services } from './Services.tsx';
import { Tiles } from './Tiles.tsx';

/** What the program may do here. */
const MODES = { advise: 'only advises', shadow: 'shadow: acts on nothing', control: 'in control' } as const;

/** The control room: one view of the site. */
export function Room() {
  const live = useLive('/api/live');
  const { snapshot } = live;
  const day = useDay('/api/day', snapshot?.speed ?? 1, live.link === 'live');
  const plan = usePlan('/api/plan', snapshot?.control.plan?.issuedMs);
  if (snapshot === undefined) return <Waiting live={live} />;
  const model = snapshot.services.find((s) => s.kind === 'interactive')?.id ?? snapshot.services[0]?.id ?? 'MODEL';
  return (
    <div className={live.link === 'stale' ? 'room stale' : 'room'}>
      <TopBar live={live} snapshot={snapshot} />
      <main>
        {snapshot.flows.shortKw > 0.05 ? (
          <p className="alarm" role="alert">
            Short by {formatPower(snapshot.flows.shortKw)}: this much is wanted and not delivered.
          </p>
        ) : null}
        <Faults control={snapshot.control} zone={snapshot.site.zone} />
        <Card title="Tokens per joule" area="area-headline">
          <Headline snapshot={snapshot} day={day} />
        </Card>
        <Card title="From sun to token" area="area-flow" aside={<Curtailed kw={snapshot.flows.curtailedKw} />}>
          <PowerFlow snapshot={snapshot} />
        </Card>
        <Tiles snapshot={snapshot} />
        <Card title="The next two days, as planned" area="area-plan">
          <Plan plan={plan} zone={snapshot.site.zone} currency={snapshot.site.currency} nowMs={snapshot.siteMs} />
        </Card>
        <Card title="Who decides" area="area-control">
          <Control snapshot={snapshot} />
        </Card>
        <Card title="The last day" area="area-curves">
          <Curves day={day} zone={snapshot.site.zone} />
        </Card>
        <Card title="What changed, and why" area="area-events">
          <Events snapshot={snapshot} />
        </Card>
        <Card title="Services" area="area-services">
          <Services services={snapshot.services} />
        </Card>
        <Card title="Use it" area="area-access">
          <Access model={model} />
        </Card>
      </main>
      <footer>
        Policy {snapshot.policy}, mode {snapshot.mode}. The same figures as data: <a href="/api/live">/api/live</a>,{' '}
        <a href="/api/day">/api/day</a>, <a href="/api/plan">/api/plan</a>.
      </footer>
    </div>
  );
}

function TopBar({ live, snapshot }: { live: Live; snapshot: LiveSnapshot }) {
  const { site, siteMs, speed } = snapshot;
  return (
    <header className="bar">
      <div className="brand">
        <span className="mark" aria-hidden="true" />
        <h1>{site.name}</h1>
        <span className="product">Joulewright</span>
      </div>
      <p className="time">
        {dateText(siteMs, site.zone)},{' '}
        <time dateTime={new Date(siteMs).toISOString()}>{clockText(siteMs, site.zone, speed <= 60)}</time>
        <span className="zone">{site.zone}</span>
      </p>
      <ul className="badges" aria-label="State of the site">
        {snapshot.plant === 'simulated' ? (
          <li className="badge simulated">simulated plant</li>
        ) : (
          <li className="badge">real plant</li>
        )}
        {speed === 1 ? null : <li className="badge">time × {formatCount(speed)}</li>}
        <li className="badge">{MODES[snapshot.mode]}</li>
        <li>
          <span className={`badge link ${live.link}`} role="status">
            {live.link === 'stale' ? `data is ${formatAge(live.ageMs)} old, reconnecting` : 'live'}
          </span>
        </li>
      </ul>
    </header>
  );
}

function Curtailed({ kw }: { kw: number }) {
  return kw < 0.5 ? null : <p className="aside">{formatPower(kw)} more could be had and is not used</p>;
}

function Events({ snapshot }: { snapshot: LiveSnapshot }) {
  if (snapshot.events.length === 0) return <p className="empty">Nothing has changed yet.</p>;
  return (
    <ol className="events">
      {snapshot.events.map((e) => (
        <li key={`${e.siteMs} ${e.text}`}>
          <time dateTime={new Date(e.siteMs).toISOString()}>{clockText(e.siteMs, snapshot.site.zone)}</time>
          <span>{e.text}</span>
        </li>
      ))}
    </ol>
  );
}

function Waiting({ live }: { live: Live }) {
  const words = live.unreadable
    ? 'The server answers, but not with what this page can read. Reload the page to get the one that fits.'
    : live.link === 'stale'
      ? `No data for ${formatAge(live.ageMs)}. Is the site running? This page keeps trying.`
      : 'Connecting to the site…';
  return (
    <main className="waiting">
      <span className="mark" aria-hidden="true" />
      <h1>Joulewright</h1>
      <p role="status">{words}</p>
    </main>
  );
}
