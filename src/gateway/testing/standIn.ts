import type { Directive } from '../../control/contract.ts';
import type { GatewayConfig } from '../messages.ts';

/** A gateway on any free port before one engine, open to everybody on this machine. */
export function plainConfig(folder: string, engineUrl: string): GatewayConfig {
  return {
    host: '127.0.0.1',
    port: 0,
    dataDir: folder,
    staticDir: null,
    zone: 'Asia/Samarkand',
    engines: [{ kind: 'openai', id: 'engine', model: 'real', url: engineUrl }],
    models: [{ name: 'chat', engines: ['engine'] }],
    log: 'warnings',
    apiKeys: [],
    open: true,
    hosts: [],
    residency: [],
    currency: 'USD',
    trail: null,
  };
}

/** An order for an hour that holds nothing back. */
export function plainDirective(): Directive {
  const nowMs = Date.now();
  return {
    seq: 1,
    issuedMs: nowMs,
    validUntilMs: nowMs + 3_600_000,
    classes: [],
    engines: [],
    facilityFactor: 1.2,
    carbonGPerKwh: 400,
    waterLPerKwh: 0.5,
    pricePerKwh: 0.08,
    currency: 'USD',
  };
}
