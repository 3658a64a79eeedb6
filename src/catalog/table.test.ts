import { describe, expect, it } from 'vitest';
import { JoulewrightError } from '../errors/error.ts';
import { readTable } from './table.ts';

const COLUMNS = ['id', 'watts', 'source'];
const read = (text: string) =>
  readTable(text, 'x.csv', COLUMNS, (c) => ({
    id: c.text('id'),
    watts: c.number('watts', 1, 100),
    source: c.text('source'),
  }));

function faults(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof JoulewrightError) return error.faults.map((f) => `${f.where} ${f.message} ${f.code}`);
    throw error;
  }
  return [];
}

describe('a table of the catalogue', () => {
  it('gives rows by id; an empty cell is unknown', () => {
    const rows = read('id,source,watts\na,"data sheet, 2026",5\nb,data sheet,\n');
    expect(rows.get('a')).toEqual({ id: 'a', watts: 5, source: 'data sheet, 2026' });
    expect(rows.get('b')?.watts).toBeUndefined();
  });

  it('names file and line of everything wrong at once', () => {
    const found = faults(
      'id,watts,source\na,500,data sheet\nB,5,data sheet\nc,x,short\nc,1\nd,1,data sheet\nd,2,data sheet\n',
    );
    expect(found).toEqual([
      'x.csv:2 watts: 500 is not between 1 and 100 JW_CATALOG',
      'x.csv:3 id: small letters, digits, "-" and "." JW_CATALOG',
      'x.csv:4 watts: "x" is no number JW_CATALOG',
      'x.csv:4 source: say where the figures come from JW_CATALOG',
      'x.csv:5 has 2 cells, the header 3 JW_CATALOG',
      'x.csv:5 source is missing JW_CATALOG',
      'x.csv:5 source: say where the figures come from JW_CATALOG',
      'x.csv:7 d is there twice JW_CATALOG',
    ]);
  });

  it('refuses a header that lacks a column or has a strange one', () => {
    expect(faults('id,power,source\n')).toEqual([
      'x.csv:1 has no column watts JW_CATALOG',
      'x.csv:1 power is no column of this table JW_CATALOG',
    ]);
  });
});
