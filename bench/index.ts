/*
 * Runs benches, each in a process of its own, and prints what they found.
 *
 *   npm run bench [-- NAME...] [-- --repeat N] [-- --json] [-- --list]
 *
 * Without names all but the longest run, one after the other. Other words go to every bench that runs. Figures are ratios to a peer or
 * a bound of the same run first; docs/benchmarks.md says what each means.
 */
import { spawn } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Result, tableOf } from './figures.ts';
import { canPin, nodeCommand } from './processes.ts';

const BENCHES = [
  'simulate-year',
  'pv-year',
  'facility-year',
  'predict',
  'replay',
  'lookahead',
  'joint-year',
  'plan',
  'start',
  'restart',
  'gateway',
  'store',
] as const;
/** Run only when they are named: minutes on a quiet machine, a quarter of an hour on a busy one. */
const LONG: readonly string[] = ['plan', 'joint-year'];
/** Options that take a value. */
const VALUED = new Set(['--repeat', '--policy', '--dir', '--years', '--steps', '--days']);

/** Where the figures come from. */
function machine() {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Number((totalmem() / 2 ** 30).toFixed(1)),
    system: `${type()} ${release()} ${process.arch}`,
    node: process.version,
    pinned: canPin(),
    date: new Date().toISOString().slice(0, 10),
  };
}

async function resultOf(name: string, words: readonly string[]): Promise<Result> {
  const script = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  const [command, rest] = nodeCommand([script, ...words, '--json']);
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the bench ${name} ended with ${code}`);
  const result: Result = JSON.parse(text);
  return result;
}

const names: string[] = [];
const rest: string[] = [];
const words = process.argv.slice(2);
for (let i = 0; i < words.length; i++) {
  const word = words[i]!;
  if (!word.startsWith('--')) names.push(word);
  else if (VALUED.has(word)) rest.push(word, words[++i] ?? '');
  else if (word !== '--json' && word !== '--list') rest.push(word);
}
const unknown = names.filter((name) => !BENCHES.some((bench) => bench === name));
if (unknown.length > 0 || words.includes('--list')) {
  const text = `benches: ${BENCHES.join(', ')}\n`;
  if (unknown.length === 0) process.stdout.write(text);
  else process.stderr.write(`there is no bench "${unknown[0]}"; ${text}`);
  process.exit(unknown.length === 0 ? 0 : 64);
}

const about = machine();
const asJson = words.includes('--json');
if (!asJson) {
  const { cpu, cores, memoryGb, system, node, pinned, date } = about;
  const held = pinned ? 'processes held on cores' : 'processes not held on cores';
  process.stdout.write(`${date}, ${cpu}, ${cores} cores, ${memoryGb} GB, ${system}, Node ${node}, ${held}\n\n`);
}
const results: Result[] = [];
for (const name of names.length === 0 ? BENCHES.filter((bench) => !LONG.includes(bench)) : names) {
  const result = await resultOf(name, rest);
  results.push(result);
  if (!asJson) process.stdout.write(tableOf(result));
}
if (asJson) process.stdout.write(`${JSON.stringify({ machine: about, results }, null, 2)}\n`);
