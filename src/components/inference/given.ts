import { resolve } from 'node:path';
import type { z } from 'zod';
import type { Accelerator, Model } from '../../catalog/catalog.ts';
import { acceleratorNamed, type Chosen, modelNamed } from '../../catalog/choose.ts';
import { readModelConfig } from '../../catalog/config/readConfig.ts';
import { JoulewrightError } from '../../errors/error.ts';
import type { Complaint, SiteContext } from '../contract.ts';
import { acceleratorOf, type configModel, modelOf, type ownAccelerator, type ownModel } from './own.ts';

type Complain = (c: Complaint) => void;

/** Stands in for what could not be found, so that the rest of the section can be checked; a site with complaints is never built. */
const NO_MODEL = modelOf({
  name: 'unknown',
  parameters: 1,
  layers: 1,
  hidden: 16,
  heads: 1,
  kv_heads: 1,
  head_dim: 8,
  context: 16,
  source: 'not found in the catalogue',
});
const NO_ACCELERATOR = acceleratorOf({
  name: 'unknown',
  memory: 4096,
  bandwidth: 1000,
  fp16: 1,
  tdp: 1,
  source: 'not found in the catalogue',
});

/** The value, or a complaint at the key. */
function orComplain<T>(key: string, chosen: Chosen<T>, complain: Complain): T | undefined {
  if (chosen.problem === undefined) return chosen.value;
  complain({ path: [key], ...chosen.problem });
  return undefined;
}

/** The model of a `config.json` beside the site file, or a complaint about the file. */
function modelOfConfig(file: string, context: SiteContext, complain: Complain): Model | undefined {
  try {
    return readModelConfig(resolve(context.folder ?? '.', file));
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
    for (const { message, hint } of error.faults) complain({ path: ['model', 'config'], message, hint });
    return undefined;
  }
}

/** The accelerator that a deployment names or describes; a stand-in after a complaint. */
export function acceleratorGiven(
  given: string | z.output<typeof ownAccelerator>,
  context: SiteContext,
  complain: Complain,
): Accelerator {
  if (typeof given !== 'string') return acceleratorOf(given);
  return orComplain('accelerator', acceleratorNamed(context.catalog, given), complain) ?? NO_ACCELERATOR;
}

/** The model that a deployment names, describes or points to; a stand-in after a complaint. */
export function modelGiven(
  given: string | z.output<typeof ownModel> | z.output<typeof configModel>,
  context: SiteContext,
  complain: Complain,
): Model {
  if (typeof given === 'string') return orComplain('model', modelNamed(context.catalog, given), complain) ?? NO_MODEL;
  if ('config' in given) return modelOfConfig(given.config, context, complain) ?? NO_MODEL;
  return modelOf(given);
}
