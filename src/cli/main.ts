import { type Fault, JoulewrightError, printFault, reasonOf } from '../errors/error.ts';
import { VERSION } from '../report/version.ts';
import { nearestWord } from '../units/nearest.ts';
import { type Command, helpOf, readArguments } from './command.ts';
import { COMMANDS } from './commands.ts';
import { completionScript } from './completion.ts';

/** The page of `joulewright --help`. */
function overview(): string {
  const wide = Math.max(...COMMANDS.map((c) => c.name.length));
  return [
    'Joulewright plans, simulates and runs AI computing sites for the most tokens per joule.',
    '',
    'Usage: joulewright COMMAND [arguments] [options]',
    '',
    'Commands:',
    ...COMMANDS.map((c) => `  ${c.name.padEnd(wide)}  ${c.about}`),
    '',
    'Options:',
    '  --help       this page; `joulewright COMMAND --help` for one command',
    '  --version    the version',
    '  --completion bash|zsh|fish   a script that completes commands, options and names',
    '',
    'Start here:',
    '  joulewright run sites/bukhara.yaml        a living site with its API and control room',
    '  joulewright simulate sites/bukhara.yaml   a year of it, with a report',
  ].join('\n');
}

/** What is not a command, with the nearest one. Returns the exit code. */
function noCommand(word: string): number {
  const near = nearestWord(
    word,
    COMMANDS.map((c) => c.name),
  );
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  process.stderr.write(`error there is no command "${word}"${hint} [JW_USAGE]\nsee \`joulewright --help\`\n`);
  return 64;
}

function report(faults: readonly Fault[], json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify({ errors: faults }, null, 2)}\n`);
  for (const f of faults) process.stderr.write(`error ${printFault(f)}\n`);
}

/** Runs the command line; returns the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const asked = first === 'help' ? rest[0] : undefined;
    const topic = COMMANDS.find((c) => c.name === asked);
    if (asked !== undefined && topic === undefined) return noCommand(asked);
    process.stdout.write(`${topic === undefined ? overview() : helpOf(topic)}\n`);
    return first === undefined ? 64 : 0;
  }
  if (first === '--version' || first === '-v' || first === 'version') {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  const json = rest.includes('--json');
  try {
    if (first === '--completion') {
      process.stdout.write(completionScript(rest[0] ?? ''));
      return 0;
    }
    const command: Command | undefined = COMMANDS.find((c) => c.name === first);
    if (command === undefined) return noCommand(first);
    const typed = readArguments(command, rest);
    if ('help' in typed) {
      process.stdout.write(`${typed.help}\n`);
      return 0;
    }
    return await command.run(typed);
  } catch (error) {
    if (error instanceof JoulewrightError) {
      report(error.faults, json);
      return error.exit;
    }
    process.stderr.write(`${error instanceof Error ? error.stack : reasonOf(error)}\n`);
    process.stderr.write(
      'error this is a defect of Joulewright; please report it with the lines above [JW_INTERNAL]\n',
    );
    return 70;
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `joulewright ... | head` closes the pipe early: that is no failure.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
process.exitCode = await main(process.argv.slice(2));
