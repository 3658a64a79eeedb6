import { type Finance, realDiscount } from './basis.ts';
import { annuityFactor } from './crf.ts';
import { levelisedCost } from './levelised.ts';
import { worthOf } from './ownedWorth.ts';
import { PARTS, type Part, type ProjectPayment } from './project.ts';

/** How a cost is divided among the services that use it. */
export type AllocationKey = 'itEnergy' | 'tokens';

/** What each part is divided by, and why; printed beside every LCOT by service. */
export const ALLOCATION = {
  chips: {
    key: 'itEnergy',
    about: 'by IT electricity among the services of the pool: it follows the time of the chips',
  },
  energy: { key: 'itEnergy', about: 'by IT electricity' },
  cooling: { key: 'itEnergy', about: 'by IT electricity, which is the heat to be removed' },
  people: { key: 'tokens', about: 'by tokens, input and output' },
  network: { key: 'tokens', about: 'by tokens, input and output' },
} as const satisfies Record<Part, { readonly key: AllocationKey; readonly about: string }>;

/** What a service does in a year. */
export interface ServiceYear {
  readonly id: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Electricity spent on it at the IT boundary. */
  readonly itKwh: number;
}

/** Levelised cost of a service's output tokens, money of the price year per million. */
export interface ServiceLcot {
  readonly id: string;
  /** Present worth of what it costs. */
  readonly worthMoney: number;
  /** Undefined where it makes no tokens. */
  readonly perMtoken: number | undefined;
  readonly parts: Readonly<Record<Part, number | undefined>>;
}

const AMOUNT = {
  itEnergy: (s: ServiceYear) => s.itKwh,
  tokens: (s: ServiceYear) => s.inputTokens + s.outputTokens,
} as const satisfies Record<AllocationKey, (s: ServiceYear) => number>;

const zeroes = (): Record<Part, number> => Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<Part, number>;

/** What an API would charge per million output tokens, their input within; undefined without output. Money per million tokens. */
export function marketPerMtoken(
  s: ServiceYear,
  price: { readonly inputPerMtoken: number; readonly outputPerMtoken: number },
): number | undefined {
  if (!(s.outputTokens > 0)) return undefined;
  return price.outputPerMtoken + (price.inputPerMtoken * s.inputTokens) / s.outputTokens;
}

/**
 * LCOT by service with its parts: each payment falls on the services that use what is paid for, divided as `ALLOCATION` says;
 * present worth over the present worth of output tokens, a year repeated, discounted at the real rate. The costs of all services
 * add up to those of the project. Input tokens carry no cost of their own: they are part of the cost of the answers.
 * @param usersOf ids of the services that use an asset or cost by its id; all of them where it says nothing (or none of them run)
 */
export function lcotByService(
  payments: readonly ProjectPayment[],
  services: readonly ServiceYear[],
  f: Finance,
  usersOf: (id: string) => readonly string[] | undefined = () => undefined,
): readonly ServiceLcot[] {
  const worth = services.map(zeroes);
  const divide = (part: Part, money: number, users: readonly number[]): boolean => {
    for (const key of [ALLOCATION[part].key, 'tokens'] as const) {
      const whole = users.reduce((sum, i) => sum + AMOUNT[key](services[i]!), 0);
      if (!(whole > 0)) continue;
      for (const i of users) worth[i]![part] += (money * AMOUNT[key](services[i]!)) / whole;
      return true;
    }
    return false;
  };
  const all = services.map((_, i) => i);
  for (const p of payments) {
    const money = worthOf([p], f.rateShare);
    const users = usersOf(p.id);
    const own = users === undefined ? all : all.filter((i) => users.includes(services[i]!.id));
    if (divide(p.part, money, own) || divide(p.part, money, all)) continue;
    // Nothing runs at all: in equal parts, so that no money is lost.
    for (const i of all) worth[i]![p.part] += money / all.length;
  }
  const factor = annuityFactor(realDiscount(f), f.years);
  return services.map((s, i) => {
    const per = (money: number): number | undefined => levelisedCost(money * 1e6, s.outputTokens * factor);
    const worthMoney = PARTS.reduce((sum, part) => sum + worth[i]![part], 0);
    return {
      id: s.id,
      worthMoney,
      perMtoken: per(worthMoney),
      parts: Object.fromEntries(PARTS.map((part) => [part, per(worth[i]![part])])) as ServiceLcot['parts'],
    };
  });
}
