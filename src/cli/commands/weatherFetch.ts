import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { fail, JoulewrightError } from '../../errors/error.ts';
import { writeAtomic } from '../../report/write.ts';
import { type FetchRequest, fetchWeather, SERVICES, type ServiceName } from '../../weather/fetch.ts';
import { readWeather } from '../../weather/read.ts';
import type { Place } from '../../weather/year.ts';
import type { Typed } from '../command.ts';

const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'weather' });

function dayOf(typed: Typed, name: string): string | undefined {
  const text = typed.text(name);
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  const isDay = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
  return isDay ? text : wrong(`--${name} takes a day like 2023-01-31, not "${text}"`);
}

/** First and last day as asked: a year, or from and to; neither for a typical year of PVGIS. @throws JW_USAGE */
function periodOf(typed: Typed, service: ServiceName): { from: string; to: string } | Record<string, never> {
  const [year, from, to] = [typed.text('year'), dayOf(typed, 'from'), dayOf(typed, 'to')];
  if (year !== undefined) {
    if (from !== undefined || to !== undefined) wrong('--year is a whole year; --from and --to are its own way');
    return /^\d{4}$/.test(year)
      ? { from: `${year}-01-01`, to: `${year}-12-31` }
      : wrong(`--year takes a year, not "${year}"`);
  }
  if ((from === undefined) !== (to === undefined)) wrong('--from and --to go together');
  if (from !== undefined && to !== undefined) return from <= to ? { from, to } : wrong('--from is after --to');
  return service === 'pvgis' ? {} : wrong(`${service} needs --year, or --from and --to`);
}

/** `weather fetch SERVICE`: asks a service for a point and keeps its answer as a file. */
export async function fetchToFile(typed: Typed, place: Place): Promise<number> {
  const asked = typed.positionals[1];
  const service = SERVICES.find((s) => s === asked);
  if (service === undefined)
    return wrong(`fetch takes ${SERVICES.join(', ')}${asked === undefined ? '' : `, not "${asked}"`}`);
  const out = typed.text('out') ?? wrong('--out FILE says where the answer is kept');
  if (typed.text('lat') === undefined || typed.text('lon') === undefined) wrong('--lat and --lon say for which point');
  const request: FetchRequest = { service, latDeg: place.latDeg, lonDeg: place.lonDeg, ...periodOf(typed, service) };
  const file = path.resolve(out);
  const text = await fetchWeather(request);
  await writeAtomic(file, file.endsWith('.gz') ? gzipSync(text) : text);
  process.stdout.write(`written: ${path.relative('.', file)}\n`);
  try {
    const year = readWeather(file, place);
    process.stdout.write(`${year.about}, a whole year; see it with \`joulewright weather show ${out}\`\n`);
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
    process.stderr.write(`warning it is no weather year yet: ${error.message}\n`);
  }
  return 0;
}
