/*
 * Predictions of a table of points per CPU second, the whole command included.
 *
 *   node bin/node24.cjs bench/predict.ts [--repeat N] [--json]
 *
 * 10,000 rows: chips, models, formats, batches and lengths in turn. The aim is 5 s. The bound beside it is reading and writing
 * the same table without predicting.
 */

import { fileURLToPath } from 'node:url';
import { loadCatalog } from '../src/catalog/load.ts';
import { shippedCalibration } from '../src/components/inference/predict/calibrationFile.ts';
import { Predictor } from '../src/components/inference/predict/predict.ts';
import { predictTable } from '../src/predict/table.ts';
import { parseCsv } from '../src/series/csv.ts';
import { bench, benchOptions, type Figure, ratios } from './figures.ts';
import { runNode } from './processes.ts';

const ROWS = 10_000;
const GOAL_S = 5;

function points(): string {
  const chips = ['nvidia-h100-sxm-80gb', 'nvidia-b200-sxm', 'amd-mi300x', 'nvidia-l40s', 'huawei-ascend-910b'];
  const models = ['llama-3.1-8b-instruct', 'qwen3-32b', 'deepseek-v3', 'qwen3-30b-a3b'];
  const lines = ['id,accelerator,model,precision,engine,count,tp,batch,input_tokens,output_tokens,year'];
  for (let k = 0; k < ROWS; k++) {
    const format = k % 3 === 0 ? 'fp8' : 'fp16';
    const engine = k % 2 === 0 ? 'vllm' : 'sglang';
    const [chip, model] = [chips[k % chips.length], models[(k >> 3) % models.length]];
    lines.push(
      `r${k},${chip},${model},${format},${engine},8,8,${1 + (k % 256)},${100 + (k % 4000)},${50 + (k % 900)},2025`,
    );
  }
  return lines.join('\n');
}

/** Seconds of the clock for a call. */
function seconds(run: () => void): number {
  const start = performance.now();
  run();
  return (performance.now() - start) / 1000;
}

function once(): { readonly cold: number; readonly bound: number } {
  const text = points();
  const cold = seconds(() => {
    predictTable(parseCsv(text, 'points.csv'), loadCatalog(), new Predictor(shippedCalibration()));
  });
  const bound = seconds(() => {
    const { columns, rows } = parseCsv(text, 'points.csv');
    [columns, ...rows].map((row) => row.join(',')).join('\n');
  });
  return { cold, bound };
}

const words = process.argv.slice(2);
if (words[0] === '--once') process.stdout.write(JSON.stringify(once()));
else {
  const options = benchOptions(words, 5);
  await bench(
    'predict',
    `${ROWS} rows of points; each repeat in a process of its own`,
    options,
    async (): Promise<Figure[]> => {
      const runs = Array.from(
        { length: options.repeat },
        (): ReturnType<typeof once> => JSON.parse(runNode([fileURLToPath(import.meta.url), '--once'])),
      );
      const [cold, bound] = [runs.map((run) => run.cold), runs.map((run) => run.bound)];
      return [
        {
          what: 'a table, catalogue and calibration read',
          unit: '',
          values: cold.map((s) => s / GOAL_S),
          beside: '5 s',
        },
        {
          what: 'a table, catalogue and calibration read',
          unit: '',
          values: ratios(cold, bound),
          beside: 'reading and writing it',
        },
        { what: 'a table, catalogue and calibration read', unit: 's', values: cold },
      ];
    },
  );
}
