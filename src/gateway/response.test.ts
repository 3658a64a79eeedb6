import { createServer, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { responseWith } from './response.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Headers of an answer whose head is written like this. */
async function headersOf(write: (response: ServerResponse) => unknown): Promise<Headers> {
  const server = createServer({ ServerResponse: responseWith({ 'x-always': 'yes' }, 1_000) }, (_request, response) => {
    write(response);
    response.end();
  });
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return (await fetch(`http://127.0.0.1:${address.port}/`)).headers;
}

describe('a response that has headers always', () => {
  it.each<[string, (response: ServerResponse) => unknown]>([
    ['with an object', (response) => response.writeHead(200, { 'x-own': 'too' })],
    ['with a list', (response) => response.writeHead(200, ['x-own', 'too'])],
    ['with a reason', (response) => response.writeHead(200, 'Fine', { 'x-own': 'too' })],
    ['after one was set', (response) => response.setHeader('x-own', 'too').writeHead(200)],
    ['by the first byte of the body', (response) => response.setHeader('x-own', 'too').write('x')],
  ])('adds them where the head is written %s', async (_how, write) => {
    const headers = await headersOf(write);
    expect([headers.get('x-always'), headers.get('x-own')]).toEqual(['yes', 'too']);
  });
});
