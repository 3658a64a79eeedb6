import { type ErrorCode, TABLE } from './table.ts';

/** Values for the `{name}` places of an error's message and hint. */
export type Details = Readonly<Record<string, string | number>>;

/** One thing that is wrong, in the user's words, and what to do about it. */
export interface Fault {
  readonly code: ErrorCode;
  /** Where: `file:line:col path`, a URL, a service id; empty when the place is clear from the message. */
  readonly where: string;
  readonly message: string;
  readonly hint: string;
}

function fill(template: string, details: Details): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole));
}

/** Makes a fault from the table: `fault('JW_FILE_UNREADABLE', { file, reason }, 'site.yaml:3:1')`. */
export function fault(code: ErrorCode, details: Details = {}, where = ''): Fault {
  const row = TABLE[code];
  return { code, where, message: fill(row.message, details), hint: fill(row.hint, details) };
}

/** One line per fault: `where: message; hint [code]`. What came from a file cannot break the line or steer the terminal. */
export function printFault(f: Fault): string {
  const place = f.where === '' ? '' : `${f.where}: `;
  const hint = f.hint === '' ? '' : `; ${f.hint}`;
  return `${place}${f.message}${hint} [${f.code}]`.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/**
 * The only error class the product throws on purpose. Carries one or more faults with stable codes; the exit code and the
 * HTTP status are those of the first fault's row in the table.
 */
export class JoulewrightError extends Error {
  override readonly name = 'JoulewrightError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], options?: { cause?: unknown }) {
    super(faults.map(printFault).join('\n'), options);
    this.faults = faults;
  }

  get code(): ErrorCode {
    return this.faults[0]!.code;
  }

  /** Exit code of a command that ends with this error (sysexits.h values). */
  get exit(): number {
    return TABLE[this.code].exit;
  }

  /** HTTP status when this error is the answer to a request. */
  get http(): number {
    return TABLE[this.code].http;
  }
}

/** Throws one fault. */
export function fail(code: ErrorCode, details: Details = {}, where = '', cause?: unknown): never {
  throw new JoulewrightError([fault(code, details, where)], cause === undefined ? undefined : { cause });
}

/** The text of anything that was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
