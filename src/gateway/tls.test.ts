import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { selfSigned } from './fixtures/selfSigned.ts';
import { checkValid, daysLeft, readTls } from './tls.ts';

const dir = mkdtempSync(join(tmpdir(), 'joulewright-tls-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const DAY_MS = 86_400_000;
const FROM_MS = Date.UTC(2027, 0, 1);
const UNTIL_MS = Date.UTC(2027, 3, 1);
const made = selfSigned(['site.example.uz', '10.0.0.5'], FROM_MS, UNTIL_MS);

/** Writes the files and names them. */
function files(name: string, cert: string, key: string): { cert: string; key: string } {
  const named = { cert: join(dir, `${name}.crt`), key: join(dir, `${name}.key`) };
  writeFileSync(named.cert, cert);
  writeFileSync(named.key, key);
  return named;
}

/** The fault that something throws. */
function faultOf(act: () => unknown): { readonly code: string; readonly message: string } {
  try {
    act();
  } catch (error) {
    if (error instanceof JoulewrightError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('certificate and key by file', () => {
  it('are read with their names and their time, also behind a chain', () => {
    const other = selfSigned(['root.example.uz']);
    const pair = readTls(files('whole', made.cert + other.cert, made.key));
    expect(pair.names).toBe('DNS:site.example.uz, IP Address:10.0.0.5');
    expect([pair.fromMs, pair.untilMs]).toEqual([FROM_MS, UNTIL_MS]);
  });

  it('are told apart when missing, no certificate, no key, or not a pair', () => {
    const good = files('good', made.cert, made.key);
    const gone = join(dir, 'gone.pem');
    const other = selfSigned(['site.example.uz']);
    const cases: readonly [code: string, cert: string, key: string, names: string][] = [
      ['JW_TLS_FILE', gone, good.key, 'gone.pem'],
      ['JW_TLS_FILE', good.cert, gone, 'gone.pem'],
      ['JW_TLS_CERT', files('a', 'no PEM', '').cert, good.key, 'a.crt'],
      ['JW_TLS_CERT', files('b', made.key, '').cert, good.key, 'b.crt'],
      ['JW_TLS_KEY', good.cert, files('c', '', made.cert).key, 'c.key'],
      ['JW_TLS_PAIR', good.cert, files('d', '', other.key).key, 'd.key'],
      ['JW_TLS_PAIR', files('e', other.cert + made.cert, '').cert, good.key, 'e.crt'],
    ];
    for (const [code, cert, key, names] of cases) {
      const { code: found, message } = faultOf(() => readTls({ cert, key }));
      expect(found, names).toBe(code);
      expect(message).toContain(names);
      expect(message).not.toContain('PRIVATE');
    }
  });

  it('are valid in their time only, and near its end it is told', () => {
    const named = files('time', made.cert, made.key);
    const pair = readTls(named);
    const at = (ms: number): string => faultOf(() => checkValid(pair, named, ms)).message;
    expect(at(FROM_MS - 1)).toContain('2027-01-01T00:00:00.000Z');
    expect(at(UNTIL_MS)).toContain('2027-04-01T00:00:00.000Z');
    expect(() => checkValid(pair, named, FROM_MS)).not.toThrow();
    expect(() => checkValid(pair, named, UNTIL_MS - 1)).not.toThrow();
    expect(daysLeft(pair, UNTIL_MS - 30 * DAY_MS)).toBeNull();
    expect(daysLeft(pair, UNTIL_MS - 13.5 * DAY_MS)).toBe(13);
  });
});
