import { chmodSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberColumn, parseCsv } from '../series/csv.ts';
import { writeCsv } from './csv.ts';
import { jsonDocument, writeJson } from './json.ts';
import { fileInput, type Manifest, manifestRows, textInput } from './manifest.ts';
import { cut, displayWidth, textPairs, textTable } from './table.ts';
import { writeAtomic, writePieces } from './write.ts';

const folder = (): string => mkdtempSync(path.join(tmpdir(), 'jw-report-'));

const manifest: Manifest = {
  program: 'joulewright',
  version: '0.1.0',
  createdMs: Date.UTC(2025, 0, 1),
  command: 'joulewright simulate x.yaml',
  inputs: [textInput('/somewhere/x.yaml', 'a: 1\n')],
  seed: 7,
  siteId: 'x',
  stepMs: 3_600_000,
  fromMs: Date.UTC(2025, 0, 1),
  toMs: Date.UTC(2026, 0, 1),
  policy: 'joint',
  warnings: [],
};

describe('text tables', () => {
  it('align Latin, Cyrillic, wide and combined characters', () => {
    expect(displayWidth('Toshkent')).toBe(8);
    expect(displayWidth('Ташкент')).toBe(7);
    expect(displayWidth('東京')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('⚡')).toBe(2);
    const text = textTable(
      [{ header: 'site' }, { header: 'kW', align: 'right' }],
      [['Бухара', '760'], ['東京', '45.2'], ['a']],
    );
    expect(text.split('\n')).toEqual(['site      kW', '------  ----', 'Бухара   760', '東京    45.2', 'a']);
  });

  it('cut to the width, and let no escape sequence through', () => {
    expect(cut('東京都庁', 5)).toBe('東京…');
    expect(textTable([{ header: 'n', maxWidth: 4 }], [['abcdefg'], ['\u001b[31mx']])).toBe('n\n----\nabc…\n[31…');
    expect(
      textPairs([
        ['a', '1'],
        ['long', '2'],
      ]),
    ).toBe('a     1\nlong  2');
  });

  it('never make a line wider than its columns', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (rows) => {
        const lines = textTable(
          [
            { header: 'a', maxWidth: 9 },
            { header: 'b', maxWidth: 7 },
          ],
          rows,
        ).split('\n');
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(18);
      }),
    );
  });
});

describe('CSV', () => {
  it('reads back every number as it was, across pieces', async () => {
    const file = path.join(folder(), 'sub', 'ledger.csv');
    const grid = { startMs: Date.UTC(2025, 0, 1), stepMs: 60_000, count: 1300 };
    const power = Float64Array.from({ length: 1300 }, (_, i) =>
      i === 5 ? Number.NaN : Math.PI * 10 ** ((i % 40) - 20),
    );
    await writeCsv(file, grid, {
      powerKw: { unit: 'kW', values: power },
      'a,b': { unit: '', values: new Float64Array(3) },
    });
    const table = parseCsv(readFileSync(file, 'utf8'), file);
    expect(table.columns).toEqual(['time', 'powerKw', 'a,b']);
    expect(Array.from(numberColumn(table, 'powerKw'))).toEqual(Array.from(power));
    expect(table.rows[1]![0]).toBe('2025-01-01T00:01:00Z');
    expect(table.rows[3]![2]).toBe('');
  });

  it('rounds to the digits asked for', async () => {
    const file = path.join(folder(), 'x.csv');
    await writeCsv(
      file,
      { startMs: 0, stepMs: 1000, count: 1 },
      { a: { unit: '', values: Float64Array.of(2 / 3) } },
      { digits: 3 },
    );
    expect(readFileSync(file, 'utf8')).toBe('time,a\n1970-01-01T00:00:00Z,0.667\n');
  });
});

describe('JSON and manifest', () => {
  it('put the manifest first, arrays plain, NaN as null', async () => {
    const file = path.join(folder(), 'x.json');
    await writeJson(file, manifest, { a: Float64Array.of(0.1, Number.NaN) });
    const back: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(back).toMatchObject({ manifest: { seed: 7, inputs: [{ path: 'x.yaml', bytes: 5 }] }, a: [0.1, null] });
    expect(Object.keys(back as object)[0]).toBe('manifest');
    expect(jsonDocument(manifest, {})).toBe(jsonDocument(manifest, {}));
  });

  it('hash files by content and tell no folder', async () => {
    const file = path.join(folder(), 'in.txt');
    writeFileSync(file, 'abc');
    // FIPS 180-2, appendix B.1
    const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(await fileInput(file)).toEqual({ path: 'in.txt', sha256, bytes: 3 });
    expect(textInput('in.txt', 'abc').sha256).toBe(sha256);
    await expect(fileInput(`${file}.no`)).rejects.toThrow(/JW_FILE_MISSING/);
    await expect(fileInput(path.dirname(file))).rejects.toThrow(/JW_FILE_UNREADABLE/);
    expect(manifestRows(manifest).map(([name]) => name)).toContain('input x.yaml');
  });
});

describe('writing', () => {
  it('leaves the old file and no rest behind when a piece throws', async () => {
    const dir = folder();
    const file = path.join(dir, 'a.txt');
    await writeAtomic(file, 'old');
    const pieces = function* (): Generator<string> {
      yield 'x'.repeat(100_000);
      throw new Error('the ledger broke');
    };
    await expect(writePieces(file, pieces())).rejects.toThrow(/cannot write .*the ledger broke.*JW_FILE_UNWRITABLE/s);
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(dir)).toEqual(['a.txt']);
  });

  it('says so when the place cannot be written', async () => {
    const dir = folder();
    writeFileSync(path.join(dir, 'file'), '');
    await expect(writeAtomic(path.join(dir, 'file', 'x'), '')).rejects.toThrow(/JW_FILE_UNWRITABLE/);
    await expect(writePieces(path.join(dir, 'file', 'x'), ['a'])).rejects.toThrow(/JW_FILE_UNWRITABLE/);
    chmodSync(dir, 0o700);
    await expect(writeAtomic(dir, 'x')).rejects.toThrow(/JW_FILE_UNWRITABLE/);
  });
});
