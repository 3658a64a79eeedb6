import type { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from './database.ts';
import { storeFault } from './faults.ts';
import { Group } from './group.ts';
import type { FromThread, Question, QuestionName, Questions, ToThread } from './protocol.ts';
import { readRange } from './telemetry.ts';
import { readTrail, verifyTrail } from './trail.ts';
import { prune } from './upkeep.ts';
import { readKeySums, readOne, readPage, readReport, readTotals } from './usage.ts';

/** How long the first call of a group waits for others; with the commit itself it stays within 20 ms on an ordinary disk. */
const GROUP_WINDOW_MS = 8;
/** A group this large is committed at once, to bound the length of a transaction. */
const GROUP_LIMIT = 2000;

/** The store's side of the conversation: owns the database, groups writes, answers questions in the order they come. */
class StoreThread {
  readonly #port: MessagePort;
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #release: () => void;
  readonly #group: Group;
  #groupSize = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(port: MessagePort, file: string) {
    const { db, lock } = openDatabase(file);
    this.#port = port;
    this.#file = file;
    this.#db = db;
    this.#release = () => lock.release();
    this.#group = new Group(db, file);
  }

  receive(message: ToThread): void {
    if (message.kind === 'ask') {
      this.#commit();
      this.#answer(message);
      return;
    }
    this.#group.add(message);
    this.#groupSize += 1;
    if (this.#groupSize >= GROUP_LIMIT) this.#commit();
    else this.#timer ??= setTimeout(() => this.#commit(), GROUP_WINDOW_MS);
  }

  #say(message: FromThread): void {
    this.#port.postMessage(message);
  }

  #commit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#groupSize = 0;
    if (this.#group.isEmpty) return;
    const { durable, failed } = this.#group.commit();
    if (durable.length > 0) this.#say({ kind: 'durable', ids: durable });
    for (const { ids, fault } of failed) this.#say({ kind: 'failed', ids, fault });
  }

  #answer(question: Question): void {
    try {
      this.#say({ kind: 'answer', id: question.id, answer: this.#work(question) });
    } catch (error) {
      this.#say({ kind: 'failed', ids: [question.id], fault: storeFault(error, this.#file, 'write') });
    }
    if (question.name === 'close') this.#port.close();
  }

  #work(question: Question): Questions[QuestionName]['answer'] {
    switch (question.name) {
      case 'flush':
        return null;
      case 'lastCheckpoint': {
        const row = this.#db.prepare('SELECT ts, value FROM checkpoint WHERE key = ?').get(question.ask.key);
        return row === undefined ? null : { tsMs: Number(row['ts']), value: String(row['value']) };
      }
      case 'telemetryRange':
        return readRange(this.#db, question.ask);
      case 'usageTotals':
        return readTotals(this.#db, question.ask);
      case 'usagePage':
        return readPage(this.#db, question.ask);
      case 'usageOf':
        return readOne(this.#db, question.ask.requestId);
      case 'report':
        return readReport(this.#db, question.ask);
      case 'keySums':
        return readKeySums(this.#db, question.ask);
      case 'tenants':
        return this.#db
          .prepare('SELECT kind, id, value FROM tenant ORDER BY kind, id')
          .all()
          .map((row) => ({ kind: String(row['kind']), id: String(row['id']), value: String(row['value']) }));
      case 'trail':
        return readTrail(this.#db, question.ask);
      case 'verifyTrail':
        return verifyTrail(this.#db);
      case 'auditTail':
        return this.#db
          .prepare('SELECT ts, actor, what, detail FROM audit ORDER BY id DESC LIMIT ?')
          .all(question.ask.count)
          .map((row) => ({
            tsMs: Number(row['ts']),
            actor: String(row['actor']),
            what: String(row['what']),
            detail: String(row['detail']),
          }));
      case 'prune':
        return prune(this.#db, question.ask.nowMs, question.ask.retention);
      case 'stats':
        return this.#group.stats;
      case 'close':
        this.#db.close();
        this.#release();
        return null;
    }
  }
}

function start(port: MessagePort, file: string): void {
  try {
    const thread = new StoreThread(port, file);
    port.on('message', (message: ToThread) => thread.receive(message));
    port.postMessage({ kind: 'open' } satisfies FromThread);
  } catch (error) {
    port.postMessage({ kind: 'refused', fault: storeFault(error, file, 'open') } satisfies FromThread);
    port.close();
  }
}

if (parentPort !== null) {
  const port = parentPort;
  // A thread that was started ahead is told its file later
  if (workerData === null) port.once('message', (file) => start(port, String(file)));
  else start(port, String(workerData));
}
