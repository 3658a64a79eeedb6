import path from 'node:path';
import { fail, reasonOf } from '../../errors/error.ts';
import { readText } from '../../series/csv.ts';
import type { Model } from '../catalog.ts';
import { modelFromConfig } from './modelFromConfig.ts';

/** Numbers that Python writes into JSON and JSON does not have. */
const NOT_JSON = /(?<=[[,:]\s*)-?(?:Infinity|NaN)(?=\s*[,\]}])/g;

/** What to call a model whose configuration stands in `file`: the folder for a "config.json", else the file without its ending. */
export function modelNameOf(file: string): string {
  const { name, dir } = path.parse(path.resolve(file));
  return name === 'config' ? path.basename(dir) : name.replace(/[_-]config$/, '');
}

/**
 * Reads a model's `config.json`; the model is called `name`, or after the file.
 *
 * @throws JW_FILE_MISSING, JW_FILE_UNREADABLE, JW_MODEL_CONFIG
 */
export function readModelConfig(file: string, name: string = modelNameOf(file)): Model {
  const text = readText(file);
  let json: unknown;
  try {
    json = JSON.parse(text.replaceAll(NOT_JSON, 'null'));
  } catch (error) {
    fail('JW_MODEL_CONFIG', { name: file, reason: `it is no JSON: ${reasonOf(error)}` }, '', error);
  }
  return { ...modelFromConfig(json, file), id: name, source: `${file}; parameters computed from its shapes` };
}
