import type { Model } from '../catalog/catalog.ts';

/** Mean lengths of the requests of a public benchmark, tokens. */
export interface Dataset {
  readonly input: number;
  readonly output: number;
}

/**
 * Mean lengths of MLPerf Inference datasets by model, tokens: our reading of its rules, not recounted from the datasets. They
 * only fill in where a table gives no lengths, which the prediction then names as inferred.
 */
const MLPERF: readonly (readonly [RegExp, Dataset])[] = [
  [/llama-2-70b/, { input: 294, output: 294 }],
  [/405b/, { input: 9428, output: 684 }],
  [/mixtral/, { input: 475, output: 145 }],
  [/gpt-j/, { input: 778, output: 69 }],
  [/deepseek-r1/, { input: 800, output: 3886 }],
  [/8b/, { input: 778, output: 73 }],
];

/** Lengths of the dataset that a mode's name and a model stand for, where it is a known benchmark. */
export function datasetOf(mode: string, model: Model): Dataset | undefined {
  if (!/mlperf/i.test(mode)) return undefined;
  return MLPERF.find(([name]) => name.test(model.id))?.[1];
}
