/** Sets that carry load now, and the seconds that each starting one still needs, soonest first. */
export interface Sets {
  readonly running: number;
  readonly startLeftS: readonly number[];
}

/**
 * Sets on load, as the sum of their shares of the step, when the `wanted` readiest ones are ordered to run at its start.
 *
 * @param startS start time of a stopped set, s
 * @param dtH length of the step, h
 */
export function onlineShare(sets: Sets, wanted: number, startS: number, dtH: number): number {
  const kept = Math.min(wanted, sets.running);
  let online = kept;
  const stepS = dtH * 3600;
  const waiting = Math.min(wanted - kept, sets.startLeftS.length);
  for (let i = 0; i < waiting; i++) online += Math.max(0, 1 - sets.startLeftS[i]! / stepS);
  return online + (wanted - kept - waiting) * Math.max(0, 1 - startS / stepS);
}

/**
 * The fewest sets that carry powerKw. Where even all do not carry what is asked because some still start, as many as would
 * carry it once they run, so that a short step begins the starts it needs.
 *
 * @param usable sets that can be ordered, >= 1
 * @param powerKw what this step delivers
 * @param askedKw what was asked for
 */
export function setsFor(
  sets: Sets,
  usable: number,
  startS: number,
  powerKw: number,
  askedKw: number,
  eachKw: number,
  dtH: number,
): number {
  let wanted = 1;
  while (wanted < usable && onlineShare(sets, wanted, startS, dtH) * eachKw < powerKw * (1 - 1e-12)) wanted++;
  // Where fuel is what limits, more sets would only idle.
  const startsLimit = onlineShare(sets, usable, startS, dtH) * eachKw <= powerKw * (1 + 1e-9);
  if (askedKw <= powerKw || eachKw <= 0 || !startsLimit) return wanted;
  return Math.min(usable, Math.max(wanted, Math.ceil(askedKw / eachKw - 1e-9)));
}
