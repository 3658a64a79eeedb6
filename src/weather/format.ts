import { fail } from '../errors/error.ts';
import type { Provenance } from '../series/grid.ts';
import { isDailyCsv } from './dailySeries.ts';
import { isEpw, parseEpw } from './epw.ts';
import { isHourlyCsv, parseHourlyCsv } from './hourly-csv.ts';
import { isJson, parseJson } from './json.ts';
import type { WeatherMap } from './map.ts';
import { parseMappedCsv } from './mapped-csv.ts';
import { isNasaPower, parseNasaPower } from './nasa-power.ts';
import { isOpenMeteo, parseOpenMeteo } from './open-meteo.ts';
import { isPvgisCsv, isPvgisJson, parsePvgisCsv, parsePvgisJson } from './pvgis.ts';
import type { RawYear } from './raw.ts';
import { isTmy3, parseTmy3 } from './tmy3.ts';
import { type Place, standardOffsetH } from './year.ts';

/** What of the reading options bears on the format. */
export interface FormatOptions {
  readonly utcOffsetH?: number;
  readonly map?: WeatherMap;
  readonly year?: number;
}

/** A file as it stands, and where such files come from as far as the format tells. */
export interface Found {
  readonly raw: RawYear;
  readonly provenance: Provenance;
}

/**
 * Finds the format of a text by its content and reads it. Files on UTC are moved by whole hours to the place's standard time.
 * @throws JW_WEATHER_FORMAT, JW_WEATHER_JSON, and what the readers throw
 */
export function rawYear(text: string, file: string, place: Place, options: FormatOptions = {}): Found {
  const clockH = options.utcOffsetH ?? standardOffsetH(place.zone);
  const choice = options.year === undefined ? {} : { year: options.year };
  const measured = (raw: RawYear): Found => ({ raw, provenance: 'measured' });
  const reanalysis = (raw: RawYear): Found => ({ raw, provenance: 'reanalysis' });
  if (options.map !== undefined) return measured(parseMappedCsv(text, file, options.map, clockH, choice));
  // These two say their clock themselves; who knows better may say so.
  const onClock = (raw: RawYear): RawYear =>
    options.utcOffsetH === undefined ? raw : { ...raw, utcOffsetH: options.utcOffsetH };
  if (isEpw(text)) return measured(onClock(parseEpw(text, file)));
  if (isTmy3(text)) return measured(onClock(parseTmy3(text, file)));
  if (isHourlyCsv(text)) return reanalysis(parseHourlyCsv(text, file, clockH));
  if (isPvgisCsv(text)) return reanalysis(parsePvgisCsv(text, file, place, clockH, choice));
  if (isJson(text)) {
    const data = parseJson(text, file);
    if (isPvgisJson(data)) return reanalysis(parsePvgisJson(data, file, place, clockH, choice));
    if (isOpenMeteo(data)) return reanalysis(parseOpenMeteo(data, file, place, clockH, choice));
    if (isNasaPower(data)) return reanalysis(parseNasaPower(data, file, place, clockH, choice));
  }
  if (isDailyCsv(text)) {
    fail('JW_WEATHER_HEADER', {
      file,
      reason: 'it is a table of days',
      hint: 'a daily series is replayed with `joulewright simulate --weather-years`',
    });
  }
  return fail('JW_WEATHER_FORMAT', { file });
}
