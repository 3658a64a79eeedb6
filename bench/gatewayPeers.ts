import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pinned, spentBy } from './processes.ts';

const HOST = '127.0.0.1';
/** How long a peer may take to open its port, ms. */
const START_MS = 20_000;

/** A server that is measured from outside. */
export interface Peer {
  readonly url: string;
  /** Headers that its callers send besides. */
  readonly headers: Readonly<Record<string, string>>;
  /** CPU time so far of its processes, µs. */
  cpuMicros(): number;
  stop(): void;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  const endMs = Date.now() + START_MS;
  while (Date.now() < endMs && child.exitCode === null) {
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) return;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`${child.spawnargs.join(' ')} did not open ${url}`);
}

function peerOf(child: ChildProcess, url: string, headers: Peer['headers'], dir?: string): Peer {
  // Whatever ends the bench ends them
  process.once('exit', () => child.kill('SIGKILL'));
  return {
    url,
    headers,
    cpuMicros: () => spentBy(child.pid!).cpuS * 1e6,
    stop: () => {
      child.kill('SIGKILL');
      if (dir !== undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** nginx with one worker that passes everything on at once over kept connections; undefined where it is not installed. */
export async function nginx(upstream: string, core: number): Promise<Peer | undefined> {
  if (spawnSync('nginx', ['-v']).status !== 0) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'joulewright-nginx-'));
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) mkdirSync(join(dir, name));
  const port = await freePort();
  const file = join(dir, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${dir}/pid; error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off; client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi; scgi_temp_path ${dir}/scgi; keepalive_requests 1000000;
  upstream engine { server ${new URL(upstream).host}; keepalive 64; keepalive_requests 1000000; }
  server {
    listen ${HOST}:${port};
    location / { proxy_pass http://engine; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }
}
`,
  );
  const [command, words] = pinned(['nginx', '-p', dir, '-c', file], core);
  const child = spawn(command, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://${HOST}:${port}`;
  await ready(url, child);
  return peerOf(child, url, {}, dir);
}

/** `@portkey-ai/gateway` from a folder in which it is installed; it is no dependency of ours. */
export async function portkey(folder: string, upstream: string, core: number): Promise<Peer> {
  const port = await freePort();
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  const [command, words] = pinned([process.execPath, script, `--port=${port}`, '--headless'], core);
  const child = spawn(command, words, { stdio: 'ignore' });
  const url = `http://${HOST}:${port}`;
  await ready(url, child);
  return peerOf(child, url, { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream}/v1` });
}
