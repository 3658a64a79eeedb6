import type { Site } from '../site/site.ts';
import type { CertificateInUse } from './certificate.ts';
import type { GatewayHost } from './gatewayHost.ts';
import type { LivePolicy, Solver } from './solver.ts';

/** How a site is started. */
export interface RunOptions {
  readonly siteFile: string;
  readonly host?: string;
  readonly port?: number;
  /** Data folder instead of the site file's. */
  readonly data?: string;
  /** Site seconds per second, 1 to 86,400. */
  readonly speed: number;
  /** By whose plans it is run; `joint` when left out. */
  readonly policy?: LivePolicy;
  /** Told what became of a changed site file or certificate, in a sentence. */
  readonly onChange?: (text: string) => void;
}

/** A site that runs. */
export interface RunningSite {
  readonly site: Site;
  readonly url: string;
  /** The admin key that the first start has made, to be shown once; null on every other start. */
  readonly firstKey: string | null;
  readonly dataDir: string;
  /** The certificate that TLS began with; null where HTTP is spoken in the clear. */
  readonly certificate: CertificateInUse | null;
  readonly warnings: readonly string[];
  /** The processes, for drills and tests. */
  readonly gateway: GatewayHost;
  readonly solver: Solver;
  /** Number of the newest directive: it grows every second, whatever becomes of the gateway. */
  readonly seq: () => number;
  /** Resolves when the site can no longer run. */
  readonly failed: Promise<Error>;
  /** Takes the site file over as it is now, as a change of it does; says in the events how it went. Never rejects. */
  reload(): Promise<void>;
  stop(): Promise<void>;
}
