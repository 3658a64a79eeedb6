import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStore } from './store.ts';

const WRITER = fileURLToPath(new URL('./fixtures/writer.ts', import.meta.url));

/** Runs a writing process, kills it without warning after `acks` acknowledgements, returns the ids that it acknowledged. */
function writeAndKill(file: string, run: number, acks: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WRITER, file, String(run)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.split('\n').length > acks) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL' && process.platform !== 'win32')
        reject(new Error(`the writer ended with ${code ?? signal}`));
      else resolve(text.split('\n').slice(0, -1));
    });
  });
}

it('has every acknowledged row after kill -9, again and again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'joulewright-kill-'));
  const file = join(folder, 'site.db');
  const acknowledged: string[] = [];
  for (let run = 0; run < 3; run++) acknowledged.push(...(await writeAndKill(file, run, 200 + 150 * run)));
  expect(acknowledged.length).toBeGreaterThan(1000);

  const store = await openStore(file);
  const { rows } = await store.usagePage({ fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }, 1_000_000);
  const stored = new Set(rows.map((r) => r.requestId));
  expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  await store.append('audit', [{ tsMs: 1, actor: 'ops', what: 'after', detail: null }]);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
