import { fail } from '../errors/error.ts';
import type { Formula } from '../units/formula.ts';
import { nearestWord } from '../units/nearest.ts';

/** The component that a formula belongs to: `solar` of `solar.cell-temperature.faiman`. */
export function componentOf(name: string): string {
  return name.slice(0, Math.max(0, name.indexOf('.')));
}

/** Formulas by component, components and formulas in the order of their names. */
export function grouped(formulas: readonly Formula[]): ReadonlyMap<string, readonly Formula[]> {
  const groups = new Map<string, Formula[]>();
  for (const formula of [...formulas].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const component = componentOf(formula.name);
    const group = groups.get(component);
    if (group === undefined) groups.set(component, [formula]);
    else group.push(formula);
  }
  return groups;
}

/** The name that a misspelt one most likely meant; a topic or model alone ("faiman") finds the name that has it. */
function nearestName(name: string, formulas: readonly Formula[]): string | undefined {
  const names = formulas.map((f) => f.name);
  const whole = nearestWord(name, names);
  if (whole !== undefined) return whole;
  const parts = new Map(
    names.flatMap((full) =>
      full
        .split('.')
        .slice(1)
        .map((part) => [part, full] as const),
    ),
  );
  const last = name.split('.').at(-1) ?? name;
  const part = nearestWord(last, parts.keys());
  return part === undefined ? undefined : parts.get(part);
}

/** The formula of a name. @throws JW_FORMULA_UNKNOWN with the nearest name */
export function findFormula(formulas: readonly Formula[], name: string): Formula {
  const found = formulas.find((f) => f.name === name);
  if (found !== undefined) return found;
  const near = nearestName(name, formulas);
  const hint = near === undefined ? '`joulewright calc` lists them all' : `did you mean ${near}?`;
  return fail('JW_FORMULA_UNKNOWN', { name, hint });
}

/** Formulas whose name, description, source or outputs contain every word of the text, letter case ignored. */
export function search(formulas: readonly Formula[], text: string): readonly Formula[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return formulas.filter((f) => {
    const ios = [...f.inputs, ...f.outputs].map((io) => `${io.name} ${io.about}`).join(' ');
    const all = `${f.name} ${f.about} ${f.source} ${f.equation} ${ios}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
