import type { Binds, LoadLevel } from '../components/contract.ts';
import { formatNumber } from '../units/quantity.ts';

/** What a table of load levels is about. */
export interface LevelsReport {
  readonly title: string;
  /** Names of what is served, in the order of the levels' services. */
  readonly services: readonly string[];
  readonly replicas: number;
  readonly attainment: number;
  /** Every level by clock and cap, and those of them that no other beats in load and power. */
  readonly all: readonly LoadLevel[];
  readonly best: readonly LoadLevel[];
}

const n = (value: number, digits = 3): string => (Number.isFinite(value) ? formatNumber(value, digits) : '-');
const percent = (share: number, digits = 3): string => `${n(100 * share, digits)} %`;

const NAMES: readonly (readonly [keyof Binds, string])[] = [
  ['memory', 'memory'],
  ['compute', 'compute'],
  ['link', 'links'],
  ['engine', 'engine'],
];

/** What takes most of the busy time of a level, with its share. */
export function boundBy({ binds }: LoadLevel): string {
  const [name, share] = NAMES.map(([key, word]) => [word, binds[key]] as const).reduce((most, part) =>
    part[1] > most[1] ? part : most,
  );
  return share > 0 ? `${name} ${percent(share, 2)}` : '-';
}

/** Electricity per answer token with everything in it, J; not a number where none is given. */
export function joulesPerToken({ powerKw, outputTokensPerS }: LoadLevel): number {
  return outputTokensPerS > 0 ? (1000 * powerKw) / outputTokensPerS : Number.NaN;
}

/** Electricity per prompt token and per answer token over all services, J. */
function split(level: LoadLevel): { readonly prompt: number; readonly answer: number } {
  let [prompt, answer] = [0, 0];
  for (const s of level.services) {
    prompt += s.computedTokensPerS * s.prefillJPerToken;
    answer += s.outputTokensPerS * s.decodeJPerToken;
  }
  const per = (watts: number, tokens: number) => (tokens > 0 ? watts / tokens : Number.NaN);
  return { prompt: per(prompt, level.inputTokensPerS), answer: per(answer, level.outputTokensPerS) };
}

export const LEVELS_HEAD = [
  'clock',
  'cap',
  'load',
  'requests/s',
  'tokens/s',
  'batch',
  'TTFT',
  'TPOT',
  'in time',
  'kW',
  'J/prompt token',
  'J/answer token',
  'J/token, all',
  'bound by',
] as const;

/** A level under `LEVELS_HEAD`: times are the slowest of its services, the share in time the lowest. */
export function levelsRow(level: LoadLevel): string[] {
  const of = (pick: (s: LoadLevel['services'][number]) => number) => level.services.map(pick);
  const { prompt, answer } = split(level);
  const busy = level.share > 0;
  const ms = (seconds: number) => (busy ? `${n(1000 * seconds)} ms` : '-');
  const rate = of((s) => s.requestsPerS + s.batchPerS).reduce((sum, value) => sum + value, 0);
  return [
    percent(level.clock),
    `${n(level.capW, 4)} W`,
    percent(level.share),
    n(rate),
    n(level.outputTokensPerS, 4),
    n(level.batch),
    ms(Math.max(...of((s) => s.ttftS))),
    ms(Math.max(...of((s) => s.tpotS))),
    busy ? percent(Math.min(...of((s) => s.attainment))) : '-',
    n(level.powerKw),
    busy ? n(prompt) : '-',
    busy ? n(answer) : '-',
    n(joulesPerToken(level)),
    boundBy(level),
  ];
}

/** "85 % of 700 W" for the setting of a level. */
export function settingText({ clock, capW }: Pick<LoadLevel, 'clock' | 'capW'>): string {
  return `${percent(clock)}, ${n(capW, 4)} W`;
}

/** The levels of each clock and cap together, in their order. */
export function bySetting(levels: readonly LoadLevel[]): ReadonlyMap<string, readonly LoadLevel[]> {
  const groups = new Map<string, LoadLevel[]>();
  for (const level of levels) {
    const key = settingText(level);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [level]);
    else group.push(level);
  }
  return groups;
}

/** What stands out, in sentences: the frugal level, and caps that change nothing. */
export function levelsNotes({ all }: LevelsReport): string[] {
  const busy = all.filter((level) => level.share > 0);
  if (busy.length === 0) return ['No load keeps the targets.'];
  const frugal = busy.reduce((least, level) => (joulesPerToken(level) < joulesPerToken(least) ? level : least));
  const notes = [
    `The least energy per answer token is ${n(joulesPerToken(frugal))} J, at a clock of ${percent(frugal.clock)}, a cap of ${n(frugal.capW, 4)} W and ${percent(frugal.share)} of the load that is admissible there.`,
  ];
  const hits = 1 - frugal.computedTokensPerS / frugal.inputTokensPerS;
  if (hits > 1e-9) {
    const computedJ = split(frugal).prompt / (1 - hits);
    notes.push(
      `${percent(hits)} of the prompt tokens are in the prefix cache: they are attended to and hold their room, but are not computed. A prompt token that is takes ${n(computedJ)} J at that level; J/prompt token is over all.`,
    );
  }
  for (const cap of new Set(all.map((level) => level.capW))) {
    const more = Math.max(...all.map((level) => level.capW));
    const twins = busy.filter((level) => level.capW === cap);
    const binds = twins.some((level) => {
      const free = busy.find((o) => o.capW === more && o.clock === level.clock && o.share === level.share)!;
      return Math.abs(free.powerKw / level.powerKw - 1) > 1e-9 || Math.abs(free.scale / level.scale - 1) > 1e-9;
    });
    if (cap < more && !binds) notes.push(`A cap of ${n(cap, 4)} W never binds here: it saves nothing.`);
  }
  return notes;
}
