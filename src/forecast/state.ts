import { type PackedForest, packForest, unpackForest } from '../learn/trees.ts';
import { LEVELS, METHODS, type Method } from './contract.ts';
import { LINEAR } from './features.ts';
import type { Choice, Fit } from './fit.ts';
import { BANDS_H, ERROR_BANDS_H } from './leads.ts';
import { POINTS } from './methods.ts';

/** Raised when what is learnt changes its meaning: older states are then learnt anew. */
const VERSION = 1;

/** A fit as plain JSON. */
export function saveFit({ learnt, chosen, losses }: Fit, fittedMs: number, stepMs: number): unknown {
  const { errors, rules, forests } = learnt;
  return {
    v: VERSION,
    fittedMs,
    stepMs,
    chosen,
    losses,
    errors,
    rules: rules.map((rule) => [...rule]),
    forests: forests.map(packForest),
  };
}

const isNumbers = (value: unknown, length: number): value is number[] =>
  Array.isArray(value) && value.length === length && value.every((v) => typeof v === 'number' && Number.isFinite(v));
const isList = (value: unknown, length: number): value is unknown[] => Array.isArray(value) && value.length === length;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function reviveChoice(value: unknown): Choice | undefined {
  if (!isObject(value) || typeof value['spread'] !== 'number' || !Array.isArray(value['mix'])) return undefined;
  const mix = value['mix'].filter((m): m is Method => METHODS.some((known) => known === m));
  return mix.length === value['mix'].length && mix.length > 0 ? { mix, spread: value['spread'] } : undefined;
}

/** Whether every method has a quantile of its error for every band of leads and every level. */
function isErrors(value: Record<string, unknown>): value is Record<string, unknown> & Fit['learnt']['errors'] {
  const bands = (list: unknown): boolean =>
    isList(list, ERROR_BANDS_H.length) && list.every((own) => isNumbers(own, LEVELS.length));
  return POINTS.every((method) => bands(value[method]));
}

/** Reads a saved fit; undefined where it is none of this version. */
export function reviveFit(
  saved: unknown,
): { readonly fit: Fit; readonly fittedMs: number; readonly stepMs: number } | undefined {
  if (!isObject(saved) || saved['v'] !== VERSION) return undefined;
  const { fittedMs, stepMs, chosen, losses, errors, rules, forests } = saved;
  if (typeof fittedMs !== 'number' || typeof stepMs !== 'number') return undefined;
  if (!isList(chosen, BANDS_H.length) || !isList(rules, BANDS_H.length) || !Array.isArray(forests)) return undefined;
  if (!isObject(errors) || !isObject(losses)) return undefined;
  if (forests.length !== 0 && forests.length !== LEVELS.length) return undefined;
  const choices = chosen.map(reviveChoice).filter((c) => c !== undefined);
  if (choices.length !== chosen.length || !rules.every((rule) => isNumbers(rule, LINEAR.length))) return undefined;
  if (forests.length === 0 && choices.some(({ mix }) => mix.includes('trees'))) return undefined;
  if (!isErrors(errors)) return undefined;
  try {
    const learnt = {
      errors,
      rules: rules.map((rule) => Float64Array.from(rule as number[])),
      forests: (forests as PackedForest[]).map(unpackForest),
    };
    return { fit: { learnt, chosen: choices, losses: losses as Fit['losses'] }, fittedMs, stepMs };
  } catch {
    return undefined;
  }
}
