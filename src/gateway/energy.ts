import type { Expected } from '../engines/contract.ts';
import type { TokenCount } from '../engines/dialects/dialect.ts';
import type { DirectiveHolder } from './directive.ts';

const J_PER_KWH = 3.6e6;
const J_PER_WH = 3600;

/** Energy of one request as the caller sees it in `usage.energy`. */
export interface RequestEnergy {
  /** At the facility boundary. */
  readonly joules: number;
  readonly it_joules: number;
  readonly wh: number;
  readonly co2_g: number;
  /** Share of the site's own sun and wind in it; left out where it is not known. */
  readonly green_share?: number;
  /** Water evaporated for it at the site, litres. */
  readonly water_l: number;
  readonly cost: { readonly amount: number; readonly currency: string };
  /**
   * Joules per token from the plant's model or meters, at the load of the moment; `held` = from a directive that is stale;
   * `unplanned` = while no plan is in force and all replicas are on.
   */
  readonly method: 'predicted' | 'predicted-held' | 'predicted-unplanned';
  readonly boundary: 'facility';
  /** Set against the seconds in which the request ran it is settled some seconds later: `GET /v1/usage/{request_id}`. */
  readonly state: 'provisional';
  /** True when a simulated engine answered: the figures are those of the deployment that it stands for. */
  readonly simulated: boolean;
}

/** Figures of a power of ten and below it are exact in binary, so one multiplication or division rounds to a short decimal. */
const MOST_EXACT_POWER = 22;

/** Six significant digits, as `toPrecision` gives them but in a third of its time. */
export function round(value: number): number {
  const power = 5 - Math.floor(Math.log10(Math.abs(value)));
  if (!(Math.abs(power) <= MOST_EXACT_POWER)) return Number(value.toPrecision(6));
  return power >= 0 ? Math.round(value * 10 ** power) / 10 ** power : Math.round(value / 10 ** -power) * 10 ** -power;
}

/**
 * Electricity at the IT boundary, J: tokens times joules per token of prefill and decode. Input tokens that came from the
 * engine's cache were not prefilled and count nothing.
 */
export function itJoules(expected: Expected, tokens: TokenCount): number {
  const prefilled = tokens.inputTokens - tokens.cachedTokens;
  return prefilled * expected.prefillJPerToken + tokens.outputTokens * expected.decodeJPerToken;
}

/**
 * The energy of a request: IT joules times the facility factor of the moment, with its carbon, water and cost. Null when the
 * controller has never spoken or nothing is known of the engine: no figure is better than an invented one.
 */
export function requestEnergy(
  directives: DirectiveHolder,
  expected: Expected | null,
  tokens: TokenCount,
  simulated: boolean,
): RequestEnergy | null {
  const directive = directives.newest;
  if (directive === undefined || expected === null) return null;
  const it = itJoules(expected, tokens);
  const joules = it * directive.facilityFactor;
  const kwh = joules / J_PER_KWH;
  return {
    joules: round(joules),
    it_joules: round(it),
    wh: round(joules / J_PER_WH),
    co2_g: round(kwh * directive.carbonGPerKwh),
    ...(directive.greenShare === undefined ? {} : { green_share: round(directive.greenShare) }),
    water_l: round(kwh * directive.waterLPerKwh),
    cost: { amount: round(kwh * directive.pricePerKwh), currency: directive.currency },
    method: directives.stale ? 'predicted-held' : directive.planned === false ? 'predicted-unplanned' : 'predicted',
    boundary: 'facility',
    state: 'provisional',
    simulated,
  };
}

/** The energy of an answer as headers, for callers that do not read bodies. */
export function addEnergyHeaders(headers: Record<string, string>, energy: RequestEnergy): void {
  headers['x-joulewright-joules'] = String(energy.joules);
  headers['x-joulewright-co2-g'] = String(energy.co2_g);
  headers['x-joulewright-water-l'] = String(energy.water_l);
  headers['x-joulewright-cost'] = `${energy.cost.amount} ${energy.cost.currency}`;
}
