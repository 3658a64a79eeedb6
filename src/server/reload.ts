import { unwatchFile, watchFile } from 'node:fs';
import type { Site } from '../site/site.ts';

/** How often the site file is looked at, ms. */
const LOOK_EVERY_MS = 1_000;
/** An editor may still be writing when the change is seen, ms. */
const SETTLE_MS = 200;

/** Tells of each change of a file, also where an editor puts another file in its place. Returns what ends the watch. */
export function watchSiteFile(file: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = (now: { readonly mtimeMs: number }, before: { readonly mtimeMs: number }): void => {
    // 0: the file is not there; it is just being replaced, or the site goes on without it
    if (now.mtimeMs === 0 || now.mtimeMs === before.mtimeMs) return;
    clearTimeout(timer);
    timer = setTimeout(changed, SETTLE_MS);
  };
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, look);
  return () => {
    clearTimeout(timer);
    unwatchFile(file, look);
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
  const { host, port, data, retention, trustedProxies } = running.gateway;
  const kept = { host, port, data, retention, trustedProxies };
  const restart = (['host', 'port', 'data', 'retention', 'trustedProxies'] as const).filter(
    (key) => JSON.stringify(next.gateway[key]) !== JSON.stringify(kept[key]),
  );
  return {
    site: { ...next, gateway: { ...next.gateway, ...kept } },
    restart: restart.map((key) => `gateway.${key === 'trustedProxies' ? 'trusted_proxies' : key}`),
  };
}
