import { existsSync } from 'node:fs';
import { loadCatalog } from '../../catalog/load.ts';
import type { Calibration } from '../../components/inference/predict/calibration.ts';
import {
  readCalibration,
  shippedCalibration,
  writeCalibration,
} from '../../components/inference/predict/calibrationFile.ts';
import { Predictor } from '../../components/inference/predict/predict.ts';
import { fail } from '../../errors/error.ts';
import { makeCalibration } from '../../predict/make.ts';
import type { Measured } from '../../predict/measured.ts';
import { measurementsOf } from '../../predict/read.ts';
import { updateCalibration } from '../../predict/update.ts';
import { parseCsv, readText } from '../../series/csv.ts';
import { formatNumber } from '../../units/quantity.ts';
import type { Command } from '../command.ts';
import { Progress } from '../progress.ts';

/** Fewer measurements cannot carry constants and trees of their own. */
const LEAST_FROM_SCRATCH = 200;

/** Median absolute error of throughput on some measurements, %. */
function medianErrorPct(calibration: Calibration, measured: readonly Measured[]): number | undefined {
  const predictor = new Predictor(calibration);
  const errors = measured
    .filter((m) => m.throughput !== undefined)
    .map((m) => 100 * Math.abs(predictor.predict(m.point).throughput.value / m.throughput! - 1))
    .sort((a, b) => a - b);
  return errors[errors.length >> 1];
}

export const calibrate: Command = {
  name: 'calibrate',
  about: 'learn speed and power from measurements of your own',
  details:
    'MEASURED.csv has the columns of `predict` and what was measured: throughput_tok_s, ttft_ms, tpot_ms, power_w. One row already helps; it moves what is known of its chip, engine, format and model a little, many rows wholly. The file that is written holds parameters only, no row of yours.',
  positionals: [{ name: 'MEASURED.csv', about: 'measurements, one a row', required: true }],
  options: {
    out: { type: 'string', value: 'FILE', about: 'the calibration (default: calibration.json)' },
    base: {
      type: 'string',
      value: 'FILE|none',
      about:
        'calibration to start from (default: the one that comes with the product); none: everything anew from the rows, 200 at least',
      words: ['none'],
    },
    force: { type: 'boolean', about: 'overwrite the file' },
    json: { type: 'boolean', about: 'machine-readable summary' },
  },
  examples: [
    'joulewright calibrate measured.csv --out mine.json',
    'joulewright predict points.csv --calibration mine.json',
    'joulewright calibrate fleet.csv --base none --out fleet.json',
  ],
  async run(typed) {
    const file = typed.positionals[0]!;
    const out = typed.text('out') ?? 'calibration.json';
    if (existsSync(out) && !typed.flag('force')) fail('JW_FILE_EXISTS', { file: out });
    const table = parseCsv(readText(file), file);
    const { measured, skipped } = measurementsOf(table, loadCatalog());
    for (const [reason, lines] of skipped) {
      process.stderr.write(
        `left out: ${reason} (${lines.length} row${lines.length === 1 ? '' : 's'}, first line ${lines[0]})\n`,
      );
    }
    if (measured.length === 0)
      fail('JW_CALIBRATION_ROWS', { file, reason: 'no row has a known chip, a known model and a measurement' });
    const base = typed.text('base');
    let calibration: Calibration;
    let before: number | undefined;
    if (base === 'none') {
      if (measured.length < LEAST_FROM_SCRATCH) {
        fail('JW_CALIBRATION_ROWS', {
          file,
          reason: `${measured.length} measurements are too few to begin anew; ${LEAST_FROM_SCRATCH} are needed`,
        });
      }
      const progress = new Progress('calibrating');
      calibration = makeCalibration(measured, `${measured.length} measurements`, (share, note) =>
        progress.update(share, note),
      );
      progress.done();
    } else {
      const start = base === undefined ? shippedCalibration() : readCalibration(base);
      before = medianErrorPct(start, measured);
      calibration = updateCalibration(start, measured);
    }
    writeCalibration(out, calibration);
    const after = medianErrorPct(calibration, measured);
    if (typed.flag('json')) {
      const summary = { rows: table.rows.length, used: measured.length, out, medianErrorPct: { before, after } };
      process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    } else {
      const pct = (value: number | undefined) => (value === undefined ? '' : `${formatNumber(value, 3)} %`);
      process.stdout.write(`${measured.length} of ${table.rows.length} rows used, written to ${out}\n`);
      if (after !== undefined) {
        const was = before === undefined ? '' : `${pct(before)} before, `;
        process.stdout.write(
          `throughput of these rows: median error ${was}${pct(after)} now (seen rows: what others will see is larger)\n`,
        );
      }
    }
    return 0;
  },
};
