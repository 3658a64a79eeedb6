import { loadCatalog } from '../../catalog/load.ts';
import type { Complaint, SiteContext } from '../../components/contract.ts';
import { type InferenceSpec, inference } from '../../components/inference/index.ts';
import { fail, JoulewrightError } from '../../errors/error.ts';
import { parseQuantity } from '../../units/quantity.ts';
import type { Typed } from '../command.ts';

/** A mistake in how the command was typed. */
export const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'replay' });

/** A number or a quantity given as an option. @throws JW_USAGE */
export function amount(
  typed: Typed,
  name: string,
  dimension: 'plain' | 'duration',
  low: number,
  high: number,
): number | undefined {
  const text = typed.text(name);
  if (text === undefined) return undefined;
  let value = Number(text);
  if (dimension === 'duration') {
    try {
      value = parseQuantity(text, 'duration').value;
    } catch (error) {
      if (!(error instanceof JoulewrightError)) throw error;
      return wrong(`--${name}: ${error.faults[0]!.message}`);
    }
  }
  if (!(value >= low && value <= high)) wrong(`--${name} takes ${low} to ${high}, not "${text}"`);
  return value;
}

/** A whole number from 1 on given as an option. @throws JW_USAGE */
export function whole(typed: Typed, name: string, high: number): number | undefined {
  const value = amount(typed, name, 'plain', 1, high);
  if (value !== undefined && !Number.isInteger(value)) wrong(`--${name} takes a whole number, not "${value}"`);
  return value;
}

/** A deployment from `--model`, `--accelerator` and what goes with them. @throws JW_USAGE, JW_REPLAY_SETUP */
export function looseSpec(typed: Typed): { spec: InferenceSpec; title: string } {
  const [model, accelerator] = [typed.text('model'), typed.text('accelerator')];
  if (model === undefined || accelerator === undefined) {
    return wrong('say what serves: --site SITE --deployment ID, or --model M --accelerator A');
  }
  const said = {
    model,
    accelerator,
    replicas: whole(typed, 'replicas', 100_000) ?? 1,
    tensor_parallel: whole(typed, 'count', 1024) ?? 1,
    ...(typed.text('format') === undefined ? {} : { precision: typed.text('format') }),
  };
  const parsed = inference.file.safeParse(said);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const option = issue.path[0] === 'precision' ? 'format' : String(issue.path[0] ?? 'model');
    return wrong(`--${option}: ${issue.message}`);
  }
  const complaints: Complaint[] = [];
  const context: SiteContext = {
    latDeg: 0,
    lonDeg: 0,
    elevationM: 0,
    zone: 'UTC',
    currency: 'USD',
    country: 'UZ',
    seed: 1,
    catalog: loadCatalog(),
  };
  const spec = inference.spec(parsed.data, context, (c) => complaints.push(c));
  const [first] = complaints;
  if (first !== undefined) fail('JW_REPLAY_SETUP', { reason: first.message, hint: hintFor(first.hint) });
  const format = parsed.data.precision;
  return { spec, title: `${spec.model.id}, ${format}, on ${said.tensor_parallel} x ${spec.accelerator.id}` };
}

/** A hint of the site file in the words of the options. */
function hintFor(hint: string): string {
  return hint
    .replace('tensor_parallel to', '--count to')
    .replace('or give its figures here, with their source', 'or use a site file');
}
