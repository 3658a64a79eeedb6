import { existsSync, readFileSync } from 'node:fs';
import { PAGES } from './pages.ts';
import { at, type Ran, runTool } from './tree.ts';

/** A check that passes or fails as one. */
export interface Check {
  readonly name: string;
  run(): Ran;
}

const types = (name: string, project: string): Check => ({
  name,
  run: () => runTool('typescript/bin/tsc', ['-p', project, '--pretty', 'false']),
});

const lint: Check = {
  name: 'lint and format',
  run: () =>
    runTool('@biomejs/biome/bin/biome', ['ci', '--colors=off', '--error-on-warnings', '--max-diagnostics=50', '.']),
};

const generated: Check = {
  name: 'generated files',
  run() {
    const stale = PAGES.filter(({ path, make }) => {
      const page = existsSync(at(path)) ? readFileSync(at(path), 'utf8').replaceAll('\r\n', '\n') : '';
      return page !== make();
    });
    const names = stale.map(({ path }) => path).join(', ');
    return {
      ok: stale.length === 0,
      output: names === '' ? '' : `not current: ${names}; \`npm run build\` writes them`,
    };
  },
};

/** All checks that come before the tests. */
export function allChecks(): Check[] {
  const dashboard = existsSync(at('dashboard/tsconfig.json')) ? [types('types of the control room', 'dashboard')] : [];
  return [types('types', '.'), ...dashboard, lint, generated];
}
