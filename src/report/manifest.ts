import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { fail, reasonOf } from '../errors/error.ts';
import { type Clock, systemClock } from '../series/clock.ts';
import { endMs, type TimeGrid } from '../series/grid.ts';
import { VERSION } from './version.ts';

/** A file that went into a result. */
export interface ManifestInput {
  /** Base name only: a report must not tell the folders of the machine that made it. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** All that is needed to make a result again, and to see whether two were made alike. */
export interface Manifest {
  readonly program: string;
  readonly version: string;
  /** When it was made, ms UTC, from the injected clock. */
  readonly createdMs: number;
  /** The command as typed, secrets left out. */
  readonly command: string;
  readonly inputs: readonly ManifestInput[];
  /** Null where nothing is drawn, and where there is no site. */
  readonly seed: number | null;
  readonly siteId: string | null;
  /** Length of a step, ms; null where the result has no steps. */
  readonly stepMs: number | null;
  /** Period covered, ms UTC, end exclusive; null where there is none. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly policy: string | null;
  readonly warnings: readonly string[];
}

/** What a simulation puts into its manifest; the rest is known. */
export interface SimulationStamp {
  readonly inputs: readonly ManifestInput[];
  readonly seed: number;
  readonly siteId: string;
  readonly grid: TimeGrid;
  readonly policy: string;
  readonly warnings: readonly string[];
}

/** The manifest of a simulation made by the command that runs now. */
export function simulationManifest({ grid, ...stamp }: SimulationStamp, clock: Clock = systemClock): Manifest {
  return {
    program: 'joulewright',
    version: VERSION,
    createdMs: clock.nowMs(),
    command: `joulewright simulate ${process.argv.slice(3).join(' ')}`,
    stepMs: grid.stepMs,
    fromMs: grid.startMs,
    toMs: endMs(grid),
    ...stamp,
  };
}

/** Hashes a file that went in, in pieces. @throws JW_FILE_MISSING, JW_FILE_UNREADABLE */
export async function fileInput(file: string): Promise<ManifestInput> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file)) {
      if (!(chunk instanceof Uint8Array)) continue;
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') fail('JW_FILE_MISSING', { file });
    fail('JW_FILE_UNREADABLE', { file, reason: reasonOf(error) }, '', error);
  }
  return { path: path.basename(file), sha256: hash.digest('hex'), bytes };
}

/** Hashes a text that went in under a name, when it was read already. */
export function textInput(name: string, text: string): ManifestInput {
  const data = Buffer.from(text, 'utf8');
  return { path: path.basename(name), sha256: createHash('sha256').update(data).digest('hex'), bytes: data.length };
}

/** The manifest as names and values for a table; instants in ISO 8601 UTC. */
export function manifestRows(m: Manifest): (readonly [string, string])[] {
  const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');
  const rows: (readonly [string, string])[] = [
    ['program', `${m.program} ${m.version}`],
    ['made', iso(m.createdMs)],
    ['command', m.command],
  ];
  if (m.siteId !== null) rows.push(['site', m.siteId]);
  if (m.seed !== null) rows.push(['seed', String(m.seed)]);
  if (m.policy !== null) rows.push(['policy', m.policy]);
  if (m.stepMs !== null) rows.push(['step', `${m.stepMs / 60_000} min`]);
  if (m.fromMs !== null && m.toMs !== null) rows.push(['period', `${iso(m.fromMs)} to ${iso(m.toMs)}`]);
  for (const input of m.inputs) rows.push([`input ${input.path}`, `${input.bytes} bytes, sha256 ${input.sha256}`]);
  return rows;
}
