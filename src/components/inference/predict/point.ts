import type { Accelerator, Format, Model } from '../../../catalog/catalog.ts';
import type { EngineId } from '../engine.ts';

/**
 * How the requests of a point come:
 * - `continuous`: a running batch that is refilled, prompts mixed with decodes;
 * - `static`: one batch is computed from its prompts to its last token, nothing joins;
 * - `split`: prompts on some devices, decodes on others;
 * - `offline`: as many as the memory holds, always refilled;
 * - `prefill`, `decode`: only the one part.
 */
export const MODES = ['continuous', 'static', 'split', 'offline', 'prefill', 'decode'] as const;
export type Mode = (typeof MODES)[number];

/** What a throughput counts: tokens given, tokens read and given, or tokens read. */
export type ThroughputKind = 'output' | 'total' | 'prefill';

/** What a power covers: all devices together, one device, or the machine at the wall. */
export type PowerScope = 'accelerators_total' | 'per_accelerator' | 'system_wall';

/** Requests under latency limits are run below the most that a machine could do. */
export type Limits = 'none' | 'server' | 'interactive';

/** One configuration of chip, model and load that is asked about, everything filled in. */
export interface Point {
  readonly chip: Accelerator;
  readonly model: Model;
  readonly format: Format;
  readonly engine: EngineId;
  /** The engine as its source names it, version included; '' where it does not. */
  readonly software: string;
  /** Year of the software. */
  readonly year: number;
  readonly mode: Mode;
  readonly limits: Limits;
  /** All devices, and of those, in `split` mode, the ones for prompts and for decodes. */
  readonly devices: number;
  readonly prefillDevices: number;
  readonly decodeDevices: number;
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
  readonly expertParallel: number;
  readonly dataParallel: number;
  /** Sequences in the system at once; 0: as many as fit. */
  readonly batch: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Name of the kind of prompts where their length is not known, otherwise ''. */
  readonly task: string;
  readonly kind: ThroughputKind;
  readonly scope: PowerScope;
  /** Board power limit where it is set below the chip's own, W. */
  readonly capW: number | undefined;
  /** What had to be inferred: widens the interval. */
  readonly inferred: readonly (
    | 'batch'
    | 'input'
    | 'output'
    | 'format'
    | 'engine'
    | 'devices'
    | 'memory'
    | 'compute'
    | 'layers'
  )[];
}

/** A model on some devices as a site serves it, and the mean lengths of its requests. */
export interface Serving {
  readonly chip: Accelerator;
  readonly model: Model;
  readonly format: Format;
  readonly engine: EngineId;
  /** Devices of a replica, split by tensor parallelism. */
  readonly devices: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Year of the software that an engine's name stands for; today's as far as measurements reach. */
const YEARS: Partial<Readonly<Record<EngineId, number>>> = { 'vllm-2023': 2023, 'vllm-2024': 2024 };
const YEAR = 2025;

/** The point of a replica with a running batch of `batch` sequences, as sites and comparisons ask for it. */
export function servedPoint(serving: Serving, batch: number): Point {
  const { chip, model, format, engine, devices, inputTokens, outputTokens } = serving;
  return {
    chip,
    model,
    format,
    engine,
    software: '',
    year: YEARS[engine] ?? YEAR,
    mode: 'continuous',
    limits: 'none',
    devices,
    prefillDevices: devices,
    decodeDevices: devices,
    tensorParallel: devices,
    pipelineParallel: 1,
    expertParallel: 1,
    // A latent cache cannot be divided: engines spread requests instead.
    dataParallel: model.mla === undefined ? 1 : devices,
    batch,
    inputTokens,
    outputTokens,
    task: '',
    kind: 'output',
    scope: 'accelerators_total',
    capW: undefined,
    inferred: [],
  };
}
