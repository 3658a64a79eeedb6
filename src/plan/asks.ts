import type { Reserve } from '../balance/rules/reserve.ts';
import type { SizeLimit } from '../balance/rules/sizes.ts';
import type { Limits } from '../site/limitsSection.ts';
import { formatNumber, formatQuantity } from '../units/quantity.ts';
import { figureOf, keyOf } from './limitWords.ts';
import type { PlanProblem } from './problem.ts';

/** Something that a plan must keep to, with the slacks of the balance that say by how much it is missed. */
export interface Ask {
  /** What it is in the site file, and that with its figure: "limits.land (at most 1 m2)". */
  readonly key: string;
  readonly text: string;
  /** Whether a slack of this name is its own. */
  readonly owns: (slack: string) => boolean;
  /** What it is missed by at the scale of the site, in the unit of its slacks over the horizon, > 0. */
  readonly scale: number;
  /** How much it is missed by in words, from the sum of its slacks over the horizon. */
  readonly missText: (missed: number) => string;
  /** What a unit of a slack counts; 1 when left out. */
  readonly perUnit?: (slack: string) => number;
  /** Whether the slacks count for each hour that they last; otherwise they are amounts already. */
  readonly lasts: boolean;
}

/** Years of which hours of peak are told apart: over many there would be as many segments as hours. */
const FEW_YEARS = 2;

/** Whether the asks of a problem tell hours of peak apart. */
export function tellsHours({ balance }: PlanProblem): boolean {
  return balance.years <= FEW_YEARS;
}

/** What the horizon comes to, to tell a lot from a little. */
interface Scene {
  readonly problem: PlanProblem;
  readonly years: number;
  readonly hours: number;
  /** Requests of all services over the horizon, and the electricity that they take where they take least, kWh. */
  readonly requests: number;
  readonly needKwh: number;
}

/** kg of CO2 and litres of water that a kWh may well take: scales, no claims. */
const CO2_KG = 0.5;
const WATER_L = 1;
/** The slack of the site's bus. */
const SHORT = 'electricity short';

function sceneOf(problem: PlanProblem): Scene {
  const { balance, services, horizon } = problem;
  const { stepH, years } = balance;
  const counted = services.map(({ profile }) => ({
    id: profile.id,
    requests: horizon.arrivals(profile.id)!.reduce((sum, v) => sum + v * 3600 * stepH, 0),
  }));
  const requests = counted.reduce((sum, s) => sum + s.requests, 0);
  const needKwh = counted.reduce((sum, { id, requests: own }) => {
    const most = Math.max(0, ...balance.perKwh.map((served) => served.get(id) ?? 0));
    return sum + (most > 0 ? own / most : 0);
  }, 0);
  const hours = 8760 * years;
  return { problem, years, hours, requests: Math.max(1, requests), needKwh: Math.max(hours, needKwh) };
}

/** All requests served and standing load fed; a kWh that is short counts as the requests that it serves at most. */
function demandAsks({ requests, needKwh }: Scene): Ask[] {
  return [
    {
      key: 'serving',
      text: 'all requests served',
      owns: (name) => name === SHORT || name.endsWith(' not served'),
      scale: requests,
      perUnit: (name) => (name === SHORT ? requests / needKwh : 3600),
      missText: (missed) =>
        `at least ${formatQuantity(Math.min(1, missed / requests), 'share')} of what is asked is not served`,
      lasts: true,
    },
  ];
}

/** A limit on a sum over the year: how its slack is called, and how a miss reads. */
interface SumAsk {
  readonly key: 'renewable_share' | 'co2_per_year' | 'water_per_year' | 'water_per_hour';
  readonly slack: string;
  readonly asked: (value: number) => string;
  readonly scale: (scene: Scene) => number;
  /** @param missed of a year; `limit` as the file has it */
  readonly miss: (missed: number, limit: number) => string;
}

const SUMS: readonly SumAsk[] = [
  {
    key: 'renewable_share',
    slack: 'renewable share missed',
    asked: (value) => `at least ${formatQuantity(value, 'share')}`,
    scale: ({ needKwh }) => needKwh,
    miss: (missed) => `it lacks at least ${formatQuantity(missed, 'energy')} of sun and wind a year`,
  },
  {
    key: 'co2_per_year',
    slack: 'CO2 missed',
    asked: (value) => `at most ${formatQuantity(value, 'mass')}`,
    scale: ({ needKwh }) => CO2_KG * needKwh,
    miss: (missed, limit) => `it takes at least ${formatQuantity(limit + missed, 'mass')}`,
  },
  {
    key: 'water_per_year',
    slack: 'water missed',
    asked: (value) => `at most ${formatQuantity(value, 'volume')}`,
    scale: ({ needKwh }) => WATER_L * needKwh,
    miss: (missed, limit) => `it takes at least ${formatQuantity(limit + missed, 'volume')}`,
  },
  {
    key: 'water_per_hour',
    slack: 'water of an hour missed',
    asked: (value) => `at most ${formatQuantity(value, 'volume')}`,
    scale: ({ needKwh }) => WATER_L * needKwh,
    miss: (missed) => `it is passed by at least ${formatQuantity(missed, 'volume')} a year`,
  },
];

function sumAsks(scene: Scene, limits: Limits): Ask[] {
  return SUMS.flatMap(({ key, slack, asked, scale, miss }): Ask[] => {
    const limit = limits[key];
    if (limit === undefined) return [];
    return [
      {
        key: `limits.${key}`,
        text: `limits.${key} (${asked(limit)})`,
        owns: (name) => name === slack,
        scale: scale(scene),
        missText: (missed) => miss(missed / scene.years, limit),
        lasts: key === 'water_per_hour',
      },
    ];
  });
}

function sizeAsk({ number, name, unit, least, most }: Omit<SizeLimit, 'penalty' | 'terms'>): Ask {
  const figure = (value: number): string => figureOf(value, unit);
  const ends = [
    ...(least === undefined || least === 0 ? [] : [`at least ${figure(least)}`]),
    ...(most === undefined ? [] : [`at most ${figure(most)}`]),
  ];
  const key = keyOf({ number, name });
  const words = number.startsWith('D') ? [name] : ends;
  return {
    key,
    text: `${key} (${words.join(', ')})`,
    owns: (slack) => slack === `${name}: less than asked` || slack === `${name}: more than allowed`,
    scale: Math.max(1, Math.abs(least ?? 0), Number.isFinite(most ?? 0) ? Math.abs(most ?? 0) : 0),
    // Of a limit with both ends a miss may be on either side.
    missText: (missed) =>
      most !== undefined && least === undefined
        ? `it takes at least ${figure(most + missed)}`
        : `it misses at least ${figure(missed)}`,
    lasts: false,
  };
}

function peakAsks({ problem, needKwh, years }: Scene): Ask[] {
  const rule = problem.site.rules.peakReduction;
  if (rule === undefined || !tellsHours(problem)) return [];
  return [
    {
      key: 'rules.peak_reduction',
      text: `rules.peak_reduction (at least ${formatQuantity(rule.share, 'share')} less)`,
      owns: (name) => name.startsWith('cut at peak hours, ') && name.endsWith(', missed'),
      scale: needKwh,
      missText: (missed) => `at peak hours it is passed by at least ${formatQuantity(missed / years, 'energy')} a year`,
      lasts: false,
    },
  ];
}

function reserveAsks({ hours, needKwh }: Scene, reserve: Reserve | undefined): Ask[] {
  if (reserve === undefined) return [];
  const { share, hours: lasts } = reserve;
  return [
    {
      key: 'limits.reserve',
      text: `limits.reserve (${formatQuantity(share, 'share')} of the load for ${formatNumber(lasts)} h)`,
      owns: (name) => name === 'reserve of power missed' || name === 'reserve of energy missed',
      scale: needKwh,
      missText: (missed) => `it lacks at least ${formatQuantity(missed / hours, 'power')} in the mean of all hours`,
      lasts: true,
    },
  ];
}

function spareAsks({ problem, hours }: Scene): Ask[] {
  return (problem.site.limits?.pools ?? []).flatMap(({ pool, spare_nodes: nodes = 0 }): Ask[] => {
    if (nodes === 0) return [];
    return [
      {
        key: `limits.pools ${pool} spare_nodes`,
        text: `limits.pools ${pool} spare_nodes (${nodes})`,
        owns: (name) => name === `${pool}: spare missed`,
        scale: nodes * hours,
        missText: (missed) =>
          `${pool} lacks at least ${formatNumber(missed / hours)} accelerators in the mean of all hours`,
        lasts: true,
      },
    ];
  });
}

/** All that a plan must keep to: its requests, limits and duties. What else the balance may miss is nobody's limit. */
export function asksOf(problem: PlanProblem): Ask[] {
  const scene = sceneOf(problem);
  const { limits } = problem.site;
  return [
    ...demandAsks(scene),
    ...(limits === undefined ? [] : sumAsks(scene, limits)),
    // The row of the budget has what is paid already on both sides.
    ...problem.limits.map((limit) =>
      sizeAsk(limit.number === 'L6' && limits?.budget !== undefined ? { ...limit, most: limits.budget } : limit),
    ),
    ...peakAsks(scene),
    ...reserveAsks(scene, problem.balance.reserve),
    ...spareAsks(scene),
  ];
}
