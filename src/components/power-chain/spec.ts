import { z } from 'zod';
import type { Price } from '../../catalog/catalog.ts';
import { byDefault, choice, plain, quantity, whole } from '../../units/schema.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';
import { FRONTIER_CHAIN, FRONTIER_RECTIFIER_W, type LossCurve, stageCurve } from './physics.ts';

/** What the box between the transformer and the IT bus is. */
export const UPS_MODES = ['double-conversion', 'eco', 'hvdc'] as const;
export type UpsMode = (typeof UPS_MODES)[number];

/**
 * Loss curves of the modes, shares of the rating. Double conversion: 96 % at full and half load, 94.4 % at a quarter, within
 * the 94-96 % of datasheets. Eco: 98.8 % at full, 98.5 % at half load, within the 98-99 % of datasheets. HVDC: rectifiers to a
 * DC bus with the battery on it, as Frontier's (95.9 % at full load).
 */
export const UPS_CURVES: Readonly<Record<UpsMode, LossCurve>> = {
  'double-conversion': { fixed: 0.012, linear: 0.005, square: 0.025 },
  eco: { fixed: 0.004, linear: 0.006, square: 0.002 },
  hvdc: stageCurve(FRONTIER_CHAIN.rectifierConstantW, FRONTIER_CHAIN.rectifierEfficiency, FRONTIER_RECTIFIER_W),
};

const LOSS = { min: 0, max: 0.2 };

/** Section `power-chain` of a hall. */
export const file = z.strictObject({
  rated: quantity('power', 'rated output of the critical bus: what the IT of the hall may draw', { min: 1e-3 }),
  redundancy: byDefault(
    choice('modules beyond what the rating needs: none, one, or a whole second side', ['N', 'N+1', '2N']),
    'N+1',
    'our choice: one spare module, the usual arrangement below Uptime tier IV',
  ),
  modules: byDefault(
    whole('UPS modules that the rating needs; N+1 has one more', { min: 1, max: 64 }),
    4,
    'our choice: modular UPS frames are commonly filled with four to ten modules',
  ),
  ups: byDefault(
    choice('double conversion, line-interactive eco mode, or rectifiers to a DC bus', UPS_MODES),
    'double-conversion',
    'datasheets: double conversion 94-96 %, eco 98-99 % (schneiderupsus.com); hvdc: ExaDigiT RAPS config/frontier.yaml',
  ),
  ups_loss: z
    .strictObject({
      fixed: plain('loss at no load, share of the rating', LOSS),
      linear: plain('loss in proportion to load, share of the rating at full load', LOSS),
      square: plain('loss with the square of load, share of the rating at full load', LOSS),
    })
    .meta({ about: 'your own UPS loss curve in place of the mode’s' })
    .optional(),
  distribution_loss: byDefault(
    quantity('share', 'loss of cables, switchgear and PDUs, share of what leaves the UPS', { min: 0, max: 0.2 }),
    '0.56 %',
    'Lei and Masanet example notebook: distribution loss 0.56 %',
  ),
  transformer: quantity('power', 'rating of the transformer; 1.6 times the rated output unless said', {
    min: 1e-3,
  }).optional(),
  transformer_no_load_loss: byDefault(
    quantity('share', 'no-load loss of the transformer, share of its rating', { min: 0, max: 0.05 }),
    '0.12 %',
    'Regulation (EU) 548/2014 tier 2, dry type 1600 kVA: no-load loss 1980 W',
  ),
  transformer_load_loss: byDefault(
    quantity('share', 'load loss of the transformer at its rating, share of it', { min: 0, max: 0.05 }),
    '0.81 %',
    'Regulation (EU) 548/2014 tier 2, dry type 1600 kVA: load loss 13 kW',
  ),
  lighting: byDefault(
    quantity('share', 'lighting of the hall, share of the rated output, always on; its heat stays in the hall', {
      min: 0,
      max: 0.05,
    }),
    '0 %',
    'our choice: modules are dark; Lei and Masanet example notebook: 0.18 % in halls',
  ),
  indoor_share: byDefault(
    quantity('share', 'share of UPS and distribution losses that warms the hall; the transformer stands outside', {
      min: 0,
      max: 1,
    }),
    '100 %',
    'our choice: UPS and PDUs stand in the module that the cooling serves',
  ),
  capex: quantity('pricePerPower', 'price per kW of rated output, installed, for one side', { min: 0 }).optional(),
  opex: byDefault(
    quantity('share', 'upkeep a year, share of the price', { min: 0, max: 1 }),
    '2 %',
    'our choice: within the 1.8-2.5 % a year of power equipment (PyPSA technology-data)',
  ),
  life: byDefault(
    quantity('duration', 'life until replaced', { min: 86400 }),
    '15 y',
    'our choice: UPS electronics 10-15 years, switchgear longer',
  ),
});

/** A chain, resolved. */
export interface ChainSpec {
  readonly ratedKw: number;
  readonly upsCurve: LossCurve;
  /** Installed UPS rating over the rating that is needed: 1, (n+1)/n or 2. */
  readonly upsSides: number;
  readonly distributionLossShare: number;
  readonly transformerKw: number;
  /** Transformers that share the load: 1, or 2 with 2N. */
  readonly transformers: number;
  readonly transformerCurve: LossCurve;
  readonly lightingKw: number;
  readonly indoorShare: number;
  readonly ownership: Ownership;
}

const YEAR_S = 31_557_600;

/** Used where the catalogue has no entry of this id. */
const PRICE: Price = {
  id: 'power-chain',
  about: 'transformer, UPS and distribution per kW of critical output, one side',
  value: 600,
  unit: 'USD/kW',
  year: 2025,
  source:
    'our choice: about 5 % of the 11.6-15.2 USD/W of a whole data centre (Turner & Townsend DCCI 2025-26); give your quote',
};

/** Resolves the section. Complains when the transformer cannot carry the rating. */
export function resolve(f: z.output<typeof file>, context: SiteContext, complain: (c: Complaint) => void): ChainSpec {
  const transformerKw = f.transformer ?? 1.6 * f.rated;
  if (transformerKw < f.rated) {
    complain({
      path: ['transformer'],
      message: `a transformer of ${transformerKw} kW cannot feed a critical bus of ${f.rated} kW`,
      hint: 'give it at least the rating, the losses and the cooling load, or leave the key out',
    });
  }
  const upsSides = f.redundancy === '2N' ? 2 : f.redundancy === 'N+1' ? (f.modules + 1) / f.modules : 1;
  const price = priceOr(f.capex, 'capex', PRICE.id, '/kW', context, complain, PRICE);
  const capexMoney = price.value * f.rated * upsSides;
  return {
    ratedKw: f.rated,
    upsCurve: f.ups_loss ?? UPS_CURVES[f.ups],
    upsSides,
    distributionLossShare: f.distribution_loss,
    transformerKw,
    transformers: f.redundancy === '2N' ? 2 : 1,
    transformerCurve: { fixed: f.transformer_no_load_loss, linear: 0, square: f.transformer_load_loss },
    lightingKw: f.lighting * f.rated,
    indoorShare: f.indoor_share,
    ownership: {
      capexMoney,
      opexMoneyPerYear: f.opex * capexMoney,
      lifeYears: f.life / YEAR_S,
      source: price.source,
    },
  };
}
