import { startFails } from './chance.ts';
import type { GeneratorSpec } from './spec.ts';

/** A set that is being repaired or serviced. */
export interface Out {
  /** When it is back, ms UTC. */
  readonly untilMs: number;
  /** Hours since its last service. */
  readonly sinceH: number;
}

/** Sets and what they have gone through. */
export interface Fleet {
  /** Sets that carry load, and the seconds that each starting one still needs, soonest first. */
  readonly running: number;
  readonly startLeftS: readonly number[];
  /** Hours since the last service: of the running, the starting, then the stopped sets; missing ones count as 0. */
  readonly sinceH: readonly number[];
  readonly out: readonly Out[];
  /** Starts tried, failures among them, and services, of all sets since new. */
  readonly starts: number;
  readonly failures: number;
  readonly services: number;
}

/** A set that runs on is stopped for service this far beyond its interval; before, it is serviced when it stops. */
const GRACE = 1.1;

function backBy(fleet: Fleet, startMs: number): number {
  let away = 0;
  for (let i = 0; i < fleet.out.length; i++) if (fleet.out[i]!.untilMs > startMs) away++;
  return away;
}

/**
 * Sets that can carry load in a step: those that run or start, and the stopped ones whose next start will not fail. It is
 * known when the step begins, so that what is called feasible holds.
 */
export function usableSets(spec: GeneratorSpec, fleet: Fleet, startMs: number): number {
  const here = fleet.out.length === 0 ? spec.units : Math.max(0, spec.units - backBy(fleet, startMs));
  if (spec.startFailure <= 0) return here;
  const hot = Math.min(here, fleet.running + fleet.startLeftS.length);
  let good = hot;
  for (let i = 0; i < here - hot; i++) if (!startFails(spec, fleet.starts + i, startMs)) good++;
  return good;
}

/** Hours since service by place, with the sets that are back at the end. */
function present(spec: GeneratorSpec, fleet: Fleet, startMs: number, out: Out[]): number[] {
  const size = Math.max(0, spec.units - fleet.out.length);
  const here = Array.from({ length: size }, (_, i) => fleet.sinceH[i] ?? 0);
  for (const set of fleet.out) {
    if (set.untilMs <= startMs) here.push(set.sinceH);
    else out.push(set);
  }
  return here;
}

/**
 * Where the sets stand after a step with `wanted` of them ordered: the readiest are kept, the others stop
 * at once and go to the end of the queue. A start that fails sends its set to repair and the next one is taken at once. One set
 * at a time is serviced.
 *
 * @param turned share of the online time that was really run; below 1 where the fuel ended
 */
export function orderFleet(
  spec: GeneratorSpec,
  fleet: Fleet,
  wanted: number,
  startMs: number,
  dtH: number,
  turned: number,
): Fleet {
  const steady = wanted === fleet.running && turned === 1 ? sameSets(spec, fleet, dtH) : undefined;
  if (steady !== undefined) return steady;
  const stepS = dtH * 3600;
  const endMs = startMs + stepS * 1000;
  const out: Out[] = [];
  const here = present(spec, fleet, startMs, out);
  const was = Math.min(fleet.running, here.length);
  const starting = Math.min(fleet.startLeftS.length, here.length - was);
  const kept = Math.min(wanted, was);
  const waiting = Math.min(wanted - kept, starting);
  let { starts, failures, services } = fleet;
  let running = kept;
  const startLeftS: number[] = [];
  const sinceH: number[] = [];
  for (let i = 0; i < kept; i++) sinceH.push(here[i]! + dtH * turned);
  const start = (leftS: number, hours: number): void => {
    sinceH.push(hours + Math.max(0, 1 - leftS / stepS) * dtH * turned);
    // A millisecond is rounding of many short steps.
    if (leftS - stepS <= 1e-3) running++;
    else startLeftS.push(leftS - stepS);
  };
  for (let i = 0; i < waiting; i++) start(fleet.startLeftS[i]!, here[was + i]!);
  let next = was + starting;
  for (let begun = wanted - kept - waiting; begun > 0 && next < here.length; next++) {
    if (startFails(spec, starts++, startMs)) {
      failures++;
      out.push({ untilMs: startMs + spec.repairMs, sinceH: here[next]! });
    } else {
      start(spec.startS, here[next]!);
      begun--;
    }
  }
  for (let i = next; i < here.length; i++) sinceH.push(here[i]!);
  for (let i = was + waiting; i < was + starting; i++) sinceH.push(here[i]!);
  for (let i = kept; i < was; i++) sinceH.push(here[i]!);
  if (turned < 1) {
    // The tank is dry: those that ran stop too.
    for (let i = 0; i < running; i++) sinceH.push(sinceH.shift()!);
    running = 0;
  }
  if (out.length === 0) {
    const due = dueForService(spec, sinceH, running, startLeftS.length);
    if (due >= 0) {
      sinceH.splice(due, 1);
      if (due < running) running--;
      out.push({ untilMs: endMs + spec.serviceMs, sinceH: 0 });
      services++;
    }
  }
  return { running, startLeftS, sinceH, out, starts, failures, services };
}

/** The usual step, in which the sets that run go on and no other changes; undefined where it is not so. */
function sameSets(spec: GeneratorSpec, fleet: Fleet, dtH: number): Fleet | undefined {
  const { running, startLeftS, out, starts, failures, services } = fleet;
  if (startLeftS.length > 0 || out.length > 0 || fleet.sinceH.length !== spec.units) return undefined;
  const sinceH = fleet.sinceH.slice();
  for (let i = 0; i < running; i++) sinceH[i] = sinceH[i]! + dtH;
  if (dueForService(spec, sinceH, running, 0) >= 0) return undefined;
  return { running, startLeftS, sinceH, out, starts, failures, services };
}

/** Place of the set to be serviced, -1 for none: a stopped one that is due, else a running one far beyond. */
function dueForService(spec: GeneratorSpec, sinceH: readonly number[], running: number, starting: number): number {
  for (let i = running + starting; i < sinceH.length; i++) if (sinceH[i]! >= spec.serviceEveryH) return i;
  for (let i = 0; i < running; i++) if (sinceH[i]! >= spec.serviceEveryH * GRACE) return i;
  return -1;
}
