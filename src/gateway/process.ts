import { join } from 'node:path';
import type { BatchAsk, BatchQuote } from '../control/contract.ts';
import type { Engine } from '../engines/contract.ts';
import { createEngine } from '../engines/create.ts';
import { fail, fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import { systemClock } from '../series/clock.ts';
import { warmStore } from '../store/store.ts';
import { BATCH_FOLDER, BatchOffice } from './batch/office.ts';
import { openBooks, type UsageBooks } from './books.ts';
import type { Gateway } from './contract.ts';
import { DirectiveHolder } from './directive.ts';
import { createGateway } from './gateway.ts';
import { jsonLog, type Log } from './log.ts';
import type { FromGateway, GatewayConfig, ToGateway } from './messages.ts';
import type { OperateAnswer, OperateAsk } from './operate.ts';
import { openTenancy, type Tenancy } from './tenants/tenancy.ts';
import { readTls } from './tls.ts';

/*
 * The gateway as a child process: it faces users, so that nothing they do reaches the process that controls the site. Main
 * forks this file and speaks with it by messages; it ends when main does.
 */

// A process that waits to take the place of another has everything loaded by then
warmStore();

let log = jsonLog();
const directives = new DirectiveHolder(systemClock);
let running: { gateway: Gateway; books: UsageBooks } | null = null;
let stopping = false;

/** The engines in use, by how they are configured: one that stays as it is is not made anew. */
let engines = new Map<string, Engine>();

function enginesOf(config: GatewayConfig): Engine[] {
  const made = new Map<string, Engine>();
  for (const one of config.engines) {
    // What the controller expects of an engine comes with directives
    const how = JSON.stringify({ ...one, expected: undefined });
    const expected = (id: string) => directives.order(id)?.expected;
    made.set(how, engines.get(how) ?? createEngine(one, { expected }));
  }
  engines = made;
  return [...made.values()];
}

function tell(message: FromGateway): void {
  // A main that is just ending cannot listen any more; `disconnect` follows
  if (process.connected) process.send?.(message, () => undefined);
}

/** Questions for main that have no answer yet. */
const asked = new Map<number, (quote: BatchQuote) => void>();
const operated = new Map<number, (answer: OperateAnswer) => void>();
let questions = 0;
/** The controller compares two plans for a preview, which takes it seconds at most. */
const OPERATE_MS = 30_000;

async function operate(ask: OperateAsk): Promise<object> {
  questions += 1;
  const id = questions;
  tell({ type: 'operate', id, ask });
  const answer = await new Promise<OperateAnswer>((resolve) => {
    const silent = fault('JW_LEVER', { reason: 'the controller does not answer' });
    const timer = setTimeout(() => resolve({ faults: [silent] }), OPERATE_MS);
    operated.set(id, (found) => {
      clearTimeout(timer);
      resolve(found);
    });
  });
  operated.delete(id);
  if ('faults' in answer) throw new JoulewrightError(answer.faults);
  return answer.body;
}

function quoteBatch(ask: BatchAsk): Promise<BatchQuote> {
  questions += 1;
  const id = questions;
  tell({ type: 'quote', id, ask });
  return new Promise((resolve) => asked.set(id, resolve));
}

let toldSeq = 0;
let follows = true;

/** Tells main how far the trail has come, so that a trail that is cut short later can be found out. */
function tellTrail({ store }: UsageBooks): void {
  store
    .trail(Number.MAX_SAFE_INTEGER, 1)
    .then(([last]) => {
      if (last === undefined || last.seq === toldSeq) return;
      toldSeq = last.seq;
      tell({ type: 'trail', seq: last.seq, hash: last.hash, follows });
    })
    .catch((error: unknown) => log.warn('the trail cannot be read', { reason: reasonOf(error) }));
}

async function start(config: GatewayConfig): Promise<void> {
  log = jsonLog(systemClock, undefined, config.log);
  let tenancy: Tenancy | undefined;
  const books = await openBooks(
    config.dataDir,
    config.zone,
    systemClock,
    (error) => log.warn('usage was not stored', { code: error.code, reason: error.message }),
    (principal, startMs, by) => tenancy?.limits.correct(principal, startMs, by),
    config.retention,
  );
  try {
    const { zone, currency, open, hosts, residency } = config;
    tenancy = await openTenancy(books.store, { zone, currency, clock: systemClock, firstKey: true, operate });
    const { firstKey } = tenancy;
    const { trail } = config;
    if (trail !== null) {
      const [entry] = await books.store.trail(trail.seq + 1, 1);
      follows = entry?.seq === trail.seq && entry.hash === trail.hash;
    }
    const lasting: Log = {
      get detail() {
        return log.detail;
      },
      info: (text, fields) => log.info(text, fields),
      warn: (text, fields) => log.warn(text, fields),
    };
    // After the books: whoever holds their lock is the only one that touches the folder
    const folder = join(config.dataDir, BATCH_FOLDER);
    const batches = await BatchOffice.open({ folder, clock: systemClock, log: lasting });
    const gateway = createGateway({
      engines: enginesOf(config),
      models: config.models,
      apiKeys: config.apiKeys,
      tenancy,
      open,
      hosts,
      residency,
      mediaHosts: config.mediaHosts ?? [],
      trustedProxies: config.trustedProxies ?? [],
      usageOf: (requestId) => books.find(requestId),
      batches,
      quoteBatch,
      directives,
      log: lasting,
      onUsage: (record) => books.add(record, directives.newest),
      onLoad: (load) => {
        tell({ type: 'load', load });
        tell({ type: 'usage', totals: books.today });
        tellTrail(books);
      },
      ...(config.tls === undefined ? {} : { tls: readTls(config.tls) }),
      ...(config.staticDir === null ? {} : { staticDir: config.staticDir }),
    });
    const url = await gateway.listen(config.host, config.port);
    running = { gateway, books };
    tell({ type: 'usage', totals: books.today });
    tell({ type: 'ready', url, firstKey });
    tellTrail(books);
  } catch (error) {
    await books.close();
    throw error;
  }
}

/** A changed configuration: what is wrong with it leaves the old one in use. */
function reconfigure(config: GatewayConfig): void {
  const before = engines;
  try {
    if (running === null) fail('JW_INTERNAL', { reason: 'the gateway has not started yet' });
    const { models, open, hosts, residency, mediaHosts = [] } = config;
    const tls = config.tls === undefined ? {} : { tls: readTls(config.tls) };
    running.gateway.reconfigure({ engines: enginesOf(config), models, open, hosts, residency, mediaHosts, ...tls });
    log = jsonLog(systemClock, undefined, config.log);
    tell({ type: 'reconfigured', faults: [] });
  } catch (error) {
    engines = before;
    tell({ type: 'reconfigured', faults: knownError(error).faults });
  }
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await running?.gateway.close();
  await running?.books.close();
  process.exit(0);
}

function knownError(error: unknown): JoulewrightError {
  if (error instanceof JoulewrightError) return error;
  return new JoulewrightError([fault('JW_INTERNAL', { reason: reasonOf(error) })]);
}

/** Tells main why (or the log, where main is gone) and ends with the code that the error table gives. */
function giveUp(error: unknown): void {
  const known = knownError(error);
  const { faults, exit } = known;
  const message: FromGateway = { type: 'failed', faults, exit };
  if (process.connected) {
    process.send?.(message, () => process.exit(exit));
    return;
  }
  log.warn('gateway gives up', { code: known.code, reason: known.message });
  process.exit(exit);
}

process.on('message', (message: ToGateway) => {
  switch (message.type) {
    case 'start':
      start(message.config).catch(giveUp);
      break;
    case 'reconfigure':
      reconfigure(message.config);
      break;
    case 'directive':
      if (directives.accept(message.directive)) running?.books.take(message.directive, running.gateway.works());
      break;
    case 'live':
      running?.gateway.publishLive(message.snapshot, message.gauges);
      break;
    case 'day':
      running?.gateway.publishDay(message.day);
      break;
    case 'quote':
      asked.get(message.id)?.(message.quote);
      asked.delete(message.id);
      break;
    case 'plan':
      running?.gateway.publishPlan(message.plan);
      break;
    case 'operate':
      operated.get(message.id)?.(message.answer);
      break;
    case 'stop':
      stop().catch(giveUp);
      break;
  }
});
process.on('disconnect', () => stop().catch(giveUp));
// Ctrl-C reaches the whole group of processes; main decides when this one stops
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => stop().catch(giveUp));
