import type { AcceleratorRow } from './catalog.ts';
import { type Cells, known, readTable } from './table.ts';

const COLUMNS = [
  'id',
  'vendor',
  'name',
  'year',
  'memoryGb',
  'memoryType',
  'bandwidthGbPerS',
  'fp16',
  'fp8',
  'fp4',
  'int8',
  'int4',
  'tdpW',
  'idleW',
  'interconnectGbPerS',
  'formFactor',
  'cooling',
  'memoryShare',
  'computeShare',
  'priceUsd',
  'exportNote',
  'confidence',
  'source',
  'note',
] as const;

/** Ranges that no real device leaves, so that a slipped decimal is told where it is written. */
function acceleratorOf(c: Cells): AcceleratorRow {
  const rate = (format: string) => c.number(format, 0.5, 1e5);
  const row: AcceleratorRow = known({
    id: c.text('id'),
    vendor: c.text('vendor'),
    name: c.text('name'),
    year: c.number('year', 2010, 2040, 'whole'),
    memoryGb: c.number('memoryGb', 0.1, 4096),
    memoryType: c.maybeText('memoryType'),
    bandwidthGbPerS: c.number('bandwidthGbPerS', 20, 3e7),
    tflops: known({
      fp16: rate('fp16'),
      fp8: rate('fp8'),
      fp4: rate('fp4'),
      int8: rate('int8'),
      int4: rate('int4'),
    }),
    tdpW: c.number('tdpW', 5, 30_000),
    idleW: c.number('idleW', 1, 5000),
    interconnectGbPerS: c.number('interconnectGbPerS', 1, 20_000),
    formFactor: c.maybeText('formFactor'),
    cooling: c.maybeText('cooling'),
    memoryShare: c.number('memoryShare', 0.1, 1),
    computeShare: c.number('computeShare', 0.1, 1),
    priceUsd: c.number('priceUsd', 10, 1e7),
    exportNote: c.maybeText('exportNote'),
    confidence: c.choice('confidence', ['A', 'B', 'C', 'D']),
    source: c.text('source'),
    note: c.maybeText('note'),
  });
  if (row.idleW !== undefined && row.tdpW !== undefined && row.idleW >= row.tdpW) c.wrong('idleW', 'is not below tdpW');
  const { fp16, fp8 } = row.tflops;
  if (fp16 !== undefined && fp8 !== undefined && fp8 < fp16) c.wrong('fp8', 'is below the rate at 16 bit');
  return row;
}

/** Reads the table of accelerators. @throws JW_CATALOG with every fault at its line */
export function readAccelerators(text: string, file: string): ReadonlyMap<string, AcceleratorRow> {
  return readTable(text, file, COLUMNS, acceleratorOf);
}
