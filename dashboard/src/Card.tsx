import { type ReactNode, useId } from 'react';

/** A titled part of the room. */
export function Card(props: { title: string; area: string; aside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={`card ${props.area}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{props.title}</h2>
        {props.aside}
      </header>
      {props.children}
    </section>
  );
}

/** A figure with its unit and a line of what stands behind it. */
export function Figure(props: { value: string; unit?: string; note?: string }) {
  return (
    <div className="figure">
      <p className="value">
        {props.value}
        {props.unit === undefined ? null : <small>{props.unit}</small>}
      </p>
      {props.note === undefined ? null : <p className="note">{keepUnits(props.note)}</p>}
    </div>
  );
}

/** Joins figures to their units, so that a line never breaks between them. */
function keepUnits(text: string): string {
  return text.replace(/(\d) (?=[A-Za-z%°])/g, '$1\u00a0');
}

/** Splits "2.1 MW" into figure and unit. */
export function splitUnit(text: string): { value: string; unit?: string } {
  const at = text.indexOf(' ');
  return at < 0 ? { value: text } : { value: text.slice(0, at), unit: text.slice(at + 1) };
}
