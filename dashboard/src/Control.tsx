import type { LiveControl, LiveShadow, LiveSnapshot } from '../../src/server/api.ts';
import { clockText } from '../../src/view/axis.ts';
import { formatCount, formatEnergy, formatNumber, formatTokensPerJoule } from '../../src/view/format.ts';
import { Levers } from './Levers.tsx';

/** What a mode means. */
const MODES = {
  control: 'Decisions are acted on.',
  advise: 'Decisions are told and not acted on; the plant runs on its plain default.',
  shadow: 'Decisions are not acted on; a second twin follows them and keeps the score.',
} as const;

/** Faults at the top of the room: what is wrong, and what that means. */
export function Faults({ control, zone }: { control: LiveControl; zone: string }) {
  if (control.faults.length === 0) return null;
  return (
    <div className="alarm faults" role="alert">
      <p>The fast rules decide alone until this is over:</p>
      <ul>
        {control.faults.map(({ id, text, sinceMs }) => (
          <li key={id}>
            <span>{text}</span> <time dateTime={new Date(sinceMs).toISOString()}>since {clockText(sinceMs, zone)}</time>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Who decides, what an operator has asked for, and the levers. */
export function Control({ snapshot }: { snapshot: LiveSnapshot }) {
  const { control, mode, site } = snapshot;
  const { plan } = control;
  return (
    <div className="control">
      <p className="decides" data-testid="decides">
        {control.decides === 'plan' ? 'The plan is followed' : 'The fast rules decide alone'}
      </p>
      <p className="note">
        {MODES[mode]}{' '}
        {plan === null
          ? 'No plan is in force.'
          : `Plan of ${clockText(plan.issuedMs, site.zone)}, good until ${clockText(plan.validUntilMs, site.zone)}.`}
      </p>
      {control.shadow === null ? null : <Score score={control.shadow} currency={site.currency} />}
      <Levers
        levers={control.levers}
        nowMs={snapshot.siteMs}
        zone={site.zone}
        services={snapshot.services}
        hasBattery={snapshot.battery !== null}
      />
    </div>
  );
}

/** What a shadow would have saved. */
function Score({ score, currency }: { score: LiveShadow; currency: string }) {
  const { hours, savedKwh, savedMoney, savedCo2Kg, moreTokens, moreStoredKwh } = score;
  const more = (value: number, text: string, other: string): string => (value >= 0 ? text : other);
  const facts: (readonly [string, string])[] = [
    [more(savedKwh, 'electricity saved', 'electricity more'), formatEnergy(Math.abs(savedKwh))],
    [more(savedMoney, 'money saved', 'money more'), `${formatNumber(Math.abs(savedMoney))} ${currency}`],
    [more(savedCo2Kg, 'CO₂ saved', 'CO₂ more'), `${formatNumber(Math.abs(savedCo2Kg))} kg`],
    [more(moreTokens, 'more tokens', 'fewer tokens'), formatCount(Math.abs(moreTokens))],
    [more(moreStoredKwh, 'more in its battery', 'less in its battery'), formatEnergy(Math.abs(moreStoredKwh))],
    [
      'tokens/J, plant and shadow',
      `${formatTokensPerJoule(score.plantTokensPerJoule)} · ${formatTokensPerJoule(score.shadowTokensPerJoule)}`,
    ],
  ];
  return (
    <section className="score" aria-label="Score of the shadow">
      <h3>Had it been in control for {formatNumber(hours)} h</h3>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
