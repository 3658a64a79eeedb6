import { existsSync, readFileSync } from 'node:fs';
import { ERRORS_PAGE, errorsPage } from './errors-page.ts';
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
    const page = existsSync(at(ERRORS_PAGE)) ? readFileSync(at(ERRORS_PAGE), 'utf8').replaceAll('\r\n', '\n') : '';
    const ok = page === errorsPage();
    return { ok, output: ok ? '' : `${ERRORS_PAGE} is not current; \`npm run build\` writes it` };
  },
};

/** All checks that come before the tests. */
export function allChecks(): Check[] {
  const dashboard = existsSync(at('dashboard/tsconfig.json')) ? [types('types of the control room', 'dashboard')] : [];
  return [types('types', '.'), ...dashboard, lint, generated];
}
