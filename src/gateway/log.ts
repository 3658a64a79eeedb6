import { type Clock, systemClock } from '../series/clock.ts';

/** Fields of a log line; never bodies, keys or anything else that callers wrote. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Where the gateway says what happens to it. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
}

const silence = (): void => undefined;

/** Says nothing. */
export const silentLog: Log = { info: silence, warn: silence };

/** One JSON object per line, to standard error by default. */
export function jsonLog(
  clock: Clock = systemClock,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Log {
  const line = (level: string, message: string, fields: LogFields = {}): void =>
    write(`${JSON.stringify({ time: new Date(clock.nowMs()).toISOString(), level, message, ...fields })}\n`);
  return {
    info: (message, fields) => line('info', message, fields),
    warn: (message, fields) => line('warn', message, fields),
  };
}
