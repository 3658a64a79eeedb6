import { type Clock, systemClock } from '../series/clock.ts';

/** Fields of a log line; never bodies, keys or anything else that callers wrote. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Where the gateway says what happens to it. */
export interface Log {
  warn(message: string, fields?: LogFields): void;
}

/** Says nothing. */
export const silentLog: Log = { warn: () => undefined };

/** One JSON object per line, to standard error by default. */
export function jsonLog(
  clock: Clock = systemClock,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  return {
    warn: (message, fields = {}) =>
      write(`${JSON.stringify({ time: new Date(clock.nowMs()).toISOString(), level: 'warn', message, ...fields })}\n`),
  };
}
