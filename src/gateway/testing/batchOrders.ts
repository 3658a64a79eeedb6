import { isObject } from '../../engines/json.ts';

/** Batches that are not over at once. */
const AT_ONCE = 2;
const POLL_MS = 20;
/** How long the last batches may take, ms: a line that an engine fails at waits for up to 85 s. */
const PATIENCE_MS = 180_000;
const ENDPOINT = '/v1/chat/completions';

/** A client that sends batch after batch, over any number of ends of the gateway. */
export interface BatchOrders {
  /** Batches that were accepted. */
  readonly count: number;
  /** Keeps batches under way until `stop`; rejects when the gateway has gone. */
  feed(url: string): Promise<void>;
  /** Sends one batch; returns the bytes of its file. */
  sendOne(url: string): Promise<number>;
  stop(): void;
  /** Sends no more, waits until all are over, and holds their files against what was sent. Returns lines. */
  finish(url: string): Promise<{ readonly output: number; readonly errors: number }>;
}

interface Order {
  readonly ids: readonly string[];
  fileId: string | null;
  bytes: number;
  batchId: string | null;
  isOver: boolean;
}

const OVER = ['completed', 'failed', 'expired', 'cancelled'];

/**
 * @param lines of each batch
 * @param onFailure told what must never happen and did
 * @param lineBytes least length of a line
 */
export function batchOrders(lines: number, onFailure: (text: string) => void, lineBytes = 0): BatchOrders {
  const orders: Order[] = [];
  let feeding = false;

  /** Takes an order as far as it can be taken now. What was acknowledged once is asked for by its id. */
  const send = async (url: string, order: Order): Promise<void> => {
    if (order.fileId === null) {
      const text = order.ids.map((id) => lineFor(id, lineBytes)).join('\n');
      const form = new FormData();
      form.set('purpose', 'batch');
      form.set('file', new Blob([text]), 'input.jsonl');
      const file = await asked(`${url}/v1/files`, { method: 'POST', body: form });
      order.fileId = String(file['id']);
      order.bytes = Number(file['bytes']);
    }
    if (order.batchId === null) {
      // The answer to a batch that was accepted may be lost: the same key gives the same batch
      const headers = { 'content-type': 'application/json', 'idempotency-key': order.ids[0]! };
      const body = { input_file_id: order.fileId, endpoint: ENDPOINT, completion_window: '24h' };
      const batch = await asked(`${url}/v1/batches`, { method: 'POST', headers, body: JSON.stringify(body) });
      order.batchId = String(batch['id']);
    }
    const { status } = await asked(`${url}/v1/batches/${order.batchId}`);
    if (order.isOver && status !== 'completed') onFailure(`${order.batchId} was completed and is ${status}`);
    order.isOver = OVER.includes(String(status));
  };

  /** An answer of the gateway; a refusal is a failure of the drill: all that it asks for was acknowledged. */
  const asked = async (url: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const answer = await fetch(url, init);
    const body: unknown = await answer.json();
    if (answer.status !== 200) onFailure(`${url} gave ${answer.status}: ${JSON.stringify(body)}`);
    return isObject(body) ? body : {};
  };

  const add = (): Order => {
    const ids = Array.from({ length: lines }, (_, i) => `b${orders.length}-${i}`);
    const order: Order = { ids, fileId: null, bytes: 0, batchId: null, isOver: false };
    orders.push(order);
    return order;
  };

  const unfinished = (): Order[] => orders.filter(({ isOver }) => !isOver);

  const verify = async (url: string, order: Order): Promise<[output: number, errors: number]> => {
    const batch = await asked(`${url}/v1/batches/${order.batchId}`);
    if (batch['status'] !== 'completed') onFailure(`${order.batchId} ended as ${String(batch['status'])}`);
    const [output, errors] = await Promise.all(
      [batch['output_file_id'], batch['error_file_id']].map((id) => (typeof id === 'string' ? idsIn(url, id) : [])),
    );
    const times = new Map<string, number>();
    for (const id of [...output!, ...errors!]) times.set(id, (times.get(id) ?? 0) + 1);
    for (const id of order.ids) if (times.get(id) !== 1) onFailure(`${id} has ${times.get(id) ?? 0} lines`);
    if (times.size !== order.ids.length) onFailure(`${order.batchId} has lines that nobody asked for`);
    return [output!.length, errors!.length];
  };

  return {
    get count() {
      return orders.length;
    },
    async feed(url) {
      feeding = true;
      while (feeding) {
        for (const order of unfinished()) await send(url, order);
        if (unfinished().length < AT_ONCE) add();
        else await pause(POLL_MS);
      }
    },
    async sendOne(url) {
      const order = add();
      await send(url, order);
      return order.bytes;
    },
    stop() {
      feeding = false;
    },
    async finish(url) {
      const endMs = performance.now() + PATIENCE_MS;
      while (unfinished().length > 0 && performance.now() < endMs) {
        for (const order of unfinished()) await send(url, order);
        await pause(POLL_MS);
      }
      let [output, errors] = [0, 0];
      for (const order of orders) {
        const [good, bad] = await verify(url, order);
        output += good;
        errors += bad;
      }
      return { output, errors };
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

function lineFor(id: string, bytes: number): string {
  const line = (filler: string): string =>
    JSON.stringify({
      custom_id: id,
      method: 'POST',
      url: ENDPOINT,
      body: { model: 'chat', messages: [{ role: 'user', content: `Question ${filler}${id}` }], max_tokens: 4 },
    });
  // The id stays the last word
  return line('word '.repeat(Math.ceil(Math.max(0, bytes - line('').length) / 5)));
}

/** The ids of an output or error file; a line that is no JSON throws. */
async function idsIn(url: string, fileId: string): Promise<string[]> {
  const answer = await fetch(`${url}/v1/files/${fileId}/content`);
  const text = await answer.text();
  if (!text.endsWith('\n')) throw new Error(`the last line of ${fileId} is cut short`);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const parsed: unknown = JSON.parse(line);
      return isObject(parsed) ? String(parsed['custom_id']) : '';
    });
}
