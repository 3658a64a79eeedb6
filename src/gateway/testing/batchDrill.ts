import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../../engines/json.ts';
import { type Random, random } from '../../series/random.ts';
import { BATCH_FOLDER } from '../batch/office.ts';
import { batchSchema, isOver } from '../batch/records.ts';
import { resultsOf } from '../batch/resultLog.ts';
import type { GatewayConfig } from '../messages.ts';
import { type BatchOrders, batchOrders } from './batchOrders.ts';
import { forkGateway } from './child.ts';
import { paidEngine } from './paidEngine.ts';
import { plainConfig, plainDirective } from './standIn.ts';

/** Lines of a batch: it takes the gateway about as long as a life lasts, so that kills come at all of its stages. */
const LINES = 300;
/** Share of the requests that the engine fails at. */
const FAILURES = 0.1;
/** Longest time that an answer of it takes, ms. */
const SLOWEST_MS = 30;
/** Share of the kills that come while the gateway starts. */
const AT_START = 0.15;
/** A life lasts up to this long from its start, or from when it listens, ms. */
const LONGEST_LIFE_MS = 700;

export interface BatchDrillOptions {
  /** An empty folder for the data of the gateway. */
  readonly folder: string;
  readonly seed: number;
  readonly kills: number;
  /** Told after every kill. */
  readonly onKill?: (kills: number, batches: number) => void;
}

export interface BatchDrillReport {
  /** Processes that ended by SIGKILL. */
  readonly kills: number;
  /** Of them, those that came before the gateway listened. */
  readonly killsAtStart: number;
  readonly batches: number;
  readonly lines: number;
  /** Lines of output and error files. */
  readonly outputLines: number;
  readonly errorLines: number;
  /** Requests that the engine failed at. */
  readonly engineFailures: number;
  /** Answers that the engine gave once more, because a kill took the first one before it was on the disk. */
  readonly paidAgain: number;
  /** What must never happen and did. */
  readonly failures: readonly string[];
}

/**
 * Batches on a real gateway process that is killed (SIGKILL) at random moments, again and again, before an engine that fails now and then.
 * Held against what the disk has after each kill: what was acknowledged is there, no line whose result is on the disk is asked
 * for again, and in the end each `custom_id` has exactly one line in one of the files of its batch.
 */
export async function batchDrill({ folder, seed, kills, onKill }: BatchDrillOptions): Promise<BatchDrillReport> {
  const draw = random(seed);
  const failures: string[] = [];
  let known: ReadonlySet<string> = new Set();
  const onAsked = (id: string): void => {
    if (known.has(id)) failures.push(`${id} was asked for again though its result is on the disk`);
  };
  const engine = await paidEngine({ draw, failures: FAILURES, slowestMs: SLOWEST_MS, onAsked });
  const orders = batchOrders(LINES, (text) => failures.push(text));
  const config = plainConfig(folder, engine.url);
  const done = { kills: 0, atStart: 0 };
  try {
    while (done.kills < kills) {
      if (await liveAndDie(config, orders, draw)) done.atStart += 1;
      done.kills += 1;
      known = await durable(folder);
      onKill?.(done.kills, orders.count);
    }
    const last = forkGateway(config, plainDirective());
    const found = await orders.finish(await last.ready);
    await last.kill();
    const paidAgain = [...engine.paid.values()].reduce((sum, times) => sum + times - 1, 0);
    return {
      kills: done.kills,
      killsAtStart: done.atStart,
      batches: orders.count,
      lines: orders.count * LINES,
      outputLines: found.output,
      errorLines: found.errors,
      engineFailures: engine.failed,
      paidAgain,
      failures,
    };
  } finally {
    engine.close();
  }
}

/** One life of a gateway. Returns whether it was killed before it listened. */
async function liveAndDie(config: GatewayConfig, orders: BatchOrders, draw: Random): Promise<boolean> {
  const gateway = forkGateway(config, plainDirective());
  const atStart = draw.next() < AT_START;
  const lifeMs = draw.next() * LONGEST_LIFE_MS;
  let listens = false;
  const fed = gateway.ready.then((url) => {
    listens = true;
    return orders.feed(url);
  });
  // What a kill breaks off is asked for again in the next life
  fed.catch(() => undefined);
  if (!atStart) await gateway.ready;
  await new Promise((wake) => setTimeout(wake, lifeMs));
  if (gateway.process.exitCode !== null)
    throw new Error(`the gateway has ended by itself with ${gateway.process.exitCode}`);
  await gateway.kill();
  orders.stop();
  await fed.catch(() => undefined);
  return !listens;
}

/** The lines whose results are on the disk. */
async function durable(folder: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const batches = join(folder, BATCH_FOLDER, 'batches');
  const files = join(folder, BATCH_FOLDER, 'files');
  for (const id of namesIn(batches)) {
    const meta = readText(join(batches, id, 'batch.json'));
    if (meta === null) continue;
    const batch = batchSchema.parse(JSON.parse(meta));
    const texts = isOver(batch)
      ? [batch.outputFileId, batch.errorFileId].flatMap((file) => (file === null ? [] : linesIn(files, file)))
      : [];
    for await (const { text } of resultsOf(join(batches, id, 'results.log'))) texts.push(text);
    for (const text of texts) {
      const line: unknown = JSON.parse(text);
      if (isObject(line)) found.add(String(line['custom_id']));
    }
  }
  return found;
}

/** The lines of a file of the office, wherever in its folder it lies. */
function linesIn(folder: string, id: string): string[] {
  const name = namesIn(folder).find((one) => one.startsWith(id) && !one.endsWith('.json'));
  const text = name === undefined ? null : readText(join(folder, name));
  return text === null ? [] : text.trimEnd().split('\n');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Killed before it made the folder
    return [];
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
