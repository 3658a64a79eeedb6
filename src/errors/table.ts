/** A row of the error table. `{name}` in message and hint is filled from the fault's details. */
export interface ErrorRow {
  readonly message: string;
  /** What to do next; empty only when the message says it. */
  readonly hint: string;
  /** Exit code of a command (sysexits.h: 64 usage, 65 data, 66 no input, 69 unavailable, 70 internal, 73 cannot create, 78 configuration). */
  readonly exit: number;
  /** HTTP status when the error answers a request. */
  readonly http: number;
}

function row(message: string, hint: string, exit: number, http = 500): ErrorRow {
  return { message, hint, exit, http };
}

/**
 * Every error the product can report, by its stable code. Codes are never reused or renamed once released;
 * docs/reference/errors.md is made from this table (`npm run build` writes it, a test holds it current).
 * Keep the groups apart by room and add new codes at the end of their group.
 */
export const TABLE = {
  // the command line
  JW_USAGE: row('{reason}', 'see `joulewright {command} --help`', 64),
  JW_INTERNAL: row(
    'internal error: {reason}',
    'this is a defect of Joulewright; please report it with the lines above',
    70,
  ),
  JW_NODE_TOO_OLD: row('Node.js 24 or newer is needed; this is {version}', 'install it from https://nodejs.org', 69),

  // files
  JW_FILE_MISSING: row('there is no file {file}', 'check the path; relative paths start at the current folder', 66),
  JW_FILE_UNREADABLE: row('cannot read {file}: {reason}', 'check that it exists and that you may read it', 66),
  JW_FILE_UNWRITABLE: row(
    'cannot write {file}: {reason}',
    'choose another place with --out, or free space and rights there',
    73,
  ),
  JW_CSV_HEADER: row('{file} has no column {column}; it has {columns}', 'add the column or map it', 65),
  JW_CSV_VALUE: row('{file}:{line}: {column} is "{value}", not a number', 'correct the cell or leave it out', 65),

  // quantities
  JW_QUANTITY: row('"{text}" is not a {dimension}', 'write it like {example}', 65, 400),
} as const satisfies Record<string, ErrorRow>;

/** A stable error code. */
export type ErrorCode = keyof typeof TABLE;
