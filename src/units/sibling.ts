/**
 * The URL of a module beside this one, to start as a worker thread or a child process: `.ts` when the source runs, `.js` when
 * the built package does. `siblingUrl(import.meta.url, './thread')`; the name carries no extension.
 */
export function siblingUrl(moduleUrl: string, name: string): URL {
  return new URL(moduleUrl.endsWith('.ts') ? `${name}.ts` : `${name}.js`, moduleUrl);
}
