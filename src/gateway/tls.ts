import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fail, reasonOf } from '../errors/error.ts';

const DAY_MS = 86_400_000;
/** Certificates of 90 days are renewed when 30 are left; fewer than this say that nobody does. Our choice. */
const SOON_DAYS = 14;

/** Where certificate and key lie, absolute; both in PEM form. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** What TLS is spoken with. */
export interface TlsPair {
  /** The certificate and those that lead to a root, as the file has them. */
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Whom the certificate is for, as it says itself: `DNS:site.example.uz, IP Address:10.0.0.5`. */
  readonly names: string;
  /** From when and until when it is valid, ms UTC. */
  readonly fromMs: number;
  readonly untilMs: number;
}

function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    return fail('JW_TLS_FILE', { file, reason: reasonOf(error) }, '', error);
  }
}

function certificateIn(pem: Buffer, file: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    return fail('JW_TLS_CERT', { file, reason: reasonOf(error) }, '', error);
  }
}

function keyIn(pem: Buffer, file: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    return fail('JW_TLS_KEY', { file, reason: reasonOf(error) }, '', error);
  }
}

/**
 * Reads certificate and key. An expired certificate is read too, so that a gateway that starts again while a site runs comes
 * back with what it had: `checkValid` refuses one.
 *
 * @throws JoulewrightError JW_TLS_FILE, JW_TLS_CERT, JW_TLS_KEY, JW_TLS_PAIR when the key belongs to another certificate
 */
export function readTls(files: TlsFiles): TlsPair {
  const [cert, key] = [readPem(files.cert), readPem(files.key)];
  const certificate = certificateIn(cert, files.cert);
  if (!certificate.checkPrivateKey(keyIn(key, files.key))) fail('JW_TLS_PAIR', { ...files });
  return {
    cert,
    key,
    names: certificate.subjectAltName ?? certificate.subject.replaceAll('\n', ', '),
    fromMs: certificate.validFromDate.getTime(),
    untilMs: certificate.validToDate.getTime(),
  };
}

/** @throws JoulewrightError JW_TLS_EXPIRED outside of the time for which a certificate is valid */
export function checkValid({ fromMs, untilMs }: TlsPair, { cert }: TlsFiles, nowMs: number): void {
  if (nowMs >= fromMs && nowMs < untilMs) return;
  const [from, until] = [fromMs, untilMs].map((ms) => new Date(ms).toISOString());
  fail('JW_TLS_EXPIRED', { file: cert, from: from!, until: until! });
}

/** Whole days for which a certificate is still valid where they are few; null where there is time. */
export function daysLeft({ untilMs }: TlsPair, nowMs: number): number | null {
  const days = Math.floor((untilMs - nowMs) / DAY_MS);
  return days < SOON_DAYS ? days : null;
}
