import { fail } from '../errors/error.ts';
import { COMMANDS } from './commands.ts';

/** A script for the shell that completes commands and options (files complete by themselves). @throws JW_USAGE for another shell */
export function completionScript(shell: string): string {
  const commands = COMMANDS.map((c) => c.name).join(' ');
  const options = (name: string) => {
    const command = COMMANDS.find((c) => c.name === name)!;
    const named = command.positionals.flatMap((p) => p.words ?? []);
    return [...[...Object.keys(command.options), 'help'].map((o) => `--${o}`), ...named].join(' ');
  };
  if (shell === 'bash' || shell === 'zsh') {
    const cases = COMMANDS.map((c) => `    ${c.name}) words="${options(c.name)}" ;;`).join('\n');
    return `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}_joulewright() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
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
      ...Object.entries(c.options).map(
        ([name, def]) =>
          `complete -c joulewright -n '__fish_seen_subcommand_from ${c.name}' -l ${name} -d '${def.about.replaceAll("'", '')}'${def.type === 'string' ? ' -r' : ''}`,
      ),
    ]);
    return `${lines.join('\n')}\n`;
  }
  const got = shell === '' ? '' : `, not "${shell}"`;
  return fail('JW_USAGE', { reason: `--completion takes bash, zsh or fish${got}`, command: '--completion bash' });
}
