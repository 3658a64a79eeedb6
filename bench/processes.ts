import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** As the launcher does. */
const FLAGS = ['--disable-warning=ExperimentalWarning'];
/** Clock ticks per second in /proc, fixed by the kernel's interface. */
const TICKS_PER_S = 100;

/** The JavaScript that `npm run build` made, unless a source is newer than it: then, or without one, the reason. */
export function builtRoot(): URL | string {
  const main = join(ROOT, 'dist', 'src', 'cli', 'main.js');
  if (!existsSync(main)) return 'no built JavaScript to compare with; `npm run build` makes it';
  const builtMs = statSync(main).mtimeMs;
  const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const newer = sources.find(
    (name) => /(?<!\.test)\.ts$/.test(name) && statSync(join(ROOT, 'src', name)).mtimeMs > builtMs,
  );
  if (newer !== undefined) return `the built JavaScript is older than src/${newer}; \`npm run build\` makes it anew`;
  return new URL('../dist/src/', import.meta.url);
}

let pins: boolean | undefined;

/** True where processes can be held on a core, which keeps the measured one from wandering. */
export function canPin(): boolean {
  pins ??= availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  return pins;
}

/** A command line held on a core, where holding is possible. */
export function pinned(words: readonly string[], core: number): [command: string, words: string[]] {
  return canPin() ? ['taskset', ['-c', String(core), ...words]] : [words[0]!, words.slice(1)];
}

/** The command line of a Node process, held on a core where a core is given and holding is possible. */
export function nodeCommand(words: readonly string[], core?: number): [command: string, words: string[]] {
  const node = [process.execPath, ...FLAGS, ...words];
  if (core === undefined || !canPin()) return [node[0]!, node.slice(1)];
  return ['taskset', ['-c', String(core), ...node]];
}

/** Starts a Node process that can be spoken to by messages. */
export function speaking(words: readonly string[], core?: number): ChildProcess {
  const [command, rest] = nodeCommand(words, core);
  return spawn(command, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/** Runs a Node process to its end and returns what it printed; throws when it failed. */
export function runNode(words: readonly string[], core?: number): string {
  const [command, rest] = nodeCommand(words, core);
  const ran = spawnSync(command, rest, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (ran.status !== 0) throw new Error(`${words.join(' ')} ended with ${ran.status ?? ran.signal}`);
  return ran.stdout;
}

/** The fields of /proc/PID/stat after the command's name, which may hold spaces; undefined when the process has gone. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** A process and all that descend from it. Linux only. */
export function familyOf(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (stat !== undefined) parents.set(Number(name), Number(stat[1]));
  }
  const family = [pid];
  for (const member of family) {
    for (const [child, parent] of parents) if (parent === member) family.push(child);
  }
  return family;
}

/** CPU time of a process with its threads, and of its children that have ended, s; 0 for one that has gone. */
function cpuOf(pid: number): number {
  const stat = statOf(pid);
  if (stat === undefined) return 0;
  const [user, system, childUser, childSystem] = stat.slice(11, 15).map(Number);
  const ofChildrenS = (childUser! + childSystem!) / TICKS_PER_S;
  return ofChildrenS + Math.max((user! + system!) / TICKS_PER_S, threadsS(pid));
}

/** CPU time of the threads that still live, s: finer than the ticks of the process, but blind to threads that have ended. */
function threadsS(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return (
      threads.reduce(
        (sum, id) => sum + Number.parseInt(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8'), 10),
        0,
      ) / 1e9
    );
  } catch {
    return 0;
  }
}

/** Memory of a process, MB: its own and its part of what it shares (PSS); NaN when it could not be read. */
function memoryOf(pid: number): number {
  try {
    const found = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
    return Number(found?.[1] ?? Number.NaN) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** CPU time, s, and memory, MB, of a process and all that descend from it; NaN on systems without /proc. */
export function spentBy(pid: number): { readonly cpuS: number; readonly memoryMb: number } {
  if (!existsSync('/proc/self/smaps_rollup')) return { cpuS: Number.NaN, memoryMb: Number.NaN };
  const family = familyOf(pid);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return { cpuS: sum(family.map(cpuOf)), memoryMb: sum(family.map(memoryOf)) };
}
