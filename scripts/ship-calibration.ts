/**
 * Makes the calibration that comes with the product: node bin/node24.cjs scripts/ship-calibration.ts MEASURED.csv
 * Takes some minutes. Writes parameters only, beside the code that uses them.
 */
import { writeFileSync } from 'node:fs';
import { loadCatalog } from '../src/catalog/load.ts';
import { Progress } from '../src/cli/progress.ts';
import { SHIPPED_FILE, writeCalibration } from '../src/components/inference/predict/calibrationFile.ts';
import { makeCalibration } from '../src/predict/make.ts';
import { measurementsOf } from '../src/predict/read.ts';
import { parseCsv, readText } from '../src/series/csv.ts';

const file = process.argv[2];
if (file === undefined) throw new Error('which measurements? give a CSV');
const { measured } = measurementsOf(parseCsv(readText(file), file), loadCatalog());
const sources = [...new Set(measured.map((m) => m.source))].sort().join(', ');
const progress = new Progress('calibrating');
const calibration = makeCalibration(measured, `${measured.length} public measurements: ${sources}`, (share, note) =>
  progress.update(share, note),
);
progress.done();
writeCalibration(SHIPPED_FILE, calibration);
const short = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(6)));
writeFileSync(
  SHIPPED_FILE.replace('calibration.json', 'constants.json'),
  `${JSON.stringify({ constants: short(calibration.constants), power: short(calibration.power) }, null, 1)}\n`,
);
