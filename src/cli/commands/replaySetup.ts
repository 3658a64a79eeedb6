import { loadCatalog } from '../../catalog/load.ts';
import type { Complaint, SiteContext } from '../../components/contract.ts';
import { type InferenceSpec, inference, LEAST_LOCK, leastCapW, withKnobs } from '../../components/inference/index.ts';
import { ROUTES, type Route } from '../../components/inference/replay/index.ts';
import { fail, JoulewrightError } from '../../errors/error.ts';
import { DIMENSIONS, type Dimension } from '../../units/dimension.ts';
import { formatNumber, parseQuantity } from '../../units/quantity.ts';
import type { Typed } from '../command.ts';

/** A mistake in how the command was typed. */
export const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'replay' });

/** A number or a quantity given as an option. @throws JW_USAGE */
export function amount(
  typed: Typed,
  name: string,
  dimension: 'plain' | Dimension,
  low: number,
  high: number,
): number | undefined {
  const text = typed.text(name);
  return text === undefined ? undefined : amountOf(text, name, dimension, low, high, 'replay');
}

/** The number or quantity that a text gives for an option of a command. @throws JW_USAGE */
export function amountOf(
  text: string,
  name: string,
  dimension: 'plain' | Dimension,
  low: number,
  high: number,
  command: string,
): number {
  const refuse = (reason: string): never => fail('JW_USAGE', { reason, command });
  let value = Number(text);
  let unit = '';
  if (dimension !== 'plain') {
    unit = DIMENSIONS[dimension].base;
    try {
      // "700 W" is 0.7 kW only to rounding.
      value = Number(parseQuantity(text, dimension).value.toPrecision(12));
    } catch (error) {
      if (!(error instanceof JoulewrightError)) throw error;
      return refuse(`--${name}: ${error.faults[0]!.message}`);
    }
  }
  if (value >= low && value <= high) return value;
  return refuse(
    `--${name} takes ${formatNumber(low)} to ${formatNumber(high)}${unit === '' ? '' : ` ${unit}`}, not "${text}"`,
  );
}

/** A whole number from 1 on given as an option. @throws JW_USAGE */
export function whole(typed: Typed, name: string, high: number, command = 'replay'): number | undefined {
  const text = typed.text(name);
  if (text === undefined) return undefined;
  const value = amountOf(text, name, 'plain', 1, high, command);
  if (!Number.isInteger(value)) fail('JW_USAGE', { reason: `--${name} takes a whole number, not "${text}"`, command });
  return value;
}

/** The route of `--route`; the fewest requests without it. @throws JW_USAGE */
export function routeOf(typed: Typed, command: string): Route {
  const asked = typed.text('route') ?? 'least-requests';
  const route = ROUTES.find((name) => name === asked);
  if (route !== undefined) return route;
  return fail('JW_USAGE', { reason: `there is no route "${asked}"; there is ${ROUTES.join(', ')}`, command });
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

/** The deployment at the clock and power cap of the options; as it is without them. @throws JW_USAGE */
export function turnedSpec(typed: Typed, spec: InferenceSpec): InferenceSpec {
  const clock = amount(typed, 'clock', 'share', LEAST_LOCK, 1);
  const { tdpW, idleW } = spec.power;
  const capKw = amount(typed, 'power-cap', 'power', leastCapW(tdpW, idleW) / 1000, tdpW / 1000);
  return withKnobs(spec, { clock, capW: capKw === undefined ? undefined : 1000 * capKw });
}

/** A hint of the site file in the words of the options. */
function hintFor(hint: string): string {
  return hint
    .replace('tensor_parallel to', '--count to')
    .replace('or give its figures here, with their source', 'or use a site file');
}
