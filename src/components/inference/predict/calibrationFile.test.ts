import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  readCalibration,
  SHIPPED_FILE,
  shippedCalibration,
  shippedPredictor,
  writeCalibration,
} from './calibrationFile.ts';

describe('calibration files', () => {
  it('the shipped one has the form that others are held to, and reads the same both ways', () => {
    expect(readCalibration(SHIPPED_FILE)).toEqual(shippedCalibration());
    expect(shippedPredictor('calibrated')).toBe(shippedPredictor('calibrated'));
  });

  it('comes back as it was written; one of another form says what is wrong', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'joulewright-'));
    try {
      const file = path.join(dir, 'mine.json');
      const again = path.join(dir, 'again.json');
      writeCalibration(file, shippedCalibration());
      const read = readCalibration(file);
      writeCalibration(again, read);
      expect(readCalibration(again)).toEqual(read);
      writeFileSync(file, JSON.stringify({ format: 1 }));
      expect(() => readCalibration(file)).toThrow(/format/);
      expect(() => readCalibration(path.join(dir, 'none.json'))).toThrow(/none.json/);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
