import { fail } from '../errors/error.ts';
import type { Command, OptionDef } from './command.ts';
import { COMMANDS } from './commands.ts';

/** Words that complete an option's value; none for most. */
function valuesOf({ words = [] }: OptionDef): readonly string[] {
  return typeof words === 'function' ? words() : words;
}

/** Cases of a shell script that complete the values of a command's options by the word before. */
function valueCases(command: Command): string {
  return Object.entries(command.options)
    .flatMap(([name, def]) => {
      const values = valuesOf(def).filter((value) => /^[\w.+-]+$/.test(value));
      return values.length === 0
        ? []
        : [`      --${name}) COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$current")); return ;;\n`];
    })
    .join('');
}

/**
 * A script for the shell that completes commands, options and the values of options that are known words, names of the catalogue
 * among them (files complete by themselves). @throws JW_USAGE for another shell
 */
export function completionScript(shell: string): string {
  const commands = COMMANDS.map((c) => c.name).join(' ');
  const options = (name: string) => {
    const command = COMMANDS.find((c) => c.name === name)!;
    const named = command.positionals.flatMap((p) => p.words ?? []);
    return [...[...Object.keys(command.options), 'help'].map((o) => `--${o}`), ...named].join(' ');
  };
  if (shell === 'bash' || shell === 'zsh') {
    const cases = COMMANDS.map((c) => {
      const values = valueCases(c);
      const after = values === '' ? '' : `\n      case "$previous" in\n${values}      esac`;
      return `    ${c.name}) words="${options(c.name)}"${after} ;;`;
    }).join('\n');
    return `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_joulewright() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words=""
  case "\${COMP_WORDS[1]}" in
${cases}
    *) words="${commands} --help --version" ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then words="${commands} --help --version"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ "\${current#-}" = "$current" ] && [ "$COMP_CWORD" -gt 1 ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _joulewright joulewright
`;
  }
  if (shell === 'fish') {
    const lines = COMMANDS.flatMap((c) => [
      `complete -c joulewright -n __fish_use_subcommand -a ${c.name} -d '${c.about.replaceAll("'", '')}'`,
      ...c.positionals.flatMap((p) =>
        (p.words ?? []).map((word) => `complete -c joulewright -n '__fish_seen_subcommand_from ${c.name}' -a ${word}`),
      ),
      ...Object.entries(c.options).map(([name, def]) => {
        const values = valuesOf(def);
        const takes = def.type !== 'string' ? '' : values.length === 0 ? ' -r' : ` -x -a '${values.join(' ')}'`;
        return `complete -c joulewright -n '__fish_seen_subcommand_from ${c.name}' -l ${name} -d '${def.about.replaceAll("'", '')}'${takes}`;
      }),
    ]);
    return `${lines.join('\n')}\n`;
  }
  const got = shell === '' ? '' : `, not "${shell}"`;
  return fail('JW_USAGE', { reason: `--completion takes bash, zsh or fish${got}`, command: '--completion bash' });
}
