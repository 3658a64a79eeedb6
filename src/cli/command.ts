import { parseArgs } from 'node:util';
import { fail } from '../errors/error.ts';
import { nearestWord } from '../units/nearest.ts';

/** One option of a command. */
export interface OptionDef {
  readonly type: 'string' | 'boolean';
  readonly about: string;
  /** What a string option takes, for help: FILE, NAME, 15m. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly short?: string;
  /** Words that complete a string option; a function where they must be loaded first. */
  readonly words?: readonly string[] | (() => readonly string[]);
}

/** One positional argument. */
export interface PositionalDef {
  readonly name: string;
  readonly about: string;
  readonly required: boolean;
  /** The last one only: takes all that follow. */
  readonly many?: boolean;
  /** Words that complete it. */
  readonly words?: readonly string[];
}

/** What was typed, checked against the definition. */
export interface Typed {
  readonly positionals: readonly string[];
  /** Text of a string option, the last one given. */
  text(name: string): string | undefined;
  /** All texts of a repeatable option, commas split them too. */
  texts(name: string): readonly string[];
  /** All texts of a repeatable option, as they stand. */
  raw(name: string): readonly string[];
  flag(name: string): boolean;
}

/** A verb of the command line. */
export interface Command {
  readonly name: string;
  readonly about: string;
  /** A few sentences under the usage line. */
  readonly details?: string;
  readonly positionals: readonly PositionalDef[];
  readonly options: Readonly<Record<string, OptionDef>>;
  readonly examples: readonly string[];
  /** A help page of its own for the arguments given with --help; undefined for the page of the command. */
  readonly helpFor?: (positionals: readonly string[]) => string | undefined;
  /** Returns the exit code. */
  readonly run: (typed: Typed) => Promise<number>;
}

const HELP: OptionDef = { type: 'boolean', about: 'show this help', short: 'h' };

/**
 * Reads the words after a command's name.
 *
 * @throws JW_USAGE for an unknown option (with the nearest known one), a missing value, or a missing or extra argument.
 */
export function readArguments(command: Command, words: readonly string[]): Typed | { readonly help: string } {
  const options: Record<string, OptionDef> = { ...command.options, help: HELP };
  const config: Record<string, { type: 'string' | 'boolean'; multiple: boolean; short?: string }> = {};
  for (const [name, def] of Object.entries(options)) {
    config[name] = {
      type: def.type,
      multiple: def.type === 'string',
      ...(def.short === undefined ? {} : { short: def.short }),
    };
  }
  const { tokens } = parseArgs({
    args: [...words],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: command.name });
  const positionals: string[] = [];
  const texts = new Map<string, string[]>();
  const flags = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const def = options[token.name];
    if (def === undefined) {
      const near = nearestWord(token.name, Object.keys(options));
      return wrong(`unknown option ${token.rawName}${near === undefined ? '' : `; did you mean --${near}?`}`);
    }
    if (def.type === 'boolean') {
      if (token.value !== undefined) return wrong(`${token.rawName} takes no value`);
      flags.add(token.name);
    } else if (token.value === undefined || token.value === '') {
      return wrong(`${token.rawName} needs a value: ${def.value ?? 'TEXT'}`);
    } else texts.set(token.name, [...(texts.get(token.name) ?? []), token.value]);
  }
  if (flags.has('help')) return { help: command.helpFor?.(positionals) ?? helpOf(command) };
  const required = command.positionals.filter((p) => p.required);
  if (positionals.length < required.length) return wrong(`${required[positionals.length]!.name} is missing`);
  if (positionals.length > command.positionals.length && command.positionals.at(-1)?.many !== true)
    return wrong(`"${positionals[command.positionals.length]}" is one argument too many`);
  return {
    positionals,
    text: (name) => texts.get(name)?.at(-1),
    texts: (name) => (texts.get(name) ?? []).flatMap((t) => t.split(',')).map((t) => t.trim()),
    raw: (name) => texts.get(name) ?? [],
    flag: (name) => flags.has(name),
  };
}

function placeOf(p: PositionalDef): string {
  const name = p.many === true ? `${p.name}...` : p.name;
  return p.required ? name : `[${name}]`;
}

/** The help page of a command. */
export function helpOf(command: Command): string {
  const places = command.positionals.map((p) => placeOf(p)).join(' ');
  const rows: [string, string][] = Object.entries({ ...command.options, help: HELP }).map(([name, def]) => {
    const short = def.short === undefined ? '    ' : `-${def.short}, `;
    const value = def.type === 'string' ? ` ${def.value ?? 'TEXT'}` : '';
    return [`${short}--${name}${value}`, `${def.about}${def.multiple === true ? ' (repeatable)' : ''}`];
  });
  const wide = Math.max(...rows.map(([left]) => left.length), ...command.positionals.map((p) => p.name.length + 4));
  const lines = [
    `joulewright ${command.name}: ${command.about}`,
    '',
    `Usage: joulewright ${command.name} ${places} [options]`,
  ];
  if (command.details !== undefined) lines.push('', command.details);
  if (command.positionals.length > 0) {
    lines.push('', 'Arguments:');
    for (const p of command.positionals) lines.push(`  ${`    ${p.name}`.padEnd(wide)}  ${p.about}`);
  }
  lines.push('', 'Options:');
  for (const [left, right] of rows) lines.push(`  ${left.padEnd(wide)}  ${right}`);
  if (command.examples.length > 0) lines.push('', 'Examples:', ...command.examples.map((e) => `  ${e}`));
  return lines.join('\n');
}
