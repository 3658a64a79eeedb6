/*
 * Acknowledged appends of the store (a thread, one commit for all that wait) beside commits of single rows with node:sqlite
 * in this thread, both with a write-ahead log and a flush to the disk per commit, on the same disk, taking turns.
 *
 *   node bin/node24.cjs bench/store.ts [--repeat N] [--json] [--dir FOLDER]
 *
 * An append is one row of usage, as a chat request leaves it; a caller appends the next when the last is on the disk. The time
 * is the disk's as much as ours, so only the ratios say much. `--dir` puts the files on another disk than the temporary folder.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { UsageRow } from '../src/store/rows.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { bench, benchOptions, type Figure, quantile, ratios } from './figures.ts';

const CALLERS = [1, 16, 256] as const;
const ROUND_MS = 1000;
/** Rows per call of an append that carries many. */
const MANY = 1000;

let serial = 0;

function usageRow(): UsageRow {
  serial += 1;
  return {
    requestId: `req_bench${serial.toString(36).padStart(8, '0')}`,
    tsMs: 1_780_000_000_000 + serial,
    startMs: 1_780_000_000_000 + serial - 4100,
    dayMs: 1_779_984_000_000,
    organisation: 'bench',
    project: 'bench',
    key: 'key_bench',
    service: 'llama-3.3-70b-instruct',
    engine: 'chat-70b',
    class: 'default',
    inputTokens: 240,
    outputTokens: 180,
    itJoules: 200.5,
    facilityJoules: 230.25,
    co2G: 0.03,
    waterL: 0.0001,
    method: 'predicted',
    low: 0.8,
    high: 1.3,
    settled: false,
    currency: 'USD',
    cost: 0.000005,
    moneyMicro: 5,
    status: 200,
    simulated: false,
    durationMs: 4100,
    ttftMs: 210,
  };
}

/** What a round came to. */
interface Round {
  readonly perS: number;
  /** CPU time of the process, the store's thread included, per row, µs. */
  readonly cpuMicros: number;
  readonly latenciesMs: readonly number[];
}

function roundOf(sinceMs: number, cpu: NodeJS.CpuUsage, latenciesMs: readonly number[]): Round {
  const { user, system } = process.cpuUsage(cpu);
  const perS = latenciesMs.length / ((performance.now() - sinceMs) / 1000);
  return { perS, cpuMicros: (user + system) / latenciesMs.length, latenciesMs };
}

async function appendFor(store: Store, callers: number): Promise<Round> {
  const latenciesMs: number[] = [];
  const cpu = process.cpuUsage();
  const sinceMs = performance.now();
  const caller = async (): Promise<void> => {
    while (performance.now() - sinceMs < ROUND_MS) {
      const atMs = performance.now();
      await store.append('usage', [usageRow()]);
      latenciesMs.push(performance.now() - atMs);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return roundOf(sinceMs, cpu, latenciesMs);
}

/** Rows per second of one caller whose every append carries many rows. */
async function manyFor(store: Store): Promise<number> {
  let rows = 0;
  const sinceMs = performance.now();
  while (performance.now() - sinceMs < ROUND_MS) {
    await store.append('usage', Array.from({ length: MANY }, usageRow));
    rows += MANY;
  }
  return rows / ((performance.now() - sinceMs) / 1000);
}

const COLUMNS: readonly (keyof UsageRow)[] = [
  ...([
    'requestId',
    'tsMs',
    'startMs',
    'dayMs',
    'organisation',
    'project',
    'key',
    'service',
    'engine',
    'class',
    'inputTokens',
    'outputTokens',
    'itJoules',
  ] as const),
  ...(['facilityJoules', 'co2G', 'waterL', 'method', 'low', 'high', 'settled', 'currency', 'cost'] as const),
  ...(['moneyMicro', 'status', 'simulated', 'durationMs', 'ttftMs'] as const),
];

/** A plain table of the same rows, and one commit for each. */
class SingleCommits {
  readonly #db: DatabaseSync;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    this.#db.exec(`CREATE TABLE usage (${COLUMNS.join(', ')}, PRIMARY KEY (requestId))`);
  }

  round(): Round {
    const places = COLUMNS.map(() => '?').join(', ');
    const insert = this.#db.prepare(`INSERT INTO usage VALUES (${places})`);
    const latenciesMs: number[] = [];
    const cpu = process.cpuUsage();
    const sinceMs = performance.now();
    while (performance.now() - sinceMs < ROUND_MS) {
      const atMs = performance.now();
      const row = usageRow();
      insert.run(...COLUMNS.map((name) => (typeof row[name] === 'boolean' ? Number(row[name]) : row[name])));
      latenciesMs.push(performance.now() - atMs);
    }
    return roundOf(sinceMs, cpu, latenciesMs);
  }

  close(): void {
    this.#db.close();
  }
}

async function measure(repeat: number, parent: string): Promise<Figure[]> {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'joulewright-bench-'));
  const store = await openStore(join(folder, 'site.db'));
  const single = new SingleCommits(join(folder, 'single.db'));
  const alone: Round[] = [];
  const grouped = CALLERS.map((): Round[] => []);
  const many: number[] = [];
  try {
    for (let i = -1; i < repeat; i++) {
      const kept = i >= 0;
      const one = single.round();
      if (kept) alone.push(one);
      for (const [c, callers] of CALLERS.entries()) {
        const round = await appendFor(store, callers);
        if (kept) grouped[c]!.push(round);
      }
      const perS = await manyFor(store);
      if (kept) many.push(perS);
    }
  } finally {
    single.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return [...figuresOf(alone, grouped), { what: `rows, ${MANY} in an append`, unit: '1/s', values: many }];
}

function figuresOf(alone: readonly Round[], grouped: readonly (readonly Round[])[]): Figure[] {
  const beside = 'single commits';
  const alonePerS = alone.map((r) => r.perS);
  const latency = (rounds: readonly Round[], share: number): number[] =>
    rounds.map((r) => quantile(r.latenciesMs, share));
  const figures: Figure[] = [
    { what: beside, unit: '1/s', values: alonePerS },
    { what: beside, unit: 'µs of CPU', values: alone.map((r) => r.cpuMicros) },
    { what: `${beside}: latency, median`, unit: 'ms', values: latency(alone, 0.5) },
    { what: `${beside}: latency, 99 %`, unit: 'ms', values: latency(alone, 0.99) },
  ];
  for (const [c, callers] of CALLERS.entries()) {
    const rounds = grouped[c]!;
    const perS = rounds.map((r) => r.perS);
    const cpu = rounds.map((r) => r.cpuMicros);
    const aloneCpu = alone.map((r) => r.cpuMicros);
    const who = callers === 1 ? '1 caller' : `${callers} callers`;
    figures.push(
      { what: `acknowledged appends, ${who}`, unit: '', values: ratios(perS, alonePerS), beside },
      { what: `CPU of an append, ${who}`, unit: '', values: ratios(cpu, aloneCpu), beside },
      { what: `acknowledged appends, ${who}`, unit: '1/s', values: perS },
      { what: `CPU of an append, ${who}`, unit: 'µs of CPU', values: cpu },
      { what: `latency, ${who}, median`, unit: 'ms', values: latency(rounds, 0.5) },
      { what: `latency, ${who}, 99 %`, unit: 'ms', values: latency(rounds, 0.99) },
    );
  }
  return figures;
}

const words = process.argv.slice(2);
const options = benchOptions(words, 5);
const parent = words.includes('--dir') ? (words[words.indexOf('--dir') + 1] ?? tmpdir()) : tmpdir();
const about = 'rows of usage on the disk: the store beside one commit per row';
await bench('store', about, options, () => measure(options.repeat, parent));
