import { fail } from '../errors/error.ts';
import type { OperateAsk } from '../gateway/operate.ts';
import type { LiveSite } from './liveSite.ts';
import { leverText } from './operator.ts';
import type { Comparison } from './planning.ts';
import type { PlanSums } from './planSums.ts';
import type { Solver } from './solver.ts';

/** What an operator's questions are answered from. */
export interface OperateParts {
  readonly live: LiveSite;
  readonly solver: Solver | undefined;
  /** Puts the state of the site on the disk: a lever holds from then on, whatever comes. */
  readonly save: () => Promise<unknown>;
}

/** Does what an operator asks. @throws JW_LEVER */
export async function operate({ live, solver, save }: OperateParts, ask: OperateAsk): Promise<object> {
  const nowMs = live.loop.siteMs;
  switch (ask.kind) {
    case 'look':
      return standing(live);
    case 'preview': {
      if (solver === undefined) return fail('JW_LEVER', { reason: 'the solver does not run' });
      const { lever } = live.operator.ask(ask.request, nowMs, 'preview');
      return {
        object: 'lever.preview',
        lever: leverText(lever.setting),
        from: time(lever.fromMs),
        until: time(lever.untilMs),
        ...effectOf(await solver.compare(lever), live),
      };
    }
    case 'pull': {
      const pulled = live.operator.ask(ask.request, nowMs, `key ${ask.keyId}`);
      live.operator.pull(pulled);
      const text = leverText(pulled.lever.setting);
      live.event(`an operator has pulled a lever: ${text}`);
      await save();
      solver?.news(`an operator has pulled a lever: ${text}`);
      return leverOf(pulled.lever.id, text, pulled.lever.fromMs, pulled.lever.untilMs, pulled.lever.by);
    }
    case 'let go': {
      const { id, setting, fromMs, untilMs, by } = live.operator.letGo(ask.lever, nowMs);
      const text = leverText(setting);
      live.event(`an operator has let a lever go: ${text}`);
      await save();
      solver?.news(`an operator has let a lever go: ${text}`);
      return leverOf(id, text, fromMs, untilMs, by);
    }
  }
}

const time = (ms: number): string => new Date(ms).toISOString();

function leverOf(id: number, text: string, fromMs: number, untilMs: number, by: string): object {
  return { object: 'lever', id, lever: text, from: time(fromMs), until: time(untilMs), by };
}

function standing(live: LiveSite): object {
  const { loop, operator } = live;
  const { mode, bounds, faults, plan, follows } = loop;
  const levers = operator
    .levers(loop.siteMs)
    .map(({ id, setting, fromMs, untilMs, by }) => leverOf(id, leverText(setting), fromMs, untilMs, by));
  return {
    object: 'operation',
    mode,
    decides: follows ? 'plan' : 'rules',
    // JSON has no Infinity: null is a bound that binds nothing
    bounds: { ...bounds, mostImportKw: Number.isFinite(bounds.mostImportKw) ? bounds.mostImportKw : null },
    plan:
      plan === undefined ? null : { issued: time(plan.issuedMs), until: time(plan.validUntilMs), reason: plan.reason },
    faults: faults.map(({ id, kind, sinceMs, text }) => ({ id, kind, since: time(sinceMs), text })),
    levers,
  };
}

const KEYS = {
  hours: 'hours',
  siteKwh: 'site_kwh',
  importKwh: 'import_kwh',
  generatorKwh: 'generator_kwh',
  money: 'money',
  co2Kg: 'co2_kg',
  waterL: 'water_l',
  outputTokens: 'output_tokens',
  givenUp: 'requests_given_up',
  shortKwh: 'short_kwh',
} as const satisfies Record<keyof PlanSums, string>;

function effectOf({ without, with: changed, inTheWay }: Comparison, live: LiveSite): object {
  const keys = Object.keys(KEYS) as (keyof PlanSums)[];
  const of = (value: (key: keyof PlanSums) => number): object =>
    Object.fromEntries(keys.map((key) => [KEYS[key], settled(value(key), without[key])]));
  return {
    currency: live.currency,
    without: of((key) => without[key]),
    with: of((key) => changed[key]),
    difference: of((key) => (key === 'hours' ? changed.hours : changed[key] - without[key])),
    in_the_way: inTheWay,
  };
}

/** Six digits that count; what is rounding of the solver beside the whole is nothing. */
function settled(value: number, whole: number): number {
  return Math.abs(value) <= 1e-7 * Math.max(1, Math.abs(whole)) ? 0 : Number(value.toPrecision(6));
}
