import { unwatchFile, watchFile } from 'node:fs';
import type { Site } from '../site/site.ts';

/** How often the site file is looked at, ms. */
const LOOK_EVERY_MS = 1_000;
/** An editor may still be writing when the change is seen, ms. */
const SETTLE_MS = 200;

/** Tells of each change of files, also where an editor puts another file in the place of one. Returns what ends the watch. */
export function watchFiles(files: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = (now: { readonly mtimeMs: number }, before: { readonly mtimeMs: number }): void => {
    // 0: the file is not there; it is just being replaced, or the site goes on without it
    if (now.mtimeMs === 0 || now.mtimeMs === before.mtimeMs) return;
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  };
  for (const file of files) watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, look);
  return () => {
    clearTimeout(timer);
    for (const file of files) unwatchFile(file, look);
  };
}

/** What a running site takes of a changed file. */
export interface Change {
  /** The site as it runs on; undefined where nothing may be taken. */
  readonly site: Site | undefined;
  /** Keys whose change needs a restart, as the file names them. */
  readonly restart: readonly string[];
}

/** The books, the tenants and the state of the site hang on these: with another one nothing of the file is taken. */
const identity = (site: Site): Readonly<Record<string, unknown>> => ({
  id: site.id,
  'the time zone': site.context.zone,
  'money.currency': site.money.currency,
});

/** Compares a changed site with the one that runs: address and data folder stay as they are until a restart. */
export function changeOf(running: Site, next: Site): Change {
  const [was, is] = [identity(running), identity(next)];
  const other = Object.keys(was).filter((key) => was[key] !== is[key]);
  if (other.length > 0) return { site: undefined, restart: other };
  const { host, port, data, retention, trustedProxies, tls } = running.gateway;
  const kept = { host, port, data, retention, trustedProxies };
  const restart: string[] = (['host', 'port', 'data', 'retention', 'trustedProxies'] as const)
    .filter((key) => JSON.stringify(next.gateway[key]) !== JSON.stringify(kept[key]))
    .map((key) => `gateway.${key === 'trustedProxies' ? 'trusted_proxies' : key}`);
  // Other files are taken at once; whether TLS is spoken at all is decided when the port is opened
  const { tls: nextTls, ...gateway } = { ...next.gateway, ...kept };
  const switched = (tls === undefined) !== (nextTls === undefined);
  if (switched) restart.push('gateway.tls');
  const used = switched ? tls : nextTls;
  return { site: { ...next, gateway: used === undefined ? gateway : { ...gateway, tls: used } }, restart };
}
