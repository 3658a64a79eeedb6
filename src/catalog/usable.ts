import type { Accelerator, AcceleratorRow, Model, ModelRow } from './catalog.ts';

/** Whether grade D (named only, unverified) may be used. */
export interface Trust {
  readonly allowUnsourced?: boolean;
}

/** A thing that can be planned with, or why it cannot: figures that nobody published, or figures that nobody vouches for. */
export type Usable<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly missing: readonly string[]; readonly unsourced: boolean };

/** Below this an accelerator holds no model beside what an engine reserves; such chips keep weights in SRAM over hundreds of devices. */
const LEAST_MEMORY_GB = 5;
/** What such a chip lacks. */
export const TOO_SMALL = `memory of ${LEAST_MEMORY_GB} GB and more`;

/** Figures that an accelerator needs, in words. */
export function missingOf(row: AcceleratorRow): readonly string[] {
  const { memoryGb } = row;
  return [
    memoryGb === undefined ? 'memory' : memoryGb < LEAST_MEMORY_GB ? TOO_SMALL : '',
    row.bandwidthGbPerS === undefined ? 'memory bandwidth' : '',
    row.tflops.fp16 === undefined ? 'dense 16-bit rate' : '',
    row.tdpW === undefined ? 'board power' : '',
  ].filter((word) => word !== '');
}

const isComplete = (row: AcceleratorRow): row is Accelerator => missingOf(row).length === 0;

/** The accelerator if it is complete and its figures have a source (or `allowUnsourced`), else what stands against it. */
export function usableAccelerator(row: AcceleratorRow, trust: Trust = {}): Usable<Accelerator> {
  const unsourced = row.confidence === 'D' && trust.allowUnsourced !== true;
  if (unsourced || !isComplete(row)) return { ok: false, missing: missingOf(row), unsourced };
  return { ok: true, value: row };
}

/** Figures that a model needs, in words. */
export function missingOfModel(row: ModelRow): readonly string[] {
  const words: readonly (readonly [number | undefined, string])[] = [
    [row.totalParamsB, 'parameters'],
    [row.activeParamsB, 'active parameters'],
    [row.layers, 'layers'],
    [row.hidden, 'width'],
    [row.heads, 'heads'],
    [row.kvHeads, 'KV heads'],
    [row.headDim, 'width of a head'],
    [row.context, 'context'],
    [row.kvBytesPerToken, 'KV cache per token'],
  ];
  const missing = words.filter(([figure]) => figure === undefined).map(([, word]) => word);
  return row.kind === 'text' || row.kind === 'multimodal' ? missing : [`text output (it is of kind ${row.kind})`];
}

const isCompleteModel = (row: ModelRow): row is Model => missingOfModel(row).length === 0;

/** The model if it is complete and its figures have a source (or `allowUnsourced`), else what stands against it. */
export function usableModel(row: ModelRow, trust: Trust = {}): Usable<Model> {
  const unsourced = row.confidence === 'D' && trust.allowUnsourced !== true;
  if (unsourced || !isCompleteModel(row)) return { ok: false, missing: missingOfModel(row), unsourced };
  return { ok: true, value: row };
}
