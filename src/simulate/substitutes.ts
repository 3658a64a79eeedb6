import { prefixCacheTokens } from '../components/inference/index.ts';
import { fail } from '../errors/error.ts';
import { seedFrom } from '../series/random.ts';
import { zoneOf } from '../series/zone.ts';
import { demandAtShare } from '../site/demandShare.ts';
import { inferenceOf } from '../site/inferenceOf.ts';
import type { Site } from '../site/site.ts';
import { parseDemandOption, parseLengthsOption } from '../workload/option.ts';
import { readRateSeries } from '../workload/series.ts';
import { type Service, withRate, withTrace } from '../workload/service.ts';
import { readTrace } from '../workload/trace.ts';
import { varied } from '../workload/varied.ts';

/** What a command says of demand, as typed. */
export interface DemandText {
  /** `SERVICE=FILE,...`: recorded rates. */
  readonly demand: readonly string[];
  /** `SERVICE=FILE`: recorded requests. */
  readonly lengths: readonly string[];
  /** How far every week strays from what is asked, share: see `varied`. */
  readonly vary?: number;
  /** Share of the site's capacity that the busiest hour is brought to. */
  readonly share?: number;
}

/** Services with recorded demand and lengths in place of the site file's, and the files that went in. */
export interface Substituted {
  readonly services: readonly Service[];
  readonly files: readonly string[];
  /** What was replaced by what, for the report. */
  readonly notes: readonly (readonly [string, string])[];
}

function indexOf(services: readonly Service[], id: string): number {
  const at = services.findIndex((s) => s.profile.id === id);
  if (at < 0) fail('JW_NO_SERVICE', { service: id, services: services.map((s) => s.profile.id).join(', ') });
  return at;
}

/**
 * Applies `--demand SERVICE=FILE,...`, `--lengths SERVICE=FILE`, `--demand-share SHARE` and `--vary SHARE`, in this order.
 *
 * @throws JW_NO_SERVICE, JW_DEMAND_OPTION, JW_DEMAND_SHARE, and what the readers throw
 */
export function substitute(site: Site, { demand, lengths, share, vary }: DemandText): Substituted {
  const services = [...site.services];
  const files: string[] = [];
  const notes: (readonly [string, string])[] = [];
  for (const text of demand) {
    const { service, file, ...options } = parseDemandOption(text);
    const at = indexOf(services, service);
    const rate = readRateSeries(file, { ...options, service, zone: zoneOf(site.context.zone) });
    services[at] = withRate(services[at]!, rate);
    files.push(file);
    notes.push([`demand of ${service}`, rate.about]);
  }
  for (const text of lengths) {
    const { service, file } = parseLengthsOption(text);
    const at = indexOf(services, service);
    const { deployments } = services[at]!;
    const trace = readTrace(file, () =>
      deployments.reduce((sum, id) => {
        const { spec } = inferenceOf(site, id);
        return sum + prefixCacheTokens(spec, spec.racking.replicas);
      }, 0),
    );
    const hits = trace.prefixHitShare ?? 0;
    services[at] = withTrace(services[at]!, trace);
    files.push(file);
    notes.push([
      `lengths of ${service}`,
      `${trace.requests} recorded requests, ${Math.round(trace.inputMean)} input and ${Math.round(trace.outputMean)} output tokens on average, ` +
        `${hits > 0 ? `${(100 * hits).toFixed(1)} % of the input in the prefix cache, ` : ''}input and output sampled independently, squared CV of arrivals ${trace.arrivalCv2.toFixed(2)}${trace.pace === undefined ? '' : `, rate in windows of ${trace.pace.windowS} s`}`,
    ]);
  }
  const shared = share === undefined ? { services, notes: [] } : demandAtShare(site, services, share);
  const all = [...notes, ...shared.notes];
  if (vary === undefined) return { services: shared.services, files, notes: all };
  const straying = shared.services.map((service) => {
    const { id } = service.profile;
    const rate = varied(service.rate, vary, seedFrom(`${site.context.seed}/${id}`));
    all.push([`demand of ${id}`, rate.about]);
    return withRate(service, rate);
  });
  return { services: straying, files, notes: all };
}
