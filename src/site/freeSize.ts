import { DIMENSIONS, type Dimension } from '../units/dimension.ts';
import { formatQuantity } from '../units/quantity.ts';
import { type Path, printPath } from './source.ts';

/** A size that the file leaves to the planner. */
export interface FreeSize {
  /** Device and key of its size in the balance, with bounds in the balance's unit: kW, kWh, replicas. */
  readonly unitId: string;
  readonly key: string;
  readonly lower: number;
  readonly upper: number;
  /** Where it can only be bought in wholes (sets, containers, nodes): one of them, in the same unit. */
  readonly step?: number;
  /** Size over the value at the key in the file: `units` of sets or turbines count one each, `rated` is that of one. */
  readonly scale: number;
  /** Dimension of the value at the key; undefined for whole numbers. */
  readonly dimension?: Dimension;
  readonly path: Path;
  /** `file:line:col path`. */
  readonly where: string;
}

/** A pool whose accelerators the planner shares out, or whose size it chooses. */
export interface FreePool {
  readonly id: string;
  /** Bounds of the accelerators that its deployments use together. */
  readonly least: number;
  readonly most: number;
  readonly perNode: number;
  /** True where `count` is free: it is then as many whole nodes as the deployments use. */
  readonly counted: boolean;
  readonly path: Path;
  /** Every deployment on it, with the accelerators of one replica. */
  readonly users: readonly { readonly deployment: string; readonly perReplica: number }[];
}

/** Tells what is wrong with a path of the file, and what to do. */
export type Say = (path: Path, reason: string, hint: string) => void;

/** A size of the balance as it is written at its key in the file. */
export function writtenSize({ dimension, scale }: FreeSize, size: number): string | number {
  const value = size / scale;
  return dimension === undefined ? Math.round(value) : `${Number(value.toPrecision(9))} ${DIMENSIONS[dimension].base}`;
}

/** The same as a person reads it: `2.5 MW`, `120`. */
export function sizeText({ dimension, scale }: FreeSize, size: number): string {
  const value = size / scale;
  return dimension === undefined ? String(Math.round(value)) : formatQuantity(value, dimension, { digits: 4 });
}

/** `solar[0].peak: 0 kW to 10 MW`, with the step where there is one. */
export function freeText(free: FreeSize): string {
  const step = free.step === undefined || free.step === free.scale ? '' : ` in steps of ${sizeText(free, free.step)}`;
  return `${printPath(free.path)}: ${sizeText(free, free.lower)} to ${sizeText(free, free.upper)}${step}`;
}
