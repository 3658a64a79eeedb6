import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fail, reasonOf } from '../../../errors/error.ts';
import { readText } from '../../../series/csv.ts';
import type { Calibration } from './calibration.ts';
import { type CalibrationFile, calibrationSchema, packCalibration, unpackCalibration } from './file.ts';
import { Predictor } from './predict.ts';

/** The calibration that comes with the product. */
export const SHIPPED_FILE = fileURLToPath(new URL('./shipped/calibration.json', import.meta.url));

/** Reads a calibration. @throws JW_FILE_MISSING, JW_FILE_UNREADABLE, JW_CALIBRATION_FILE */
export function readCalibration(file: string): Calibration {
  const text = readText(file);
  let reason: string;
  try {
    const parsed = calibrationSchema.safeParse(JSON.parse(text));
    if (parsed.success) return unpackCalibration(parsed.data);
    const issue = parsed.error.issues[0];
    reason = issue === undefined ? 'of another form' : `${issue.path.join('.')}: ${issue.message}`;
  } catch (error) {
    reason = reasonOf(error);
  }
  return fail('JW_CALIBRATION_FILE', { file, reason });
}

let shipped: Calibration | undefined;

/**
 * The calibration that comes with the product; read once. Its form is not checked anew, which would take longer than all that a
 * deployment asks of it: a test reads the same file with `readCalibration`.
 */
export function shippedCalibration(): Calibration {
  if (shipped === undefined) {
    const file: CalibrationFile = JSON.parse(readFileSync(SHIPPED_FILE, 'utf8'));
    shipped = unpackCalibration(file);
  }
  return shipped;
}

const predictors = new Map<'calibrated' | 'specification', Predictor>();

/** What the product knows out of the box, with what was learnt from measurements or from data sheets alone. */
export function shippedPredictor(basis: 'calibrated' | 'specification'): Predictor {
  let predictor = predictors.get(basis);
  if (predictor === undefined) {
    predictor = new Predictor(shippedCalibration(), basis);
    predictors.set(basis, predictor);
  }
  return predictor;
}

/** Writes a calibration. @throws JW_FILE_UNWRITABLE */
export function writeCalibration(file: string, calibration: Calibration): void {
  try {
    writeFileSync(file, `${JSON.stringify(packCalibration(calibration), null, 1)}\n`);
  } catch (error) {
    fail('JW_FILE_UNWRITABLE', { file, reason: reasonOf(error) });
  }
}
