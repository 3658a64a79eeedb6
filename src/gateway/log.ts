import { type Clock, systemClock } from '../series/clock.ts';

/** Fields of a log line; never bodies, keys or anything else that callers wrote. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** What is written: what went wrong alone, or every request too. */
export type LogDetail = 'warnings' | 'requests';

/** Where the gateway says what happens to it. */
export interface Log {
  readonly detail: LogDetail;
  /** Something went as it should. */
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
}

/** Says nothing. */
export const silentLog: Log = { detail: 'warnings', info: () => undefined, warn: () => undefined };

/** Lines of requests are written together after so long, ms: a write of its own for each would cost more than the line. */
const GATHER_MS = 100;

/** One JSON object per line, to standard error by default; warnings at once, the rest gathered. */
export function jsonLog(
  clock: Clock = systemClock,
  write: (lines: string) => void = (lines) => process.stderr.write(lines),
  detail: LogDetail = 'warnings',
): Log {
  let gathered = '';
  const line = (level: string, message: string, fields: LogFields): string =>
    `${JSON.stringify({ time: new Date(clock.nowMs()).toISOString(), level, message, ...fields })}\n`;
  const flush = (): void => {
    const lines = gathered;
    gathered = '';
    if (lines !== '') write(lines);
  };
  return {
    detail,
    info: (message, fields = {}) => {
      // Unreferenced: whoever ends says so with a warning or has nothing more to say
      if (gathered === '') setTimeout(flush, GATHER_MS).unref();
      gathered += line('info', message, fields);
    },
    warn: (message, fields = {}) => {
      flush();
      write(line('warn', message, fields));
    },
  };
}
