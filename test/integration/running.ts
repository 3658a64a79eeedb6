import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LiveSnapshot } from '../../src/server/api.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const BUKHARA = path.join(ROOT, 'sites', 'bukhara.yaml');
const LAUNCHER = path.join(ROOT, 'bin', 'joulewright.cjs');

/** What a command printed and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder for one test, removed by the returned function. */
export function scratch(): { readonly dir: string; readonly remove: () => void } {
  const dir = mkdtempSync(path.join(tmpdir(), 'joulewright-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** Runs the command line to its end. */
export function command(words: readonly string[], cwd = ROOT): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [LAUNCHER, ...words], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      err += text;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** A site started through the launcher in a process group of its own, as a terminal would. */
export class RunningCommand {
  readonly child: ChildProcess;
  out = '';
  err = '';
  readonly ended: Promise<number | null>;

  constructor(words: readonly string[]) {
    this.child = spawn(process.execPath, [LAUNCHER, 'run', ...words], {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout!.on('data', (text) => {
      this.out += text;
    });
    this.child.stderr!.on('data', (text) => {
      this.err += text;
    });
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** The address once the site is ready. */
  async url(): Promise<string> {
    for (let i = 0; i < 600; i++) {
      const found = /control room\s+(http:\/\/\S+?)\//.exec(this.out);
      if (found !== null) return found[1]!;
      if (this.child.exitCode !== null) break;
      await pause(50);
    }
    throw new Error(`not ready:\n${this.out}\n${this.err}`);
  }

  /** A signal to the whole group, as Ctrl-C or a power cut. */
  signal(name: 'SIGINT' | 'SIGKILL' | 'SIGTERM'): void {
    process.kill(-this.child.pid!, name);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The next `count` snapshots of the control room's stream. */
export async function snapshots(url: string, count = 1): Promise<LiveSnapshot[]> {
  const answer = await fetch(`${url}/api/live`);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const found: LiveSnapshot[] = [];
  let text = '';
  while (found.length < count) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      if (event.startsWith('data: ') && found.length < count) found.push(JSON.parse(event.slice(6)));
    }
  }
  await reader.cancel();
  return found;
}

/** Waits until a condition holds, up to `ms`, looking every `everyMs`. */
export async function until<T>(what: () => Promise<T | undefined>, ms = 15_000, everyMs = 100): Promise<T> {
  const endMs = Date.now() + ms;
  for (;;) {
    const value = await what();
    if (value !== undefined) return value;
    if (Date.now() > endMs) throw new Error(`waited ${ms} ms in vain`);
    await pause(everyMs);
  }
}
