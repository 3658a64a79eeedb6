import path from 'node:path';
import type { Offer } from '../../components/contract.ts';
import { LEAST_LOCK, leastCapW } from '../../components/inference/index.ts';
import type { ItUnit } from '../../components/unit.ts';
import { fail, JoulewrightError } from '../../errors/error.ts';
import { jsonDocument } from '../../report/json.ts';
import { levelsReportHtml } from '../../report/levelsReport.ts';
import { LEVELS_HEAD, type LevelsReport, levelsNotes, levelsRow } from '../../report/levelsText.ts';
import { fileInput, type Manifest } from '../../report/manifest.ts';
import { textTable, wrapText } from '../../report/table.ts';
import { VERSION } from '../../report/version.ts';
import { writeAtomic } from '../../report/write.ts';
import { systemClock } from '../../series/clock.ts';
import { deploymentLoads } from '../../site/capacity.ts';
import { sizesGiven } from '../../site/free.ts';
import { inferenceOf } from '../../site/inferenceOf.ts';
import { checkSite } from '../../site/load.ts';
import type { Site } from '../../site/site.ts';
import type { Command, Typed } from '../command.ts';
import { amountOf } from './replaySetup.ts';

const CLOCKS = ['100 %', '85 %', '70 %', '55 %'];
const ATTAINMENT = 0.95;
const LINE = 120;

const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'levels' });

/** Quantities of a repeatable option, within their range. @throws JW_USAGE */
function quantities(
  typed: Typed,
  name: string,
  dimension: 'share' | 'power',
  [low, high]: readonly [number, number],
  standard: readonly string[],
): number[] {
  const texts = typed.texts(name);
  return (texts.length === 0 ? standard : texts).map((text) => amountOf(text, name, dimension, low, high, 'levels'));
}

/** A number of an option within its range. @throws JW_USAGE */
function number(typed: Typed, name: string, low: number, high: number, standard: number): number {
  const text = typed.text(name);
  return text === undefined ? standard : amountOf(text, name, 'plain', low, high, 'levels');
}

/** What a deployment serves, in the proportion of its demand, or one of it. @throws JW_USAGE */
function offersOf(site: Site, id: string, only: string | undefined): Offer[] {
  const { services } = deploymentLoads(site).find((load) => load.id === id)!;
  const kinds = new Map(site.services.map((s) => [s.profile.id, s.profile.kind]));
  const chosen = services.filter((s) => only === undefined || s.id === only);
  if (chosen.length === 0) {
    const names = services.map((s) => s.id).join(', ');
    return wrong(only === undefined ? `${id} serves nothing` : `${id} serves no "${only}"; it serves ${names}`);
  }
  return chosen.map((s) => {
    const perS = only === undefined ? s.meanPerS : 1;
    const batch = kinds.get(s.id) === 'batch';
    return { service: s.id, requestsPerS: batch ? 0 : perS, batchPerS: batch ? perS : 0 };
  });
}

async function manifestOf(file: string, site: Site): Promise<Manifest> {
  return {
    program: 'joulewright',
    version: VERSION,
    createdMs: systemClock.nowMs(),
    command: `joulewright levels ${process.argv.slice(3).join(' ')}`,
    inputs: [await fileInput(file)],
    seed: null,
    siteId: site.id,
    stepMs: null,
    fromMs: null,
    toMs: null,
    policy: null,
    warnings: [],
  };
}

function textOf(report: LevelsReport, everything: boolean): string {
  const levels = everything ? report.all : report.best;
  const table = textTable(
    LEVELS_HEAD.map((header) => ({ header, align: header === 'bound by' ? ('left' as const) : ('right' as const) })),
    levels.map(levelsRow),
  );
  const notes = levelsNotes(report).flatMap((note) => wrapText(note, LINE));
  return `${[report.title, '', table, '', ...notes].join('\n')}\n`;
}

export const levels: Command = {
  name: 'levels',
  about: 'load levels of a deployment: speed, watts and joules per token by batch, clock and power cap',
  details:
    'One replica among its pool, from idle to the largest load at which the latency targets hold, over the clocks and power caps that may\nbe set. Shown are the levels that no other beats in load and power; --all shows every one. Times and watts are those that `simulate`\nuses; `replay` shows the same request by request.',
  positionals: [{ name: 'SITE', about: 'site file', required: true }],
  options: {
    deployment: { type: 'string', value: 'ID', about: 'which deployment of the site (default: the only one)' },
    service: {
      type: 'string',
      value: 'ID',
      about: 'only this service (default: all that it serves, in the proportion of their demand)',
    },
    clocks: {
      type: 'string',
      value: 'SHARE,...',
      about: `of the largest clock (default ${CLOCKS.join(', ')})`,
      multiple: true,
    },
    caps: {
      type: 'string',
      value: 'W,...',
      about: 'power caps of an accelerator (default: the deployment’s own)',
      multiple: true,
    },
    replicas: { type: 'string', value: 'N', about: 'replicas behind one router (default: the installed ones)' },
    attainment: {
      type: 'string',
      value: '0.95',
      about: 'share of the requests that must keep both targets (default 0.95)',
    },
    all: { type: 'boolean', about: 'every level, also those that another one beats' },
    html: { type: 'string', value: 'FILE', about: 'write a page with plots' },
    json: { type: 'boolean', about: 'print everything as JSON' },
  },
  examples: [
    'joulewright levels sites/bukhara.yaml --deployment chat-70b',
    'joulewright levels sites/bukhara.yaml --deployment code-32b --clocks 100%,80%,60% --caps 700W,500W,350W --html levels.html',
  ],
  async run(typed) {
    const [file] = typed.positionals;
    const { site, faults } = checkSite(file!);
    if (site === undefined) throw new JoulewrightError(faults);
    const { id, spec } = inferenceOf(site, typed.text('deployment'));
    if (typed.text('replicas') === undefined) sizesGiven(site, id);
    const unit = site.units.find((u): u is ItUnit => u.role === 'it' && u.id === id)!;
    const offers = offersOf(site, id, typed.text('service'));
    const { power, knobs } = spec;
    const replicas = number(typed, 'replicas', 1, 100_000, unit.installed);
    const attainment = number(typed, 'attainment', 0.01, 1, ATTAINMENT);
    const clocks = quantities(typed, 'clocks', 'share', [LEAST_LOCK, 1], CLOCKS);
    const least = leastCapW(power.tdpW, power.idleW) / 1000;
    const capsKw = quantities(typed, 'caps', 'power', [least, power.tdpW / 1000], [`${knobs.capW} W`]);
    const asked = { replicas, attainment, clocks, capsW: capsKw.map((kw) => Math.round(1e6 * kw) / 1000) };
    const names = offers.map((offer) => offer.service);
    const report: LevelsReport = {
      title: `${site.name}, ${id}: ${spec.model.id} on ${spec.racking.acceleratorsPerReplica} x ${spec.accelerator.id}, serving ${names.join(', ')}; one replica of ${replicas}`,
      services: names,
      replicas,
      attainment,
      all: unit.levels(offers, { ...asked, keepAll: true }),
      best: unit.levels(offers, asked),
    };
    const manifest = await manifestOf(file!, site);
    const html = typed.text('html');
    if (html !== undefined) await writeAtomic(html, levelsReportHtml(report, manifest));
    if (typed.flag('json')) process.stdout.write(jsonDocument(manifest, { ...report }));
    else {
      process.stdout.write(textOf(report, typed.flag('all')));
      if (html !== undefined) process.stdout.write(`written: ${path.relative('.', html)}\n`);
    }
    return report.all.some((level) => level.share > 0) ? 0 : 1;
  },
};
