import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Directive } from '../control/contract.ts';
import type { GatewayConfig } from '../gateway/messages.ts';
import { PACKAGE_ROOT } from '../report/version.ts';
import type { Site } from '../site/site.ts';
import { engineConfigs, modelNames } from './engineConfigs.ts';

/** The folder of the control room, where it was built. */
export function controlRoom(): string | null {
  const built = fileURLToPath(new URL('dist/dashboard', PACKAGE_ROOT));
  return existsSync(path.join(built, 'index.html')) ? built : null;
}

/** What the gateway process needs to know of the site. */
export function gatewayConfig(
  site: Site,
  options: { readonly host?: string; readonly port?: number },
  dataDir: string,
  directive: Directive | undefined,
): Omit<GatewayConfig, 'trail'> {
  return {
    host: options.host ?? site.gateway.host,
    port: options.port ?? site.gateway.port,
    ...(site.gateway.tls === undefined ? {} : { tls: site.gateway.tls }),
    dataDir,
    staticDir: controlRoom(),
    zone: site.context.zone,
    engines: engineConfigs(site, directive),
    models: modelNames(site),
    log: site.gateway.log,
    apiKeys: [],
    open: site.gateway.open,
    hosts: site.gateway.hosts,
    residency: site.gateway.residency,
    trustedProxies: site.gateway.trustedProxies,
    mediaHosts: site.gateway.mediaHosts,
    retention: site.gateway.retention,
    currency: site.money.currency,
  };
}
