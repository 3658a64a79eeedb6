import { hash, randomBytes } from 'node:crypto';

/** Tells a key of ours at sight, for people and for scanners of secrets. */
const PREFIX = 'jw-';
/** 256 bits. */
const KEY_BYTES = 32;

/** A new key. It is shown once; only its digest is kept. */
export function newKey(): string {
  return PREFIX + randomBytes(KEY_BYTES).toString('base64url');
}

/** A new id of a key; no secret. */
export function newKeyId(): string {
  return `key_${randomBytes(8).toString('hex')}`;
}

/**
 * SHA-256 of a key. Keys are looked up by it, so that the time a look-up takes tells nothing about them. Plain SHA-256 will do
 * where the key itself has 256 random bits: there is nothing to guess that a slow hash would protect.
 */
export function digestOf(key: string): string {
  return hash('sha256', key, 'base64');
}
