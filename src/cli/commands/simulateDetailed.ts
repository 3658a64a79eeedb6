import path from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { writeCsv } from '../../report/csv.ts';
import { DETAILED_HEAD, RequestRows } from '../../report/detailedCsv.ts';
import { detailedReportHtml } from '../../report/detailedReport.ts';
import {
  COMPARED_HEAD,
  comparedRows,
  SERVICE_HEAD,
  serviceJson,
  serviceRows,
  servicesComparedRows,
} from '../../report/detailedRows.ts';
import { jsonDocument } from '../../report/json.ts';
import { fileInput, simulationManifest } from '../../report/manifest.ts';
import { ledgerCsvColumns } from '../../report/runColumns.ts';
import { textTable } from '../../report/table.ts';
import { writeAtomic, writePieces } from '../../report/write.ts';
import { compareServices, compareSite } from '../../simulate/detailCompare.ts';
import { DetailedRun } from '../../simulate/detailed.ts';
import { kpisOf } from '../../simulate/kpis.ts';
import type { Site } from '../../site/site.ts';
import { formatQuantity } from '../../units/quantity.ts';
import { formatCount } from '../../view/format.ts';
import type { Typed } from '../command.ts';
import { Progress } from '../progress.ts';
import { BROKEN_OFF, Stop } from '../stop.ts';
import { detailedInput } from './simulateDetailedInput.ts';
import { outFolder } from './simulateOptions.ts';

/** Names of the files of `--out`. */
function filesOf(folder: string, site: Site, policy: string) {
  const name = (suffix: string) => path.join(folder, `${site.id}-${policy}-detailed.${suffix}`);
  return { html: name('html'), json: name('json'), ledger: name('ledger.csv'), requests: name('requests.csv') };
}

/** Steps a site with every request followed, and tells it beside the fluid twin. */
export async function simulateDetailed(typed: Typed): Promise<number> {
  const { scenario, every, told, inputs, warnings } = await detailedInput(typed);
  const { site, plant, services, grid, policy, seed } = scenario;
  const policyName = String(policy);
  const folder = outFolder(typed);
  const files = folder === undefined ? undefined : filesOf(folder, site, policyName);
  const stop = new Stop();
  try {
    const run = new DetailedRun(scenario);
    const progress = new Progress('following requests');
    const rows = new RequestRows(every);
    async function* stepping(): AsyncGenerator<string> {
      yield DETAILED_HEAD;
      while (!run.isDone && !stop.asked) {
        run.advance();
        progress.update(run.share);
        if (files !== undefined) yield* rows.of(run.left());
        await pause();
      }
    }
    if (files === undefined) for await (const _ of stepping());
    else await writePieces(files.requests, stepping());
    progress.done();
    if (run.steps === 0) return BROKEN_OFF;
    const { run: detailed, fluid, powerKw, beatS } = run.result();
    const done = { ...grid, count: run.steps };
    const notes = [
      ...told,
      ...(files !== undefined && every > 1 ? [`one in ${every} requests is written as a row`] : []),
      ...(run.isDone ? [] : [`broken off after ${run.steps} of ${grid.count} steps`]),
    ];
    const manifest = simulationManifest({
      inputs: await Promise.all([...new Set(inputs)].map(fileInput)),
      seed,
      siteId: site.id,
      grid: done,
      policy: policyName,
      warnings,
    });
    const totals = run.totals;
    const siteRows = compareSite(fluid, detailed, totals);
    const serviceFigures = compareServices(fluid, totals);
    const body = {
      comparison: siteRows,
      services: totals.map(serviceJson),
      servicesCompared: serviceFigures,
      kpis: { detailed: kpisOf(site, detailed), fluid: kpisOf(site, fluid) },
      timeline: {
        beatS,
        itKw: powerKw,
        stepS: grid.stepMs / 1000,
        fluidItKw: fluid.ledger.get('site.itKw').subarray(0, run.steps),
      },
      notes,
    };
    let written: string[] = [];
    if (files !== undefined) {
      await writeCsv(files.ledger, done, ledgerCsvColumns(detailed), { digits: 9 });
      await writeAtomic(files.json, jsonDocument(manifest, body));
      const html = detailedReportHtml({
        title: `${site.name}, request by request`,
        subtitle: `policy ${policyName}`,
        grid: done,
        zone: site.context.zone,
        fluid,
        detailed,
        powerKw,
        beatS,
        totals,
        site: siteRows,
        services: serviceFigures,
        notes,
        manifest,
      });
      await writeAtomic(files.html, html);
      written = Object.values(files);
    }
    if (typed.flag('json')) process.stdout.write(jsonDocument(manifest, body));
    else {
      const write = (text = '') => process.stdout.write(`${text}\n`);
      const table = (head: readonly string[], cells: readonly (readonly string[])[]) =>
        write(
          textTable(
            head.map((header, i) => ({ header, align: i === 0 ? ('left' as const) : ('right' as const) })),
            cells,
          ),
        );
      const arrived = totals.reduce((sum, t) => sum + t.sums.arrived, 0);
      const replicas = plant.halls.reduce((sum, hall) => sum + hall.it.reduce((all, u) => all + u.installed, 0), 0);
      write(`${site.name}, policy ${policyName}, request by request`);
      write(
        `${run.steps} steps of ${formatQuantity(grid.stepMs / 1000, 'duration')}, ${formatCount(arrived)} requests of ${services.length} services on up to ${replicas} replicas in ${detailed.cpuS.toFixed(2)} s of CPU (${formatCount(arrived / Math.max(detailed.cpuS, 1e-3))} requests per CPU second)`,
      );
      for (const note of notes) write(note);
      write();
      table(COMPARED_HEAD, comparedRows(siteRows));
      write();
      table(SERVICE_HEAD, serviceRows(totals));
      write();
      table(COMPARED_HEAD, servicesComparedRows(serviceFigures));
      for (const text of warnings) process.stderr.write(`warning ${text}\n`);
      if (written.length > 0) write(`\nwritten:\n${written.map((w) => `  ${path.relative('.', w)}`).join('\n')}`);
      else write('\nnothing was written; --out DIR keeps requests, ledger, results and a page with plots');
    }
    return stop.asked ? BROKEN_OFF : 0;
  } finally {
    stop.release();
  }
}
