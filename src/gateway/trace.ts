import type { IncomingHttpHeaders } from 'node:http';

/** `traceparent` of version 00 (W3C Trace Context, 3.2); ids of zeros only are none. */
const PARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;
const MOST_STATE_CHARS = 512;

/**
 * The caller's trace context, to be passed on to the engine as it came: the gateway exports no spans, so an id of its own in
 * between would leave a hole in the trace. Null when there is none that holds.
 */
export function traceOf({ traceparent, tracestate }: IncomingHttpHeaders): Readonly<Record<string, string>> | null {
  if (typeof traceparent !== 'string' || !PARENT.test(traceparent)) return null;
  const isUsable = typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= MOST_STATE_CHARS;
  return isUsable ? { traceparent, tracestate } : { traceparent };
}

/** The trace's id, for the log; empty without a trace. */
export function traceIdOf(trace: Readonly<Record<string, string>> | null): string {
  return trace?.['traceparent']?.slice(3, 35) ?? '';
}
