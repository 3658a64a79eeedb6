import { readFileSync } from 'node:fs';
import { random } from '../../series/random.ts';
import { MOST_LINES } from '../batch/inspect.ts';
import { batchOrders } from './batchOrders.ts';
import { forkGateway } from './child.ts';
import { paidEngine } from './paidEngine.ts';
import { plainConfig, plainDirective } from './standIn.ts';

export interface LargeBatchReport {
  readonly lines: number;
  readonly fileBytes: number;
  readonly outputLines: number;
  readonly errorLines: number;
  /** Lines for which the engine was paid more than once. */
  readonly paidAgain: number;
  /** Peak of the resident memory of the gateway process, MB; NaN where the system does not tell it. */
  readonly peakMb: number;
  /** From the upload to the end of the batch, s. */
  readonly seconds: number;
  readonly failures: readonly string[];
}

/**
 * One batch of as many lines as the API takes, through a real gateway process to a fast engine and back.
 * @param folder an empty folder for the data of the gateway
 * @param lineBytes least length of a line; 4,185 make a file of 200 MiB
 */
export async function largeBatch(folder: string, lineBytes: number, lines = MOST_LINES): Promise<LargeBatchReport> {
  const failures: string[] = [];
  const engine = await paidEngine({ draw: random(1), failures: 0, slowestMs: 0 });
  const orders = batchOrders(lines, (text) => failures.push(text), lineBytes);
  const gateway = forkGateway(plainConfig(folder, engine.url), plainDirective());
  try {
    const url = await gateway.ready;
    const began = performance.now();
    const fileBytes = await orders.sendOne(url);
    const { output, errors } = await orders.finish(url);
    const seconds = (performance.now() - began) / 1000;
    const paidAgain = [...engine.paid.values()].filter((times) => times > 1).length;
    const peakMb = peakMbOf(gateway.process.pid);
    return { lines, fileBytes, outputLines: output, errorLines: errors, paidAgain, peakMb, seconds, failures };
  } finally {
    await gateway.kill();
    engine.close();
  }
}

/** Linux tells it; elsewhere it is not known. */
function peakMbOf(pid: number | undefined): number {
  try {
    const found = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return Number(found?.[1] ?? Number.NaN) / 1024;
  } catch {
    return Number.NaN;
  }
}
