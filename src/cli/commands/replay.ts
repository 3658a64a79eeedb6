import path from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import {
  admissibleRate,
  levelAt,
  type RateLevel,
  Replay,
  type ReplayOptions,
  type Requests,
  ROUTES,
  summarise,
} from '../../components/inference/replay/index.ts';
import { jsonDocument } from '../../report/json.ts';
import { fileInput, type Manifest } from '../../report/manifest.ts';
import { replayCsvPieces } from '../../report/replayCsv.ts';
import {
  admissibleText,
  LEVEL_HEAD,
  levelRow,
  type ReplayReport,
  replayReportHtml,
  replayRows,
} from '../../report/replayReport.ts';
import { textTable } from '../../report/table.ts';
import { VERSION } from '../../report/version.ts';
import { writeAtomic, writePieces } from '../../report/write.ts';
import { systemClock } from '../../series/clock.ts';
import { formatNumber, formatQuantity } from '../../units/quantity.ts';
import type { Command, Typed } from '../command.ts';
import { Progress } from '../progress.ts';
import { BROKEN_OFF, Stop } from '../stop.ts';
import { type ReplayInput, replayInput } from './replayInput.ts';
import { amount, routeOf } from './replaySetup.ts';

/** Requests between two looks at the keyboard. */
const AT_ONCE = 5000;
/** Requests that the replays at other rates take at most: enough for a 99th percentile. */
const SWEEP_REQUESTS = 50_000;
/** Shares of a full replica that are replayed. */
const LOADS = [0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1, 1.15];
function optionsOf(typed: Typed, { replicas, seed }: ReplayInput): ReplayOptions {
  const route = routeOf(typed, 'replay');
  return { replicas, seed, route };
}

/** The first requests of a long list. */
function firstOf(requests: Requests, most: number): Requests {
  if (requests.count <= most) return requests;
  const { cached, service } = requests;
  return {
    count: most,
    arrivalS: requests.arrivalS.subarray(0, most),
    input: requests.input.subarray(0, most),
    output: requests.output.subarray(0, most),
    ...(cached === undefined ? {} : { cached: cached.subarray(0, most) }),
    ...(service === undefined ? {} : { service: service.subarray(0, most) }),
  };
}

/** Replays at other rates, and the search for the admissible one. */
async function sweep(input: ReplayInput, options: ReplayOptions, load: number, attainment: number, stop: Stop) {
  const requests = firstOf(input.requests, SWEEP_REQUESTS);
  const progress = new Progress('other rates');
  const at = (factor: number): RateLevel =>
    levelAt(input.spec, requests, factor, input.targets, { ...options, binS: 60 });
  const factors = LOADS.map((share) => share / load);
  const levels: RateLevel[] = [];
  let admissible: RateLevel | undefined;
  for (const [k, factor] of factors.entries()) {
    if (stop.asked) break;
    levels.push(at(factor));
    progress.update(k / (2 * factors.length));
    await pause();
  }
  const search = admissibleRate(at, attainment, factors[0]!, factors.at(-1)!);
  for (let k = 0; !stop.asked; k++) {
    const next = search.next();
    if (next.done === true) {
      admissible = next.value;
      break;
    }
    progress.update(0.5 + Math.min(0.49, k / 20));
    await pause();
  }
  progress.done();
  return { levels, admissible };
}

async function manifestOf({ files, seed, id, notes }: ReplayInput): Promise<Manifest> {
  return {
    program: 'joulewright',
    version: VERSION,
    createdMs: systemClock.nowMs(),
    command: `joulewright replay ${process.argv.slice(3).join(' ')}`,
    inputs: await Promise.all(files.map(fileInput)),
    seed,
    siteId: id,
    stepMs: null,
    fromMs: null,
    toMs: null,
    policy: null,
    warnings: notes,
  };
}

function print(report: ReplayReport, { requests, replicas }: ReplayInput, route: string, cpuS: number): void {
  const { result, summary } = report;
  const spanS = requests.count === 0 ? 0 : requests.arrivalS[requests.count - 1]!;
  const write = (text = '') => process.stdout.write(`${text}\n`);
  const rate = formatNumber(requests.count / Math.max(spanS, 1e-9), 3);
  write(report.title);
  write(
    `${requests.count} requests over ${formatQuantity(spanS, 'duration')}, ${rate}/s; ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}, route ${route}`,
  );
  write(
    `replayed in ${cpuS.toFixed(2)} s of CPU (${formatNumber(result.arrived / Math.max(cpuS, 1e-3), 2)} requests per CPU second)`,
  );
  for (const note of report.notes) write(note);
  write();
  const heads = [
    { header: 'figure' },
    { header: 'replay', align: 'right' },
    { header: 'fluid model', align: 'right' },
  ] as const;
  const columns = report.fluid === undefined ? heads.slice(0, 2) : heads;
  write(textTable(columns, replayRows(report)));
  if (report.levels.length > 0) {
    write('\nthe same requests at other rates:');
    write(
      textTable(
        LEVEL_HEAD.map((header) => ({ header, align: 'right' })),
        report.levels.map(levelRow),
      ),
    );
    write(admissibleText(report));
  }
  if (summary.refused > 0) {
    process.stderr.write(
      `warning ${summary.refused} requests are longer than the model or a replica can hold and were refused\n`,
    );
  }
}

export const replay: Command = {
  name: 'replay',
  about: 'replay single requests on a deployment: latency, joules and what binds, request by request',
  details:
    'TRACE is CSV with one request a line (t_s or arrival_s, input_tokens, output_tokens; or the columns of the Azure traces),\n' +
    'or a Mooncake trace (.jsonl); .gz is unpacked. Without TRACE, requests are drawn from the demand of the services that the\n' +
    'site’s deployment serves, from --from on for --duration: the detail behind a step of `simulate`.\n' +
    'Ctrl-C shows what is done so far; once more ends.',
  positionals: [{ name: 'TRACE', about: 'a recording of requests', required: false }],
  options: {
    site: { type: 'string', value: 'SITE', about: 'site file that the deployment stands in' },
    deployment: { type: 'string', value: 'ID', about: 'which deployment of the site (default: the only one)' },
    model: { type: 'string', value: 'MODEL', about: 'without a site: a model of the catalogue' },
    accelerator: { type: 'string', value: 'ID', about: 'without a site: an accelerator of the catalogue' },
    count: { type: 'string', value: 'N', about: 'without a site: accelerators of a replica (default 1)' },
    format: {
      type: 'string',
      value: 'F',
      about: 'without a site: fp16, fp8, fp4, int8 or int4 (default fp16)',
      words: ['fp16', 'fp8', 'fp4', 'int8', 'int4'],
    },
    clock: { type: 'string', value: 'SHARE', about: 'locked clock of the accelerators, of their largest' },
    'power-cap': { type: 'string', value: 'W', about: 'power cap of one accelerator' },
    replicas: { type: 'string', value: 'N', about: 'replicas that serve (default: the installed ones, or 1)' },
    route: { type: 'string', value: 'RULE', about: `${ROUTES.join(', ')} (default least-requests)`, words: ROUTES },
    series: { type: 'string', value: 'NAME', about: 'which series of a file with several' },
    'rate-scale': { type: 'string', value: 'N', about: 'requests come N times as fast' },
    duration: { type: 'string', value: '1h', about: 'only so much of the trace, or of the demand (default 1h)' },
    from: {
      type: 'string',
      value: 'DATE',
      about: 'without TRACE: local start, 2026-01-31T18:00 (default: 1 January, noon)',
    },
    'prefix-cache': {
      type: 'boolean',
      about: 'count prompt tokens as computed that came before, where the trace tells them',
    },
    'keep-ticks': { type: 'boolean', about: 'leave arrivals on coarse time stamps together' },
    ttft: { type: 'string', value: '2s', about: 'target of the time to first token (default: the service’s, or 2 s)' },
    tpot: {
      type: 'string',
      value: '100ms',
      about: 'target of the time per token after it (default: the service’s, or 100 ms)',
    },
    attainment: {
      type: 'string',
      value: '0.99',
      about: 'share of the requests that must keep both at the admissible rate',
    },
    seed: { type: 'string', value: 'N', about: 'of what is drawn (default: the site’s, or 1)' },
    'no-sweep': { type: 'boolean', about: 'leave out the replays at other rates' },
    csv: { type: 'string', value: 'FILE', about: 'write a row for each request' },
    html: { type: 'string', value: 'FILE', about: 'write a page with plots' },
    json: { type: 'boolean', about: 'print the results as JSON' },
  },
  examples: [
    'joulewright replay requests.csv.gz --model llama-3.1-8b-instruct --accelerator nvidia-h100-sxm-80gb',
    'joulewright replay requests.csv.gz --site sites/bukhara.yaml --deployment chat-70b --replicas 4 --html replay.html',
    'joulewright replay --site sites/bukhara.yaml --deployment code-32b --from 2026-01-14T18:00 --duration 10m',
  ],
  async run(typed) {
    const attainment = amount(typed, 'attainment', 'plain', 0.01, 1) ?? 0.99;
    const input = replayInput(typed);
    const options = optionsOf(typed, input);
    const stop = new Stop();
    try {
      const started = process.cpuUsage();
      const run = new Replay(input.spec, input.requests, options);
      const progress = new Progress('replaying');
      while (!run.isDone && !stop.asked) {
        run.advance(AT_ONCE);
        progress.update(run.share);
        await pause();
      }
      progress.done();
      const isWhole = run.isDone;
      const spent = process.cpuUsage(started);
      const result = run.result();
      const fluid = isWhole ? input.fluid() : undefined;
      const wantsSweep = isWhole && !typed.flag('no-sweep') && fluid !== undefined && fluid.load > 0;
      const found = wantsSweep
        ? await sweep(input, options, fluid.load, attainment, stop)
        : { levels: [], admissible: undefined };
      const report: ReplayReport = {
        title: input.title,
        result,
        summary: summarise(result, input.targets),
        targets: input.targets,
        fluid,
        ...found,
        attainment,
        notes: isWhole
          ? input.notes
          : [...input.notes, `broken off after ${result.arrived} of ${input.requests.count} requests`],
      };
      const manifest = await manifestOf(input);
      const [csv, html] = [typed.text('csv'), typed.text('html')];
      if (csv !== undefined) await writePieces(csv, replayCsvPieces(result, input.serviceNames));
      if (html !== undefined) await writeAtomic(html, replayReportHtml(report, manifest));
      if (typed.flag('json')) {
        const { summary, levels, admissible } = report;
        const body = {
          summary,
          fluid: fluid ?? null,
          levels,
          admissible: admissible ?? null,
          timeline: result.timeline,
          notes: report.notes,
        };
        process.stdout.write(jsonDocument(manifest, body));
      } else {
        print(report, input, options.route ?? '', (spent.user + spent.system) / 1e6);
        const written = [csv, html].filter((file) => file !== undefined);
        if (written.length > 0)
          process.stdout.write(`written: ${written.map((file) => path.relative('.', file)).join(', ')}\n`);
      }
      return stop.asked ? BROKEN_OFF : 0;
    } finally {
      stop.release();
    }
  },
};
