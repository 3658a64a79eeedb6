/** Column-wise sparse matrix. */
export interface Matrix {
  readonly starts: Int32Array;
  readonly rows: Int32Array;
  readonly values: Float64Array;
}

/** A column-wise matrix from entries in any order; those of one place are added up. */
export function matrixOf(
  atRow: Int32Array,
  atColumn: Int32Array,
  value: Float64Array,
  columns: number,
  rowCount: number,
): Matrix {
  const starts = new Int32Array(columns + 1);
  for (const c of atColumn) starts[c + 1]!++;
  for (let c = 0; c < columns; c++) starts[c + 1]! += starts[c]!;
  const next = starts.slice(0, columns);
  const rows = new Int32Array(value.length);
  const values = new Float64Array(value.length);
  for (let i = 0; i < value.length; i++) {
    const place = next[atColumn[i]!]!++;
    rows[place] = atRow[i]!;
    values[place] = value[i]!;
  }
  return merged({ starts, rows, values }, rowCount);
}

/** Adds up what stands twice in a column. */
function merged({ starts, rows, values }: Matrix, rowCount: number): Matrix {
  const seen = new Int32Array(rowCount).fill(-1);
  const columns = starts.length - 1;
  const newStarts = new Int32Array(columns + 1);
  let to = 0;
  for (let c = 0; c < columns; c++) {
    newStarts[c] = to;
    for (let i = starts[c]!; i < starts[c + 1]!; i++) {
      const place = seen[rows[i]!]!;
      if (place >= newStarts[c]!) {
        values[place]! += values[i]!;
        continue;
      }
      seen[rows[i]!] = to;
      rows[to] = rows[i]!;
      values[to] = values[i]!;
      to++;
    }
  }
  newStarts[columns] = to;
  return { starts: newStarts, rows: rows.slice(0, to), values: values.slice(0, to) };
}
