import type { Manifest } from './manifest.ts';
import { writeAtomic } from './write.ts';

/**
 * JSON of results with the manifest first. Typed arrays become plain arrays; numbers keep full precision; NaN and infinities,
 * which JSON has no word for, become null.
 */
export function jsonDocument(manifest: Manifest, body: Readonly<Record<string, unknown>>): string {
  return `${JSON.stringify({ manifest, ...body }, plainArrays, 2)}\n`;
}

function plainArrays(_key: string, value: unknown): unknown {
  if (value instanceof Float64Array || value instanceof Float32Array || value instanceof Uint8Array)
    return Array.from(value);
  if (value instanceof Map) return Object.fromEntries(value);
  return value;
}

/** Writes results as JSON, atomically. @throws JW_FILE_UNWRITABLE */
export async function writeJson(
  file: string,
  manifest: Manifest,
  body: Readonly<Record<string, unknown>>,
): Promise<void> {
  await writeAtomic(file, jsonDocument(manifest, body));
}
