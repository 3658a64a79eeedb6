import { checkValid, daysLeft, readTls } from '../gateway/tls.ts';
import { systemClock } from '../series/clock.ts';
import type { Site } from '../site/site.ts';
import { watchFiles } from './reload.ts';

/** The certificate of a site, as people are told of it. */
export interface CertificateInUse {
  /** Whom it is for, as it says itself. */
  readonly names: string;
  readonly untilMs: number;
  /** What must be said of it; undefined where there is nothing. */
  readonly warning: string | undefined;
}

/** The certificate of a site, valid now; null where it has none. @throws JoulewrightError JW_TLS_... what is wrong with its files */
export function certificateOf({ gateway: { tls } }: Site): CertificateInUse | null {
  if (tls === undefined) return null;
  const nowMs = systemClock.nowMs();
  const pair = readTls(tls);
  checkValid(pair, tls, nowMs);
  const days = daysLeft(pair, nowMs);
  const warning = days === null ? undefined : `the certificate of the gateway is valid for ${days} more days: renew it`;
  return { names: pair.names, untilMs: pair.untilMs, warning };
}

/** Tells of each change of the files of certificate and key. */
export function certificateWatch(changed: () => void): { watch(site: Site): void; end(): void } {
  let end = (): void => undefined;
  return {
    watch({ gateway: { tls } }) {
      end();
      end = watchFiles(tls === undefined ? [] : [tls.cert, tls.key], changed);
    },
    end: () => end(),
  };
}
