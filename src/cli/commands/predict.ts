import { writeFileSync } from 'node:fs';
import { loadCatalog } from '../../catalog/load.ts';
import { readCalibration, shippedPredictor } from '../../components/inference/predict/calibrationFile.ts';
import { Predictor } from '../../components/inference/predict/predict.ts';
import { fail, reasonOf } from '../../errors/error.ts';
import { predictTable } from '../../predict/table.ts';
import { parseCsv, readText } from '../../series/csv.ts';
import type { Command, Typed } from '../command.ts';

/** Reasons that are told one by one; more are counted. */
const SHOWN_REASONS = 12;
const SHOWN_LINES = 5;

/** The predictor that `--calibration` asks for: shipped, a file, or data sheets alone. */
export function predictorOf(typed: Typed): Predictor {
  const name = typed.text('calibration');
  if (name === 'none') return shippedPredictor('specification');
  return name === undefined ? shippedPredictor('calibrated') : new Predictor(readCalibration(name));
}

/** The option that `predictorOf` reads. */
export const CALIBRATION_OPTION = {
  type: 'string',
  value: 'FILE|none',
  about: 'a file of `calibrate`; none: data sheets alone; without it the calibration that comes with the product',
  words: ['none'],
} as const;

function told(reasons: ReadonlyMap<string, readonly number[]>): string {
  const sorted = [...reasons].sort((a, b) => b[1].length - a[1].length);
  const lines = sorted.slice(0, SHOWN_REASONS).map(([reason, at]) => {
    const some = at.slice(0, SHOWN_LINES).join(', ');
    return `  ${reason} (line${at.length === 1 ? '' : 's'} ${some}${at.length > SHOWN_LINES ? ` and ${at.length - SHOWN_LINES} more` : ''})`;
  });
  if (sorted.length > SHOWN_REASONS)
    lines.push(`  and ${sorted.length - SHOWN_REASONS} more reasons, in the column "reason"`);
  return lines.join('\n');
}

export const predict: Command = {
  name: 'predict',
  about: 'throughput, power and latency of chips and models, each with its 90 % interval',
  details:
    'POINTS.csv has one configuration a row: accelerator, model, and as much as is known of precision, engine, count, tp, pp, ep, dp, mode, batch, concurrency, input_tokens, output_tokens, throughput_kind, power_scope, year. What is left out is inferred and widens the interval. Rows keep their order and all their columns; a row that cannot be predicted says why in "reason". All power that was ever measured publicly is of NVIDIA chips: of others it is the same share of the board power.',
  positionals: [{ name: 'POINTS.csv', about: 'the configurations; .gz is read too', required: true }],
  options: {
    calibration: CALIBRATION_OPTION,
    'allow-unsourced': {
      type: 'boolean',
      about: 'models and accelerators of grade D too: figures that nobody looked up',
    },
    out: { type: 'string', value: 'FILE', about: 'write there instead of to the terminal' },
    json: { type: 'boolean', about: 'a summary as JSON, with --out' },
  },
  examples: [
    'joulewright predict points.csv --out predicted.csv',
    'joulewright predict points.csv --calibration none',
    'joulewright predict points.csv --calibration mine.json --out predicted.csv',
  ],
  async run(typed) {
    const file = typed.positionals[0]!;
    const table = parseCsv(readText(file), file);
    for (const column of ['accelerator', 'model']) {
      const other = column === 'model' ? 'model_key' : 'accelerator_raw';
      if (!table.columns.includes(column) && !table.columns.includes(other)) {
        fail('JW_CSV_HEADER', { file, column, columns: table.columns.slice(0, 12).join(', ') });
      }
    }
    const { acceleratorRows, modelRows } = loadCatalog();
    const { text, predicted, reasons } = predictTable(
      table,
      { acceleratorRows, modelRows, allowUnsourced: typed.flag('allow-unsourced') },
      predictorOf(typed),
    );
    const out = typed.text('out');
    if (out === undefined) process.stdout.write(text);
    else {
      try {
        writeFileSync(out, text);
      } catch (error) {
        fail('JW_FILE_UNWRITABLE', { file: out, reason: reasonOf(error) });
      }
    }
    const failed = table.rows.length - predicted;
    if (typed.flag('json') && out !== undefined) {
      const summary = { rows: table.rows.length, predicted, reasons: Object.fromEntries(reasons), out };
      process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    } else {
      const where = out === undefined ? '' : `, written to ${out}`;
      process.stderr.write(`${predicted} of ${table.rows.length} rows predicted${where}\n`);
      if (failed > 0) process.stderr.write(`${told(reasons)}\n`);
    }
    return predicted === 0 && table.rows.length > 0 ? 1 : 0;
  },
};
