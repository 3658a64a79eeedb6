import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printFault } from '../errors/error.ts';
import { checkText } from './load.ts';
import { contractedKw } from './rules.ts';

const text = readFileSync(resolve(import.meta.dirname, '../../sites/bukhara.yaml'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'site-grid-'));
const hours = Array.from({ length: 8784 }, (_, i) => new Date(Date.UTC(2024, 0, 1, i)).toISOString());
writeFileSync(join(folder, 'market.csv'), ['utc,price', ...hours.map((h, i) => `${h},${i % 50}`)].join('\n'));
writeFileSync(join(folder, 'outages.csv'), 'from,to\n2026-01-15T08:00,2026-01-15T12:00\n');

const check = (lines: string) => checkText(text.replace('    import_limit: 600 kW\n', lines), folder);

describe('files that a grid section names', () => {
  it('are read from the folder of the site file', () => {
    const good = check(
      '    import_limit: 600 kW\n    series: { file: market.csv, price: price }\n    peak_hours: { hours: [[17, 22]] }\n',
    );
    expect(good.faults.map(printFault)).toEqual([]);
    const replay = text.replace('    outages:\n', '    outages:\n      replay: { file: outages.csv }\n');
    expect(checkText(replay, folder).faults.map(printFault)).toEqual([]);
  });

  it('are faults at their line when they cannot be read', () => {
    const { faults } = check('    import_limit: 600 kW\n    series: { file: none.csv, price: price }\n');
    expect(faults.map(printFault).join('\n')).toMatch(/site\.yaml:\d+:\d+ grid\[0\]\.series\.file: there is no file/);
  });
});

describe('the contracted power', () => {
  it('is the smaller of kW and kVA times the power factor', () => {
    const { site } = check('    import_limit: 600 kW\n    apparent_limit: 500 kVA\n    power_factor: 0.9\n');
    expect(contractedKw(site!)).toBeCloseTo(450, 9);
  });
});
