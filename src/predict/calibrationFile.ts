import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Calibration } from '../components/inference/predict/calibration.ts';
import { calibrationSchema, packCalibration, unpackCalibration } from '../components/inference/predict/file.ts';
import { fail, reasonOf } from '../errors/error.ts';
import { readText } from '../series/csv.ts';

/** The calibration that comes with the product. */
export const SHIPPED_FILE = fileURLToPath(
  new URL('../components/inference/predict/shipped/calibration.json', import.meta.url),
);

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

/** The calibration that comes with the product; read once. */
export function shippedCalibration(): Calibration {
  shipped ??= readCalibration(SHIPPED_FILE);
  return shipped;
}

/** Writes a calibration. @throws JW_FILE_UNWRITABLE */
export function writeCalibration(file: string, calibration: Calibration): void {
  try {
    writeFileSync(file, `${JSON.stringify(packCalibration(calibration), null, 1)}\n`);
  } catch (error) {
    fail('JW_FILE_UNWRITABLE', { file, reason: reasonOf(error) });
  }
}
