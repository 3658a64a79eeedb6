import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript } from './completion.ts';

/** What bash would offer for a line whose last word is being typed. */
function offered(...words: string[]): string[] {
  const line = words.map((word) => `'${word}'`).join(' ');
  const script = `${completionScript('bash')}
COMP_WORDS=(joulewright ${line}); COMP_CWORD=${words.length}; COMPREPLY=(); _joulewright; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  return stdout.split('\n').filter((word) => word !== '');
}

const hasBash = spawnSync('bash', ['--version']).status === 0;
if (!hasBash) console.warn('no bash found: what it completes is not tested');

describe('completion', () => {
  it.runIf(hasBash)('completes commands, options and their known values, names of the catalogue too', () => {
    expect(offered('comp')).toEqual(['compare']);
    expect(offered('compare', '--max-p')).toEqual(['--max-power']);
    expect(offered('compare', '--by', 'l')).toEqual(['lcot']);
    expect(offered('compare', '--model', 'deepseek-v3')).toContain('deepseek-v3.1');
    expect(offered('compare', '--accelerators', 'amd-mi3')).toContain('amd-mi300x');
    expect(offered('simulate', '--policy', '')).toContain('siloed');
  });

  it('has a script for fish, and says what there is for others', () => {
    const fish = completionScript('fish');
    expect(fish).toMatch(/-l engine .* -x -a 'vllm /);
    expect(() => completionScript('tcsh')).toThrow(/bash, zsh or fish/);
  });
});
