/*
 * The look ahead of a whole site: 48 hours in at most 72 segments, written and solved anew and from the last basis, against the same two
 * days in 192 quarters.
 *
 *   node bin/node24.cjs bench/lookahead.ts [--repeat N] [--json]
 *
 * sites/nukus-ai-zone.yaml in its own weather and demand, known beforehand. Each repeat is a process of its own: a first look while the
 * code is cold, then one every hour for a day, each from where the look before comes to, then with code that is warm one without a basis, and the
 * quarters. Air and demand of the base steps are made before, the solver's thread is started before; both are told apart.
 */
import { fileURLToPath } from 'node:url';
import { SolverPool } from '../src/balance/pool.ts';
import {
  aheadGrid,
  aheadSite,
  LookAhead,
  type LookedAhead,
  type Outlook,
  type Start,
  type TimedLook,
} from '../src/policy/lookahead/index.ts';
import { HOUR_MS } from '../src/series/grid.ts';
import { weatherOf } from '../src/simulate/air.ts';
import { ratesOn } from '../src/simulate/stepping.ts';
import { loadSite } from '../src/site/load.ts';
import { conditionsOn } from '../src/weather/conditions.ts';
import { bench, benchOptions, type Figure, median, ratios } from './figures.ts';
import { ROOT, runNode } from './processes.ts';

const SITE = `${ROOT}sites/nukus-ai-zone.yaml`;
const GOAL_S = { cold: 0.5, warm: 0.1 };
/** 9 July, 05:00 UTC: a weekday morning. */
const BEGIN_MS = Date.UTC(2025, 6, 9, 5);
const LOOKS = 24;
const QUARTER_STEPS = 3;
/** Half of the usable energy, half a day of bulk work, and a thousand replicas of each deployment awake. */
const DEPLOYMENTS = ['chat-235b', 'reason-r1', 'bulk-32b'] as const;
const BEGIN: Start = {
  awake: new Map(DEPLOYMENTS.map((id) => [id, { serving: 1000, booting: [] }])),
  stored: new Map([['bess energy', 11_200]]),
  waiting: new Map([['bulk', [{ dueH: 12, requests: 1800 * 3600 * 12 }]]]),
};

interface Once {
  readonly outlookS: number;
  readonly threadS: number;
  readonly coldS: number;
  readonly coldBuildS: number;
  /** Of all threads. */
  readonly coldCpuS: number;
  /** Of the looks that go on from a basis. */
  readonly warmS: readonly number[];
  readonly warmBuildS: readonly number[];
  readonly warmSolveS: readonly number[];
  readonly warmIterations: readonly number[];
  readonly anewS: number;
  readonly flatS: number;
  readonly segments: number;
  readonly columns: number;
  readonly rows: number;
  readonly flatColumns: number;
  /** Objective in segments over that in quarters, less 1. */
  readonly apart: number;
}

/** Where a look ahead comes to in an hour. */
function anHourOn(look: LookedAhead): Start {
  const { model, solved, outlook } = look;
  let [k, hours] = [0, 0];
  while (hours < 1 - 1e-9) hours += model.hours[k++]!;
  const at = new Map(
    model.states.map(({ name, state }) => [name, Math.max(0, solved.values[state.first + k - 1]!)] as const),
  );
  const arrived = outlook.arrivals
    .get('bulk')!
    .subarray(0, 12)
    .reduce((sum, v) => sum + v * 300, 0);
  const waits = at.get('bulk backlog')!;
  // First in, first out: what came last waits longest.
  const fresh = Math.min(arrived, waits);
  const busy = (id: string): number =>
    model.columnGroups
      .filter((g) => g.tag === 'replicas' && g.name.startsWith(`${id} `))
      .reduce((sum, g) => sum + solved.values[g.first + k - 1]!, 0);
  return {
    awake: new Map(DEPLOYMENTS.map((id) => [id, { serving: Math.ceil(busy(id)), booting: [] }])),
    stored: new Map([['bess energy', at.get('bess energy')!]]),
    waiting: new Map([
      [
        'bulk',
        [
          { dueH: 11, requests: waits - fresh },
          { dueH: 21, requests: fresh },
        ],
      ],
    ]),
  };
}

async function once(): Promise<Once> {
  const site = loadSite(SITE);
  const weather = weatherOf(site);
  const outlookAt = (ms: number): Outlook => {
    const grid = aheadGrid(ms);
    const at = conditionsOn(weather, site.context, grid);
    const list = Array.from({ length: grid.count }, (_, i) => ({ ...at(i) }));
    const arrivals = new Map(site.services.map((s) => [s.profile.id, ratesOn(s.rate, grid)]));
    return { grid, conditions: (i) => list[i]!, arrivals };
  };
  let began = performance.now();
  const lap = (): number => {
    const now = performance.now();
    const seconds = (now - began) / 1000;
    began = now;
    return seconds;
  };
  const first = outlookAt(BEGIN_MS);
  const outlookS = lap();
  const pool = new SolverPool(1);
  const none = { starts: new Int32Array(2), rows: new Int32Array(0), values: new Float64Array(0) };
  const [zero, one] = [Float64Array.of(0), Float64Array.of(1)];
  const bounds = { cost: one, lower: zero, upper: one, rowLower: new Float64Array(0), rowUpper: new Float64Array(0) };
  await pool.drop(await pool.hold({ columns: 1, rows: 0, matrix: none, ...bounds }));
  const threadS = lap();
  const known = aheadSite(site);
  const ahead = new LookAhead(known, pool);
  const cpu = process.cpuUsage();
  const cold = await ahead.look(first, BEGIN);
  const coldS = lap();
  const spent = process.cpuUsage(cpu);
  const warm: TimedLook[] = [];
  let last = cold;
  for (let k = 1; k <= LOOKS; k++) {
    last = await ahead.look(outlookAt(BEGIN_MS + k * HOUR_MS), anHourOn(last));
    warm.push(last);
  }
  const { endWorth } = cold;
  lap();
  const anew = await new LookAhead(known, pool).look(first, BEGIN, { endWorth });
  const anewS = lap();
  const starts = Array.from({ length: first.grid.count / QUARTER_STEPS }, (_, q) => q * QUARTER_STEPS);
  const flat = await new LookAhead(known, pool).look(first, BEGIN, { endWorth, starts });
  const flatS = lap();
  await pool.close();
  return {
    outlookS,
    threadS,
    coldS,
    coldBuildS: cold.buildS,
    coldCpuS: (spent.user + spent.system) / 1e6,
    warmS: warm.map((look) => look.buildS + look.solveS),
    warmBuildS: warm.map((look) => look.buildS),
    warmSolveS: warm.map((look) => look.solveS),
    warmIterations: warm.map((look) => look.iterations),
    anewS,
    flatS,
    segments: anew.model.segments,
    columns: anew.model.columnCount,
    rows: anew.model.rowCount,
    flatColumns: flat.model.columnCount,
    apart: anew.solved.objective / flat.solved.objective - 1,
  };
}

function measure(repeat: number): Figure[] {
  const runs = Array.from(
    { length: repeat },
    (): Once => JSON.parse(runNode([fileURLToPath(import.meta.url), '--once'])),
  );
  const each = (of: (run: Once) => number): number[] => runs.map(of);
  const [cold, warm] = [each((r) => r.coldS), each((r) => median(r.warmS))];
  const [anew, flat] = [each((r) => r.anewS), each((r) => r.flatS)];
  const beside = '192 quarters, anew';
  return [
    { what: 'first look, cold code', unit: '', values: cold.map((s) => s / GOAL_S.cold), beside: `${GOAL_S.cold} s` },
    { what: 'later look', unit: '', values: warm.map((s) => s / GOAL_S.warm), beside: `${GOAL_S.warm} s` },
    { what: 'first look, cold code', unit: '', values: ratios(cold, flat), beside },
    { what: 'anew', unit: '', values: ratios(anew, flat), beside },
    { what: 'later look', unit: '', values: ratios(warm, flat), beside },
    { what: 'first look, cold code', unit: 's', values: cold },
    { what: 'first look, cold code', unit: 's of CPU', values: each((r) => r.coldCpuS) },
    { what: 'of it, writing', unit: 's', values: each((r) => r.coldBuildS) },
    { what: 'later look', unit: 's', values: warm },
    { what: 'of it, writing', unit: 's', values: each((r) => median(r.warmBuildS)) },
    { what: 'of it, solving', unit: 's', values: each((r) => median(r.warmSolveS)) },
    { what: 'later look, the slowest of 24', unit: 's', values: each((r) => Math.max(...r.warmS)) },
    { what: 'later look, iterations', unit: '', values: each((r) => median(r.warmIterations)) },
    { what: 'anew', unit: 's', values: anew },
    { what: '192 quarters, anew', unit: 's', values: flat },
    { what: 'before it, air and demand, cold code', unit: 's', values: each((r) => r.outlookS) },
    { what: 'before it, start of the thread', unit: 's', values: each((r) => r.threadS) },
    { what: 'segments', unit: '', values: each((r) => r.segments) },
    { what: 'columns', unit: '', values: each((r) => r.columns) },
    { what: 'rows', unit: '', values: each((r) => r.rows) },
    { what: 'columns of the quarters', unit: '', values: each((r) => r.flatColumns) },
    { what: 'objective apart from that of the quarters', unit: '%', values: each((r) => 100 * r.apart) },
  ];
}

const words = process.argv.slice(2);
if (words[0] === '--once') {
  process.stdout.write(JSON.stringify(await once()));
} else {
  const options = benchOptions(words, 5);
  const about = `sites/nukus-ai-zone.yaml: 48 hours in at most 72 segments; each repeat in a process of its own, later looks every hour for a day`;
  await bench('lookahead', about, options, async () => measure(options.repeat));
}
