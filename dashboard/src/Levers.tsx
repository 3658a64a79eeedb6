import { type FormEvent, useState } from 'react';
import type { LiveLever, LiveSnapshot } from '../../src/server/api.ts';
import { clockText, dateText } from '../../src/view/axis.ts';
import { formatCount, formatNumber } from '../../src/view/format.ts';
import { type Effect, isEffect, type LeverForm, OFFERED, operate, requestOf } from './operate.ts';

interface LeversProps {
  readonly levers: readonly LiveLever[];
  /** Site time. */
  readonly nowMs: number;
  readonly zone: string;
  readonly services: LiveSnapshot['services'];
  readonly hasBattery: boolean;
}

/** What is told of an effect: figure of the answer, name, unit. */
const TOLD: readonly (readonly [string, string, string])[] = [
  ['site_kwh', 'electricity', 'kWh'],
  ['import_kwh', 'from the grid', 'kWh'],
  ['generator_kwh', 'from generators', 'kWh'],
  ['money', 'running cost', ''],
  ['co2_kg', 'CO₂', 'kg'],
  ['output_tokens', 'output tokens', ''],
  ['requests_given_up', 'requests given up', ''],
];

/** Levers that are pulled, and the form that pulls another one once its effect was seen. */
export function Levers({ levers, nowMs, zone, hasBattery }: LeversProps) {
  const offered = OFFERED.filter(({ lever }) => hasBattery || lever !== 'hold-battery');
  const [open, setOpen] = useState(false);
  const [key, setKey] = useState('');
  const [form, setForm] = useState<LeverForm>({ lever: offered[0]!.lever, fields: {}, hours: '1' });
  const [effect, setEffect] = useState<Effect>();
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const chosen = offered.find(({ lever }) => lever === form.lever) ?? offered[0]!;
  const request = requestOf(form);
  const change = (next: Partial<LeverForm>): void => {
    setForm({ ...form, ...next });
    setEffect(undefined);
    setSaid('');
  };
  const ask = async (what: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setSaid('');
    try {
      await what();
    } catch (error) {
      setSaid(error instanceof Error ? error.message : String(error));
    }
    setBusy(false);
  };
  const preview = (event: FormEvent): void => {
    event.preventDefault();
    void ask(async () => {
      const answer = await operate(key, 'POST', '/preview', request);
      if (isEffect(answer)) setEffect(answer);
    });
  };
  const pull = () =>
    ask(async () => {
      await operate(key, 'POST', '', request);
      setEffect(undefined);
      setSaid('Pulled.');
    });
  const release = (id: number) =>
    ask(async () => {
      await operate(key, 'DELETE', `/${id}`);
      setSaid('Let go.');
    });
  return (
    <section className="levers" aria-label="Levers">
      {levers.length === 0 ? <p className="note">No lever is pulled.</p> : null}
      <ul className="pulled">
        {levers.map(({ id, text, fromMs, untilMs }) => (
          <li key={id}>
            <span className="what">{text}</span>
            <time dateTime={new Date(untilMs).toISOString()}>
              {fromMs > nowMs ? `from ${dateText(fromMs, zone)}, ${clockText(fromMs, zone)} ` : ''}until{' '}
              {clockText(untilMs, zone)}
            </time>
            {key === '' ? null : (
              <button type="button" disabled={busy} onClick={() => void release(id)} aria-label={`Let go: ${text}`}>
                Let go
              </button>
            )}
          </li>
        ))}
      </ul>
      {open ? (
        <form onSubmit={preview}>
          <label className="wide">
            <span>Key of an operator</span>
            <input type="password" autoComplete="off" value={key} onChange={(e) => setKey(e.target.value)} />
          </label>
          <label>
            <span>Lever</span>
            <select value={form.lever} onChange={(e) => change({ lever: e.target.value, fields: {} })}>
              {offered.map(({ lever, label }) => (
                <option key={lever} value={lever}>
                  {label}
                </option>
              ))}
            </select>
          </label>
          {chosen.fields.map((field) => {
            const value = form.fields[field.name] ?? field.value;
            const set = (typed: string): void => change({ fields: { ...form.fields, [field.name]: typed } });
            return (
              <label key={field.name} htmlFor={`lever-${field.name}`}>
                <span>{field.label}</span>
                {field.words === undefined ? (
                  <input
                    id={`lever-${field.name}`}
                    value={value}
                    inputMode={field.text === true ? 'text' : 'decimal'}
                    onChange={(e) => set(e.target.value)}
                  />
                ) : (
                  <select id={`lever-${field.name}`} value={value} onChange={(e) => set(e.target.value)}>
                    {field.words.map((word) => (
                      <option key={word}>{word}</option>
                    ))}
                  </select>
                )}
              </label>
            );
          })}
          <label>
            <span>for, hours</span>
            <input value={form.hours} inputMode="decimal" onChange={(e) => change({ hours: e.target.value })} />
          </label>
          <div className="acts">
            <button type="submit" disabled={busy || key === '' || request === undefined}>
              {busy && effect === undefined ? 'Asking…' : 'Show what it changes'}
            </button>
            <button type="button" className="plain" onClick={() => setOpen(false)}>
              Close
            </button>
          </div>
        </form>
      ) : (
        <button type="button" onClick={() => setOpen(true)}>
          Pull a lever…
        </button>
      )}
      {effect === undefined ? null : <EffectView effect={effect} busy={busy} onPull={() => void pull()} />}
      <p className="said" role="status">
        {said}
      </p>
    </section>
  );
}

function EffectView({ effect, busy, onPull }: { effect: Effect; busy: boolean; onPull: () => void }) {
  const changes = TOLD.filter(([key]) => Math.abs(effect.difference[key] ?? 0) > 0);
  return (
    <div className="effect">
      <h3>{effect.lever}: the plan of the next two days</h3>
      {changes.length === 0 ? (
        <p className="note">Nothing changes: it is planned so already.</p>
      ) : (
        <dl>
          {changes.map(([key, name, unit]) => {
            const value = effect.difference[key]!;
            const text =
              key === 'output_tokens' || Math.abs(value) >= 1e5
                ? formatCount(Math.abs(value))
                : formatNumber(Math.abs(value));
            return (
              <div key={key}>
                <dt>{name}</dt>
                <dd>
                  {value > 0 ? '+' : '−'}
                  {text} {key === 'money' ? effect.currency : unit}
                </dd>
              </div>
            );
          })}
        </dl>
      )}
      <button type="button" className="strong" disabled={busy} onClick={onPull}>
        Pull it
      </button>
    </div>
  );
}
