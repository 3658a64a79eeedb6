import { resolve } from 'node:path';
import type { z } from 'zod';
import { type Fault, JoulewrightError } from '../errors/error.ts';
import type { Zone } from '../series/zone.ts';
import { type Lengths, meanLengths, mixLengths } from '../workload/lengths.ts';
import { weekdayOf } from '../workload/option.ts';
import type { ServiceProfile } from '../workload/profile.ts';
import type { RateSource } from '../workload/rate.ts';
import { readRateSeries } from '../workload/series.ts';
import { burstinessOf, recordedLengths, type Service } from '../workload/service.ts';
import { shapeRate } from '../workload/shape.ts';
import { readTrace } from '../workload/trace.ts';
import { parsed, rowsOf } from './rows.ts';
import { serviceRow } from './sections.ts';
import type { Path, Source } from './source.ts';

type ServiceRow = z.output<typeof serviceRow>;

function rateOf(row: ServiceRow, zone: Zone, folder: string): RateSource | undefined {
  const { shape, file, series, mean, peak, scale, shift, start, clock } = row.demand;
  const shiftH = shift === undefined ? {} : { shiftH: shift / 3600 };
  if (shape !== undefined) {
    if (mean === undefined && peak === undefined) return undefined;
    return shapeRate(shape, mean === undefined ? { peakPerS: peak! } : { meanPerS: mean }, zone, shiftH);
  }
  if (file === undefined) return undefined;
  const startWeekday = start === undefined ? undefined : weekdayOf(start);
  return readRateSeries(resolve(folder, file), {
    zone,
    service: row.id,
    ...shiftH,
    ...(series === undefined ? {} : { series }),
    ...(mean === undefined ? {} : { meanPerS: mean }),
    ...(peak === undefined ? {} : { peakPerS: peak }),
    ...(scale === undefined ? {} : { scale }),
    ...(startWeekday === undefined ? {} : { startWeekday }),
    ...(clock === undefined ? {} : { clock }),
  });
}

type Burstiness = ReturnType<typeof burstinessOf>;
type Prefixes = Pick<ServiceProfile, 'prefixHitShare' | 'prefixTokens'>;
type RowLengths = Lengths & Prefixes & { readonly bursts?: Burstiness };

function lengthsOf(row: ServiceRow, folder: string, cacheTokens: () => number): RowLengths | undefined {
  const { mix, trace, input, output, input_sigma, output_sigma } = row.lengths;
  if (input !== undefined && output !== undefined) {
    return meanLengths(input, output, { input: input_sigma, output: output_sigma });
  }
  if (mix !== undefined) return mixLengths(mix);
  if (trace === undefined) return undefined;
  const read = readTrace(resolve(folder, trace), cacheTokens);
  return { ...recordedLengths(read), source: trace, bursts: burstinessOf(read) };
}

/**
 * The services of a file, with demand and lengths read. Rows that the schema refuses, or whose choices are incomplete, are
 * left out: their faults are known. A recording that cannot be read is a fault at the key that names it. A trace brings its
 * own burstiness unless the file says `arrival_cv2`, and the prefixes that it tells unless the file says `prefix_hit_share`.
 *
 * @param cacheTokensOf room of the prefix cache of a deployment, tokens
 * @param folder where relative file names start: the folder of the site file
 */
export function resolveServices(
  data: unknown,
  source: Source,
  zone: Zone,
  folder: string,
  cacheTokensOf: (deployment: string) => number = () => Number.POSITIVE_INFINITY,
): { readonly services: readonly Service[]; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const guard = <T>(path: Path, run: () => T): T | undefined => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof JoulewrightError)) throw error;
      for (const f of error.faults) faults.push({ ...f, where: source.where(path) });
      return undefined;
    }
  };
  const services = rowsOf(data, 'services').flatMap((raw): Service[] => {
    const row = parsed(serviceRow, raw.data);
    if (row === undefined) return [];
    const deployments = row.deployments ?? (row.deployment === undefined ? [] : [row.deployment]);
    const rate = guard([...raw.path, 'demand', 'file'], () => rateOf(row, zone, folder));
    const lengths = guard([...raw.path, 'lengths', 'trace'], () =>
      lengthsOf(row, folder, () => deployments.reduce((sum, id) => sum + cacheTokensOf(id), 0)),
    );
    if (rate === undefined || lengths === undefined || deployments.length === 0) return [];
    const own = raw.data['arrival_cv2'] === undefined ? lengths.bursts : undefined;
    const { prefixTokens, prefixHitShare } = lengths;
    const recorded = raw.data['prefix_hit_share'] === undefined && prefixTokens !== undefined;
    const stated = row.prefix_hit_share > 0 ? { prefixHitShare: row.prefix_hit_share } : {};
    const profile: ServiceProfile = {
      id: row.id,
      kind: row.kind,
      inputTokens: lengths.inputTokens,
      outputTokens: lengths.outputTokens,
      ...(recorded ? { prefixTokens, prefixHitShare: prefixHitShare ?? 0 } : stated),
      ...(own ?? { arrivalCv2: row.arrival_cv2 }),
      ttftS: row.ttft ?? Number.POSITIVE_INFINITY,
      tpotS: row.tpot ?? Number.POSITIVE_INFINITY,
    };
    const { deadline } = row;
    const { trace } = row.lengths;
    return [
      {
        profile,
        rate,
        deployments,
        ...(deadline === undefined ? {} : { deadlineS: deadline }),
        ...(lengths.bursts === undefined || trace === undefined ? {} : { recording: resolve(folder, trace) }),
      },
    ];
  });
  return { services, faults };
}
