import { formatNumber } from '../../units/quantity.ts';
import { NOTHING, type Solution } from './solution.ts';
import { type ServedOn, splitReason } from './split.ts';

/** Prices that differ by less are the same to a reason, as a share. */
const SAME = 0.02;
/** Cold out of a tank that is worth a word, kW. */
const LEAST_COLD_KW = 1;
/** Numbers of rows that import pays for beside its price: billed peaks, the duty at peak hours, orders of the grid. */
const BESIDE_PRICE = ['N2', 'D1', 'D4'];
/** What somebody has asked of the plan, as its slacks are named. */
const ASKED = /(^order of the grid missed|: charge missing|: not kept awake)$/;

const whole = (value: number): string =>
  formatNumber(Math.abs(value) >= 10 ? Math.round(value) : Number(value.toPrecision(2)));

/** What tells why a segment is as it is. Prices are duals of the site's bus: what one more kWh would cost there. */
export function reasonsOf(
  solution: Solution,
  services: readonly string[],
  split: readonly ServedOn[],
  currency: string,
): (segment: number) => string[] {
  const per = `${currency}/kWh`;
  const makers = [
    ...missedReasons(solution),
    ...batteryReasons(solution, per),
    ...tankReasons(solution, per),
    ...services.map((service) => batchReason(solution, service, per)),
    ...services.map((service) => splitReason(solution, service, split)),
    ...generatorReasons(solution, per),
    ...importReasons(solution, per),
    ...services.map((service) => lossReason(solution, service)),
    shortReason(solution),
  ];
  return (k) => makers.flatMap((make) => make(k) ?? []);
}

type Reason = (segment: number) => string | undefined;

/** What was asked and cannot be had, first of all. */
function missedReasons(solution: Solution): Reason[] {
  return solution.slacks
    .filter(({ name }) => ASKED.test(name))
    .map(({ name, unit, values }): Reason => {
      return (k) => (values[k]! > NOTHING ? `${name}, ${whole(values[k]!)} ${unit}` : undefined);
    });
}

/** The next segment after one in which something happens; undefined where it does not. */
function next(solution: Solution, after: number, is: (k: number) => boolean): number | undefined {
  for (let k = after + 1; k < solution.segments; k++) if (is(k)) return k;
  return undefined;
}

function batteryReasons(solution: Solution, per: string): Reason[] {
  const { price } = solution;
  const text = (k: number): string => solution.priceText(price[k]!);
  return solution
    .ending(' energy')
    .filter(({ id }) => solution.ending(' discharge').some((other) => other.id === id))
    .map(({ id, values: energy }): Reason => {
      const [charge, discharge] = [solution.column(`${id} charge`), solution.column(`${id} discharge`)];
      const gives = (k: number): boolean => discharge[k]! - charge[k]! > NOTHING;
      const takes = (k: number): boolean => charge[k]! - discharge[k]! > NOTHING;
      return (k) => {
        const use = next(solution, k, gives);
        if (gives(k)) {
          const filled = next(solution, k, takes);
          const then = filled === undefined ? '' : `; filled again from ${solution.clock(filled)} at ${text(filled)}`;
          return `${id} gives ${whole(discharge[k]! - charge[k]!)} kW: power is worth ${text(k)} ${per} now${then}`;
        }
        if (takes(k)) {
          const what = `${id} charges ${whole(charge[k]! - discharge[k]!)} kW at ${text(k)} ${per}`;
          return use === undefined
            ? `${what}: kept for the time after`
            : `${what} for ${solution.clock(use)}: ${text(use)} then`;
        }
        if (energy[k]! <= NOTHING || use === undefined || price[use]! <= (1 + SAME) * price[k]!) return undefined;
        return `${id} held for ${solution.clock(use)}: ${text(use)} ${per} then against ${text(k)} now`;
      };
    });
}

/** A tank of cold: what it is charged for, and what it spares. */
function tankReasons(solution: Solution, per: string): Reason[] {
  const { price, ahead } = solution;
  const text = (k: number): string => solution.priceText(price[k]!);
  const tempC = (k: number): number => Math.round(ahead.outlook.conditions(ahead.model.span(k)[0]).tempC);
  return solution.ending(' tank charge').map(({ id, values: charge }): Reason => {
    const discharge = solution.column(`${id} tank discharge`);
    // A tank that is not tight drips: that is no decision.
    const gives = (k: number): boolean => discharge[k]! - charge[k]! > LEAST_COLD_KW;
    return (k) => {
      if (gives(k)) {
        return `${id} tank gives ${whole(discharge[k]! - charge[k]!)} kW of cold: power is worth ${text(k)} ${per} now`;
      }
      const use = next(solution, k, gives);
      if (charge[k]! - discharge[k]! <= NOTHING || use === undefined) return undefined;
      const what = `${id} tank charged with ${whole(charge[k]! - discharge[k]!)} kW in air of ${tempC(k)} °C at ${text(k)} ${per}`;
      return `${what} for ${solution.clock(use)}: ${tempC(use)} °C and ${text(use)} then`;
    };
  });
}

/** Batch work that waits for cheaper power, or is done before dearer. */
function batchReason(solution: Solution, service: string, per: string): Reason {
  const { price, hours } = solution;
  const backlog = solution.column(`${service} backlog`);
  const before = (k: number): number => (k === 0 ? solution.opening(`${service} backlog`) : backlog[k - 1]!);
  const arrived = solution.ahead.outlook.arrivals.get(service);
  const mean = arrived === undefined ? undefined : solution.ahead.model.mean(arrived);
  const shed = solution.column(`${service} not served`);
  const servedPerS = (k: number): number =>
    (mean?.[k] ?? 0) - shed[k]! + (before(k) - backlog[k]!) / (3600 * hours[k]!);
  return (k) => {
    const [waits, rate] = [backlog[k]!, servedPerS(k)];
    if (Math.max(waits, before(k)) <= 1e-3) return undefined;
    // The dearest power that work is still done at while something waits: what it waits for, or is done before.
    const cheaper = next(solution, k, (l) => servedPerS(l) > 1e-3 && price[l]! < (1 - SAME) * price[k]!);
    const growing = waits > before(k) + 1e-3 || rate <= 1e-3;
    if (growing && cheaper !== undefined) {
      return `${service} waits for ${solution.clock(cheaper)}: ${solution.priceText(price[cheaper]!)} ${per} then against ${solution.priceText(price[k]!)} now`;
    }
    const dearer = next(solution, k, (l) => price[l]! > (1 + SAME) * price[k]!);
    if (rate > 1e-3 && waits < before(k) && dearer !== undefined) {
      return `${service} is worked off now: ${solution.priceText(price[k]!)} ${per} against ${solution.priceText(price[dearer]!)} from ${solution.clock(dearer)}`;
    }
    return undefined;
  };
}

function generatorReasons(solution: Solution, per: string): Reason[] {
  return solution.ending(' power').map(({ id, values }): Reason => {
    return (k) =>
      values[k]! > NOTHING
        ? `${id} give ${whole(values[k]!)} kW: nothing cheaper is left, power is worth ${solution.priceText(solution.price[k]!)} ${per}`
        : undefined;
  });
}

/** What import pays or earns beside its price: a new billed peak, the duty at peak hours, an order of the grid. */
function importReasons(solution: Solution, per: string): Reason[] {
  return solution.ending(' import').map(({ id, values, first }): Reason => {
    return (k) => {
      const told = solution.paysFor(first + k, k, BESIDE_PRICE).map(({ name, money }) => {
        const what = name.replace(`${id}: `, '').replace(/, part \d+$/, '');
        return `${solution.priceText(Math.abs(money))} ${per} ${money > 0 ? 'more' : 'less'} for ${what}`;
      });
      return told.length === 0 ? undefined : `${id} import at ${whole(values[k]!)} kW: a kWh counts ${told.join(', ')}`;
    };
  });
}

function lossReason(solution: Solution, service: string): Reason {
  const shed = solution.column(`${service} not served`);
  return (k) => (shed[k]! > NOTHING ? `${service}: ${whole(shed[k]!)} requests/s cannot be served in time` : undefined);
}

function shortReason(solution: Solution): Reason {
  const short = solution.column('electricity short');
  return (k) => (short[k]! > NOTHING ? `electricity is short by ${whole(short[k]!)} kW` : undefined);
}
