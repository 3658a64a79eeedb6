import { fail } from '../errors/error.ts';
import type { Accelerator, AcceleratorRow, Catalog, Model, ModelRow } from './catalog.ts';
import { type Found, findAccelerator, findModel } from './find.ts';
import { type Trust, type Usable, usableAccelerator, usableModel } from './usable.ts';

/** What a name stands for, or why it cannot be planned with and what to do about it. */
export type Chosen<T> =
  | { readonly value: T; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: { readonly message: string; readonly hint: string } };

type Kind = 'accelerator' | 'model';

function chosen<R extends { readonly id: string }, T>(
  kind: Kind,
  name: string,
  { row, near = [] }: Found<R>,
  usable: (row: R) => Usable<T>,
): Chosen<T> {
  if (row === undefined) {
    const meant = near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
    const hint = `${meant}\`joulewright catalog ${kind}s\` lists them; or give its figures, with their source`;
    return { problem: { message: `there is no ${kind} "${name}" in the catalogue`, hint } };
  }
  const checked = usable(row);
  if (checked.ok) return { value: checked.value };
  const reasons = [
    checked.missing.length === 0 ? '' : `it lacks ${checked.missing.join(', ')}`,
    checked.unsourced ? 'its figures are of grade D, which nothing is planned with' : '',
  ];
  return {
    problem: {
      message: `${row.id} cannot be planned with: ${reasons.filter((reason) => reason !== '').join('; ')}`,
      hint: `give its figures in place of the name, with their source; \`joulewright catalog ${kind}s ${row.id}\` shows what is known`,
    },
  };
}

/** The accelerator of a name, if it can be planned with. */
export function acceleratorNamed(catalog: Catalog, name: string, trust: Trust = {}): Chosen<Accelerator> {
  const found: Found<AcceleratorRow> = findAccelerator(catalog.acceleratorRows, name);
  return chosen('accelerator', name, found, (row) => usableAccelerator(row, trust));
}

/** The model of a name (id, name on the hub, or that without its organisation), if it can be planned with. */
export function modelNamed(catalog: Catalog, name: string, trust: Trust = {}): Chosen<Model> {
  const found: Found<ModelRow> = findModel(catalog.modelRows, name);
  return chosen('model', name, found, (row) => usableModel(row, trust));
}

/** The value, for a command. @throws JW_CATALOG_NAME with the problem and what to do about it */
export function need<T>(what: Chosen<T>): T {
  if (what.problem !== undefined) fail('JW_CATALOG_NAME', { reason: what.problem.message, hint: what.problem.hint });
  return what.value;
}
