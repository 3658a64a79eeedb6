import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { BatchAsk, BatchQuote, Directive } from '../../control/contract.ts';
import { siblingUrl } from '../../units/sibling.ts';
import type { FromGateway, GatewayConfig, ToGateway } from '../messages.ts';

/** A gateway process with a stand-in for main. */
export interface GatewayChild {
  readonly process: ChildProcess;
  /** Its address once it listens; rejects with what it could not do, or when it ends before. */
  readonly ready: Promise<string>;
  /** The admin key that it made at its first start; null before it is ready and at every other start. */
  readonly firstKey: string | null;
  /** `kill -9`; resolves when it has gone. */
  kill(): Promise<void>;
}

/** A quote that knows nothing: a batch begins at once. */
const unknown = ({ atMs, deadlineMs }: BatchAsk): BatchQuote => ({
  startMs: atMs,
  endMs: deadlineMs,
  greenShare: null,
  pricePerKwh: null,
  cost: null,
  currency: 'USD',
  basis: 'none',
  reason: 'nothing is known',
});

/**
 * Starts the gateway as the running site does: a process of its own that is told its configuration and one directive. What it logs is
 * not shown, because a drill makes it complain all the time; `process.stderr` has it.
 */
export function forkGateway(
  config: GatewayConfig,
  directive: Directive,
  quote: (ask: BatchAsk) => BatchQuote = unknown,
): GatewayChild {
  const child = fork(siblingUrl(import.meta.url, '../process'), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  child.stderr?.resume();
  const exit = once(child, 'exit');
  let firstKey: string | null = null;
  // A message to a process that has just been killed is lost
  const send = (message: ToGateway): boolean => child.send(message, () => undefined);
  const ready = new Promise<string>((resolve, reject) => {
    child.on('message', (message: FromGateway) => {
      if (message.type === 'ready') {
        firstKey = message.firstKey;
        send({ type: 'directive', directive });
        resolve(message.url);
      } else if (message.type === 'failed') reject(new Error(JSON.stringify(message.faults)));
      else if (message.type === 'quote') send({ type: 'quote', id: message.id, quote: quote(message.ask) });
    });
    void exit.then(() => reject(new Error('the gateway has ended')));
  });
  ready.catch(() => undefined);
  send({ type: 'start', config });
  return {
    process: child,
    ready,
    get firstKey() {
      return firstKey;
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
