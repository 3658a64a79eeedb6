import { existsSync } from 'node:fs';
import path from 'node:path';
import { fail } from '../../errors/error.ts';
import { readText } from '../../series/csv.ts';
import type { YearsSource } from '../../simulate/yearsSource.ts';
import type { Site } from '../../site/site.ts';
import { isDailyCsv } from '../../weather/dailySeries.ts';

const MOST_YEARS = 1000;

type Wrong = (reason: string) => never;

/** `--weather-years` or another option that takes the same, as typed: a number of generated years, a daily series, or hourly files. @throws JW_USAGE, JW_FILE_* */
export function yearsSourceOf(option: string, texts: readonly string[], site: Site, command = 'simulate'): YearsSource {
  const wrong: Wrong = (reason) => fail('JW_USAGE', { reason, command });
  // A file whose own name has a comma is one file.
  const words = texts.flatMap((text) => (existsSync(text) ? [text] : text.split(',').map((t) => t.trim())));
  if (words.some((word) => word === '')) wrong(`--${option} has an empty name between commas`);
  const [first] = words;
  if (words.length > 1 || !/^\d+$/.test(first!)) return filesOf(option, words, wrong);
  const count = Number(first);
  if (count < 1 || count > MOST_YEARS) wrong(`--${option} takes 1 to ${MOST_YEARS} generated years, or a file`);
  if (site.weather.kind !== 'climate')
    return wrong(
      'the site’s weather is a file: years can be generated only from weather.climate, or give a daily series',
    );
  return { kind: 'generated', climate: site.weather.climate, seed: site.weather.seed, count };
}

/** Hourly files beside each other, or the one daily series. @throws JW_USAGE, JW_FILE_* */
function filesOf(option: string, words: readonly string[], wrong: Wrong): YearsSource {
  const number = words.find((word) => /^\d+$/.test(word) && !existsSync(word));
  if (number !== undefined)
    wrong(`--${option} takes a number of generated years or files, not both: "${number}" stands beside others`);
  const files = words.map((word) => path.resolve(word));
  const twice = files.findIndex((file, i) => files.indexOf(file) < i);
  if (twice >= 0) wrong(`--${option} has ${words[twice]} twice`);
  const daily = files.filter((file) => isDailyCsv(readText(file)));
  if (daily.length === 0) return { kind: 'files', files };
  if (files.length > 1) wrong(`${path.basename(daily[0]!)} is a daily series, which holds many years: give it alone`);
  return { kind: 'days', file: files[0]! };
}
