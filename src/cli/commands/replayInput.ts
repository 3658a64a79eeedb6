import path from 'node:path';
import { type InferenceSpec, inference, prefixCacheTokens, serveWith } from '../../components/inference/index.ts';
import {
  type Fluid,
  fluidOf,
  fluidOver,
  profileOf,
  type Requests,
  requestsOf,
  spreadTicks,
  type Targets,
} from '../../components/inference/replay/index.ts';
import { fail, JoulewrightError } from '../../errors/error.ts';
import { accuracyText } from '../../report/accuracy.ts';
import { random } from '../../series/random.ts';
import { zoneOf } from '../../series/zone.ts';
import { drawDemand } from '../../simulate/drawDemand.ts';
import { CALENDAR_YEAR, parseInstant } from '../../simulate/period.ts';
import { sizesGiven } from '../../site/free.ts';
import { inferenceOf, oneDeploymentEach } from '../../site/inferenceOf.ts';
import { checkSite } from '../../site/load.ts';
import type { Site } from '../../site/site.ts';
import { parseQuantity } from '../../units/quantity.ts';
import { HASH_TOKENS, hitTokens, type Recording, readRecording } from '../../workload/requests.ts';
import type { Service } from '../../workload/service.ts';
import type { Typed } from '../command.ts';
import { amount, looseSpec, turnedSpec, whole, wrong } from './replaySetup.ts';

/** Targets where nobody names any: those of the sites that come with the program. */
const TARGETS: Targets = { ttftS: 2, tpotS: 0.1 };
/** A window drawn from demand when none is said. */
const WINDOW = '1h';
/** Steps of the fluid model over a window, as a simulation takes them by default, s. */
const FLUID_STEP_S = 900;

/** What is replayed on what. */
export interface ReplayInput {
  readonly spec: InferenceSpec;
  readonly replicas: number;
  readonly requests: Requests;
  /** One for all requests, or one for each service. */
  readonly targets: readonly Targets[];
  /** Id of the site, or of the model where there is none. */
  readonly id: string;
  readonly seed: number;
  readonly title: string;
  /** Sentences about what was read and assumed. */
  readonly notes: readonly string[];
  readonly files: readonly string[];
  readonly serviceNames: readonly string[];
  /** The fluid model's answer for the same. */
  readonly fluid: () => Fluid;
}

/** Cuts a recording to its first `lengthS`, and begins it at zero. */
function first(recording: Recording, lengthS: number): Recording {
  const { timeS } = recording;
  const start = timeS[0] ?? 0;
  let count = 0;
  while (count < timeS.length && timeS[count]! - start <= lengthS) count++;
  return {
    ...recording,
    timeS: timeS.slice(0, count).map((t) => t - start),
    inputTokens: recording.inputTokens.slice(0, count),
    outputTokens: recording.outputTokens.slice(0, count),
  };
}

/** Requests of a recording with the options that shape them. */
function recorded(file: string, typed: Typed, spec: InferenceSpec, replicas: number, seed: number) {
  const notes: string[] = [];
  const all = readRecording(file, typed.text('series'));
  const lengthS = amount(typed, 'duration', 'duration', 1, 1e9) ?? Number.POSITIVE_INFINITY;
  const recording = first(all, lengthS);
  if (recording.timeS.length < 2) fail('JW_TRACE_SHORT', { file, rows: recording.timeS.length, needed: 2 });
  let timeS = recording.timeS;
  if (!typed.flag('keep-ticks')) {
    const { arrivalS, tickS } = spreadTicks(timeS, random(seed));
    timeS = arrivalS;
    if (tickS > 0)
      notes.push(
        `arrivals are stamped in ticks of ${Number(tickS.toPrecision(3))} s: spread evenly over them (--keep-ticks leaves them)`,
      );
  }
  let cached: Float64Array | undefined;
  if (typed.flag('prefix-cache')) {
    const cacheTokens = prefixCacheTokens(spec, replicas);
    cached = hitTokens(recording, cacheTokens);
    if (cached === undefined) {
      wrong(`${path.basename(file)} says nothing of prefixes: --prefix-cache needs hash_ids or blocks_seen_before`);
    } else if (recording.hashes === undefined) {
      notes.push('prefixes are cached as the file says, in a cache without limit');
    } else {
      notes.push(
        `prefixes are cached: ${Math.floor(cacheTokens / HASH_TOKENS)} blocks of ${HASH_TOKENS} tokens, one cache for all replicas, the least recently used goes first (most optimistic: nothing else takes its room)`,
      );
    }
  }
  const scale = amount(typed, 'rate-scale', 'plain', 1e-6, 1e6) ?? 1;
  if (scale !== 1) notes.push(`arrivals ${scale} times as fast as recorded; bursts are shorter in proportion`);
  const requests = requestsOf(
    timeS.map((t) => t / scale),
    recording.inputTokens,
    recording.outputTokens,
    cached?.subarray(0, timeS.length),
  );
  if (requests.cached !== undefined) notes.push(hitText(requests));
  return { requests, notes };
}

/** How much of the prompts a prefix cache has. */
function hitText({ input, cached }: Requests): string {
  const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
  return `${((100 * sum(cached ?? [])) / sum(input)).toFixed(1)} % of the prompt tokens are in the prefix cache`;
}

/** Requests drawn from a site's own demand on one deployment. */
function drawn(typed: Typed, site: Site, services: readonly Service[], seed: number) {
  const lengthS = amount(typed, 'duration', 'duration', 1, 31 * 86_400) ?? parseQuantity(WINDOW, 'duration').value;
  const { zone } = site.context;
  const from = typed.text('from');
  const startMs = from === undefined ? zoneOf(zone).instant(CALENDAR_YEAR, 1, 1, 12) : parseInstant(from, zone);
  const scale = amount(typed, 'rate-scale', 'plain', 1e-6, 1e6) ?? 1;
  const scaled = services.map((s) => ({
    ...s,
    rate: { ...s.rate, ratePerS: (a: number, b: number) => scale * s.rate.ratePerS(a, b) },
  }));
  const requests = drawDemand(scaled, startMs, lengthS, seed);
  const count = Math.max(1, Math.round(lengthS / FLUID_STEP_S));
  const stepMs = (1000 * lengthS) / count;
  const rates = Array.from({ length: count }, (_, i) =>
    scaled.map((s) => s.rate.ratePerS(startMs + i * stepMs, startMs + (i + 1) * stepMs)),
  );
  const notes = [
    `requests drawn at random (seed ${seed}) from the demand of ${services.map((s) => s.profile.id).join(', ')} from ${new Date(startMs).toISOString().slice(0, 16)} UTC on`,
    'only interactive services are replayed; batch would fill what they leave',
    ...(scale === 1 ? [] : [`rates times ${scale}`]),
    ...(requests.cached === undefined ? [] : [hitText(requests)]),
  ];
  return { requests, notes, rates };
}

/** Everything that the command line says of a replay. @throws what reading throws, JW_USAGE, JW_REPLAY_SETUP, JW_NO_DEPLOYMENT */
export function replayInput(typed: Typed): ReplayInput {
  const [trace] = typed.positionals;
  const siteFile = typed.text('site');
  const own: Partial<Targets> = {
    ...optional('ttftS', amount(typed, 'ttft', 'duration', 1e-3, 1e5)),
    ...optional('tpotS', amount(typed, 'tpot', 'duration', 1e-4, 1e3)),
  };
  const asked = whole(typed, 'replicas', 100_000);
  if (siteFile === undefined) {
    if (trace === undefined) return wrong('TRACE is missing; without one, --site draws requests from its demand');
    const { spec: delivered, title } = looseSpec(typed);
    const seed = whole(typed, 'seed', 2 ** 31) ?? 1;
    const replicas = delivered.racking.replicas;
    const { requests, notes } = recorded(trace, typed, delivered, replicas, seed);
    const targets = { ...TARGETS, ...own };
    const spec = turnedSpec(typed, inference.serve(delivered, [profileOf(requests, targets)]));
    notes.push(accuracyText(spec.correction));
    return {
      spec,
      replicas,
      requests,
      targets: [targets],
      seed,
      title,
      notes,
      id: spec.model.id,
      files: [trace],
      serviceNames: ['requests'],
      fluid: () => fluidOf(spec, requests, targets, replicas),
    };
  }
  const { site, faults } = checkSite(siteFile);
  if (site === undefined) throw new JoulewrightError(faults);
  const found = inferenceOf(site, typed.text('deployment'));
  if (asked === undefined) sizesGiven(site, found.id);
  const interactive = found.services.filter((s) => s.profile.kind === 'interactive');
  const { spec: served, id } = found;
  const replicas = Math.min(asked ?? served.racking.replicas, 100_000);
  // Replicas beyond the installed ones are a question too: the racking follows.
  const spec = turnedSpec(typed, { ...served, racking: { ...served.racking, replicas } });
  const seed = whole(typed, 'seed', 2 ** 31) ?? site.context.seed;
  const title = `${site.name}, ${id}: ${spec.model.id} on ${spec.racking.acceleratorsPerReplica} x ${spec.accelerator.id}`;
  const common = { spec, replicas, seed, title, id: site.id };
  if (trace !== undefined) {
    const { requests, notes } = recorded(trace, typed, spec, replicas, seed);
    notes.push(accuracyText(spec.correction));
    const [only] = interactive;
    const targets = {
      ...TARGETS,
      ...(only === undefined ? {} : { ttftS: only.profile.ttftS, tpotS: only.profile.tpotS }),
      ...own,
    };
    return {
      ...common,
      requests,
      targets: [targets],
      notes,
      files: [siteFile, trace],
      serviceNames: ['requests'],
      fluid: () => fluidOf(spec, requests, targets, replicas),
    };
  }
  if (interactive.length === 0) {
    return fail('JW_REPLAY_SETUP', {
      reason: `${id} serves no interactive service`,
      hint: 'give a recording of requests as TRACE',
    });
  }
  oneDeploymentEach(interactive);
  const { requests, notes, rates } = drawn(typed, site, interactive, seed);
  notes.push(accuracyText(spec.correction));
  if (requests.count < 2) {
    return fail('JW_REPLAY_SETUP', {
      reason: 'fewer than two requests come in this window',
      hint: 'choose another --from, a longer --duration or a higher --rate-scale',
    });
  }
  const profiles = interactive.map((s) => ({ ...s.profile, ...own }));
  const told = serveWith(spec, profiles, spec.correction);
  return {
    ...common,
    requests,
    targets: profiles.map(({ ttftS, tpotS }) => ({ ttftS, tpotS })),
    notes,
    files: [siteFile],
    serviceNames: profiles.map((p) => p.id),
    fluid: () => fluidOver(told, rates, replicas),
  };
}

function optional<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  const result: { [P in K]?: number } = {};
  if (value !== undefined) result[key] = value;
  return result;
}
