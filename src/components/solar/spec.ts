import type { z } from 'zod';
import type { Transposition } from '../../weather/transposition.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';
import { type Mounting, PVSYST_LOSS, PVSYST_OF_MOUNTING, SAPM_RACKS, type SapmRack } from './cell.ts';
import type { solarFile } from './file.ts';
import { type DiffuseIam, diffuseIamTable, type IamModel } from './iam.ts';
import { PVWATTS_LOSSES } from './physics.ts';
import type { Kimber } from './soiling.ts';
import type { Tracker } from './tracking.ts';

type File = z.output<typeof solarFile>;

const YEAR_S = 31_557_600;
const DAY_S = 86_400;
/** Ground cover of fields that do not say theirs. Source: NREL PVWatts version 8. */
const STANDARD_GCR = 0.3;

/** Cell temperature with its coefficients. */
export type CellModel =
  | { readonly kind: 'faiman' }
  | { readonly kind: 'sapm'; readonly rack: SapmRack }
  | { readonly kind: 'pvsyst'; readonly lossWm2K: number };

/** Dust with the events that take it away. */
export interface Soiling extends Kimber {
  /** Days between cleanings; Infinity = never. */
  readonly cleaningDays: number;
  /** Days with cleaning rain, month x 100 + day. */
  readonly rainDays: ReadonlySet<number>;
}

/** A field as the physics needs it. */
export interface SolarSpec {
  readonly peakKw: number;
  /** Of fixed racks. */
  readonly tiltDeg: number;
  readonly azimuthDeg: number;
  readonly tracking?: Tracker | 'two-axis';
  readonly albedo: number;
  readonly transposition: Transposition;
  readonly iam?: { readonly model: IamModel; readonly diffuse: DiffuseIam };
  readonly cell: CellModel;
  /** Rows and what of the light on their backs counts as light on the front, 0..1. */
  readonly bifacial?: { readonly gcr: number; readonly albedo: number; readonly share: number };
  readonly soiling?: Soiling;
  /** Power lost per year, and age at the start, years. */
  readonly degradation: number;
  readonly ageYears: number;
  /** Direct current left after losses, 0..1. */
  readonly keptShare: number;
  /** Direct current at which the inverter gives its rating, and its efficiency there. */
  readonly inverterDcKw: number;
  readonly inverterShare: number;
  readonly gammaPerC: number;
  readonly ownership: Ownership;
}

function cellOf(model: File['cell_model'], mounting: Mounting): CellModel {
  if (model === 'sapm') return { kind: 'sapm', rack: SAPM_RACKS[mounting] };
  if (model === 'pvsyst') return { kind: 'pvsyst', lossWm2K: PVSYST_LOSS[PVSYST_OF_MOUNTING[mounting]] };
  return { kind: 'faiman' };
}

function trackerOf(said: NonNullable<File['tracking']>): Tracker | 'two-axis' {
  if (said.kind === 'two-axis') return 'two-axis';
  return {
    axisTiltDeg: said.axis_tilt,
    axisAzimuthDeg: said.axis_azimuth,
    maxAngleDeg: said.max_angle,
    gcr: said.gcr,
    backtrack: said.backtrack,
  };
}

function soilingOf(said: NonNullable<File['soiling']>): Soiling {
  return {
    ratePerDay: said.rate,
    max: said.max,
    graceDays: said.grace / DAY_S,
    cleaningDays: said.cleaning === undefined ? Number.POSITIVE_INFINITY : said.cleaning / DAY_S,
    rainDays: new Set((said.rain ?? []).map((day) => Number(day.replace('-', '')))),
  };
}

function bifacialOf(file: File, said: NonNullable<File['bifacial']>): NonNullable<SolarSpec['bifacial']> {
  const gcr = said.gcr ?? file.tracking?.gcr ?? STANDARD_GCR;
  return { gcr, albedo: file.albedo, share: said.bifaciality * (1 - said.structure_loss) };
}

function complainOf(file: File, complain: (c: Complaint) => void): void {
  if (file.cell_model === 'faiman' && !file.mounting.startsWith('open-rack')) {
    const hint = 'choose cell_model: sapm or pvsyst';
    complain({ path: ['mounting'], message: `faiman has no coefficients for ${file.mounting}`, hint });
  }
  if (file.tracking !== undefined && file.azimuth !== undefined) {
    const hint = 'leave azimuth out; the axis has axis_azimuth';
    complain({ path: ['azimuth'], message: 'racks that follow the sun face no fixed direction', hint });
  }
}

/** Resolves a section of the site file. */
export function solarSpec(file: File, context: SiteContext, complain: (c: Complaint) => void): SolarSpec {
  const capex = priceOr(file.capex, 'capex', 'solar', '/kW', context, complain);
  const opex = priceOr(file.opex, 'opex', 'solar-opex', '/kW/y', context, complain);
  complainOf(file, complain);
  const { tracking, iam, bifacial, soiling } = file;
  const kept = soiling === undefined ? 1 - file.losses : (1 - file.losses) / (1 - PVWATTS_LOSSES.soiling);
  return {
    peakKw: file.peak,
    tiltDeg: file.tilt,
    azimuthDeg: file.azimuth ?? (context.latDeg >= 0 ? 180 : 0),
    ...(tracking === undefined ? {} : { tracking: trackerOf(tracking) }),
    albedo: file.albedo,
    transposition: file.transposition,
    ...(iam === 'none' ? {} : { iam: { model: iam, diffuse: diffuseIamTable(iam) } }),
    cell: cellOf(file.cell_model, file.mounting),
    ...(bifacial === undefined ? {} : { bifacial: bifacialOf(file, bifacial) }),
    ...(soiling === undefined ? {} : { soiling: soilingOf(soiling) }),
    degradation: file.degradation,
    ageYears: file.age / YEAR_S,
    keptShare: Math.min(1, kept),
    inverterDcKw: file.peak / file.dc_ac_ratio / file.inverter_efficiency,
    inverterShare: file.inverter_efficiency,
    gammaPerC: file.gamma,
    ownership: {
      capexMoney: capex.value * file.peak,
      opexMoneyPerYear: opex.value * file.peak,
      lifeYears: file.life / YEAR_S,
      source: `field: ${capex.source}; maintenance: ${opex.source}`,
    },
  };
}
