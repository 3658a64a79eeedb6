import type { AcceleratorRow, Catalog } from '../../catalog/catalog.ts';
import { FORMATS } from '../../catalog/catalog.ts';
import { modelNamed, need } from '../../catalog/choose.ts';
import { findAccelerator } from '../../catalog/find.ts';
import { loadCatalog } from '../../catalog/load.ts';
import { ENGINES } from '../../components/inference/engine.ts';
import { fail } from '../../errors/error.ts';
import { crf } from '../../finance/crf.ts';
import { type CompareOptions, RANKS, SORTS } from '../../predict/compare.ts';
import { nearestWord } from '../../units/nearest.ts';
import { MIX_NAMES, MIXES } from '../../workload/lengths.ts';
import type { Typed } from '../command.ts';

/** Uzbekistan, legal entities, 1,000 UZS with VAT, 8.3 US cents (caspianpost.com, as in the catalogue's tariff of 2025). */
export const USD_PER_KWH = 0.083;
/** As sites have them by default: discount 8 % real, nodes replaced after five years, TTFT and TPOT, sequences of a replica. */
const DISCOUNT = 0.08;
export const LIFE_YEARS = 5;
export const TTFT_S = 2;
export const TPOT_S = 0.1;
export const MAX_BATCH = 256;
export const MAX_DEVICES = 8;

const wrong = (reason: string): never => fail('JW_USAGE', { reason, command: 'compare' });

/** A number of an option within its range; undefined without it. @throws JW_USAGE */
export function numberOf(typed: Typed, name: string, low: number, high: number, whole = false): number | undefined {
  const text = typed.text(name);
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= low && value <= high) || (whole && !Number.isInteger(value)))
    return wrong(`--${name} takes ${whole ? 'a whole number, ' : ''}${low} to ${high}, not "${text}"`);
  return value;
}

function word<T extends string>(option: string, text: string, words: readonly T[]): T {
  const found = words.find((w) => w.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const near = nearestWord(text, words);
  return wrong(
    `--${option} does not know "${text}"; ${near === undefined ? '' : `did you mean ${near}? `}there is ${words.join(', ')}`,
  );
}

function serviceOf(typed: Typed): { inputTokens: number; outputTokens: number; lengths: string } {
  const name = typed.text('service');
  const mix = name === undefined ? undefined : word('service', name, MIX_NAMES);
  const [input, output] = [numberOf(typed, 'input', 1, 1e7), numberOf(typed, 'output', 1, 1e7)];
  const inputTokens = input ?? (mix === undefined ? undefined : MIXES[mix].input.mean);
  const outputTokens = output ?? (mix === undefined ? undefined : MIXES[mix].output.mean);
  if (inputTokens === undefined || outputTokens === undefined)
    return wrong(`say what is served: --service ${MIX_NAMES.join('|')}, or --input TOKENS --output TOKENS`);
  return { inputTokens, outputTokens, lengths: mix ?? 'requests' };
}

function chipNamed(catalog: Catalog, name: string): AcceleratorRow {
  const { row, near = [] } = findAccelerator(catalog.acceleratorRows, name);
  if (row !== undefined) return row;
  const meant = near.length === 0 ? '' : `did you mean ${near.join(' or ')}? `;
  return fail('JW_CATALOG_NAME', {
    reason: `there is no accelerator "${name}" in the catalogue`,
    hint: `${meant}\`joulewright catalog accelerators\` lists them`,
  });
}

function rowsOf(typed: Typed, catalog: Catalog): readonly AcceleratorRow[] {
  const named = typed.texts('accelerators');
  const all = [...catalog.acceleratorRows.values()];
  const makers = [...new Set(all.map((row) => row.vendor))];
  const vendors = typed.texts('vendors').map((name) => word('vendors', name, makers));
  const rows = named.length === 0 ? all : [...new Set(named.map((name) => chipNamed(catalog, name)))];
  const kept = rows.filter((row) => vendors.length === 0 || vendors.includes(row.vendor));
  if (kept.length === 0) wrong(`none of these accelerators is of ${vendors.join(', ')}`);
  return kept;
}

function pricesOf(typed: Typed, catalog: Catalog): ReadonlyMap<string, number> {
  return new Map(
    typed.texts('price').map((text) => {
      const at = text.lastIndexOf('=');
      const usd = Number(text.slice(at + 1));
      if (at < 1 || !(usd > 0)) wrong(`--price takes CHIP=USD, not "${text}"`);
      return [chipNamed(catalog, text.slice(0, at)).id, usd] as const;
    }),
  );
}

/** What was typed as a comparison, and the name of the lengths. @throws JW_USAGE, JW_CATALOG_NAME */
export function compareInput(typed: Typed): { readonly options: CompareOptions; readonly lengths: string } {
  const name = typed.text('model') ?? wrong('say which model: --model NAME');
  const catalog = loadCatalog();
  const model = need(modelNamed(catalog, name));
  const { lengths, ...service } = serviceOf(typed);
  if (service.inputTokens + service.outputTokens > model.context)
    wrong(`${model.id} holds a context of ${model.context} tokens, less than one request`);
  const precision = typed.text('precision');
  const maxPowerKw = numberOf(typed, 'max-power', 1e-3, 1e7);
  return {
    lengths,
    options: {
      rows: rowsOf(typed, catalog),
      model,
      engine: word('engine', typed.text('engine') ?? 'vllm', ENGINES),
      service: {
        ...service,
        ttftS: numberOf(typed, 'ttft', 1e-4, 1e5) ?? TTFT_S,
        tpotS: numberOf(typed, 'tpot', 1e-5, 1e4) ?? TPOT_S,
      },
      ...(precision === undefined ? {} : { format: word('precision', precision, FORMATS) }),
      nativeOnly: typed.flag('native'),
      maxDevices: numberOf(typed, 'max-devices', 1, 1024, true) ?? MAX_DEVICES,
      maxBatch: numberOf(typed, 'max-batch', 1, 65_536, true) ?? MAX_BATCH,
      sort: word('by', typed.text('by') ?? SORTS[0], SORTS),
      rank: word('rank', typed.text('rank') ?? RANKS[0], RANKS),
      ...(maxPowerKw === undefined ? {} : { maxPowerKw }),
      priceUsd: pricesOf(typed, catalog),
      costs: {
        chargePerYear: crf(DISCOUNT, numberOf(typed, 'life', 0.1, 100) ?? LIFE_YEARS),
        usdPerKwh: numberOf(typed, 'electricity-price', 0, 100) ?? USD_PER_KWH,
        utilisation: numberOf(typed, 'utilisation', 1e-3, 1) ?? 1,
        overhead: numberOf(typed, 'overhead', 1, 10) ?? 1,
      },
    },
  };
}
