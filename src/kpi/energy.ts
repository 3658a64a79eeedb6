import { type Basis, J_PER_KWH, type Kpi, kpi, ratio, SHARE } from './kpi.ts';
import type { Totals } from './totals.ts';

/** The three boundaries at which a token's energy is told. */
export const BOUNDARIES = {
  facility: 'facility: electricity delivered downstream of the site’s bus, into the halls’ power chains',
  it: 'IT: electricity at the racks',
  source: 'source: import + used sun and wind + fuel (LHV) - export - energy left in stores',
} as const;

/**
 * Energy at the source boundary, kWh: import + used sun and wind + fuel (LHV) - export, less what the stores hold more at the
 * end than at the start, so that a period that ends with full batteries is not blamed for them.
 */
export function sourceKwh(t: Totals): number {
  return t.importKwh + t.solarUsedKwh + t.windUsedKwh + t.fuelKwh - t.exportKwh - (t.storedEndKwh - t.storedStartKwh);
}

function storedNote(t: Totals): string {
  const kwh = t.storedEndKwh - t.storedStartKwh;
  return `corrected by ${kwh >= 0 ? '-' : '+'}${Math.abs(kwh).toFixed(1)} kWh of change in stores, without their losses`;
}

/** Output tokens per joule and joules per output token at the facility (the headline), at the racks and at the source. */
export function tokenEnergy(t: Totals, basis: Basis): Kpi[] {
  const rows = [
    ['', 'facility', t.facilityKwh, undefined],
    ['It', 'IT', t.itKwh, undefined],
    ['Source', 'source', sourceKwh(t), storedNote(t)],
  ] as const;
  const list: Kpi[] = [];
  for (const [suffix, name, kwh, note] of rows) {
    const boundary = BOUNDARIES[name === 'IT' ? 'it' : name];
    const per = { unit: 'tokens/J', boundary, basis } as const;
    list.push(
      kpi(
        {
          ...per,
          id: `tokensPerJoule${suffix}`,
          label: `output tokens per joule, ${name}`,
          value: ratio(t.outputTokens, kwh * J_PER_KWH),
        },
        `no energy at the ${name} boundary`,
        note,
      ),
      kpi(
        {
          ...per,
          unit: 'J/token',
          id: `joulesPerToken${suffix}`,
          label: `joules per output token, ${name}`,
          value: kwh >= 0 ? ratio(kwh * J_PER_KWH, t.outputTokens) : null,
        },
        t.outputTokens > 0 ? `no energy at the ${name} boundary` : 'no output tokens',
        note,
      ),
    );
  }
  return list;
}

/** Energy that the servers' own fans drew in the period, kWh, with the limits of the estimate. */
export interface ServerFans {
  readonly kwh: number;
  readonly lowKwh: number;
  readonly highKwh: number;
}

/** Hours of a year; a shorter period gives an interim PUE. */
const YEAR_H = 8760;

/** PUE, WUE and TUE, which belong together: moving fans out of the IT meter flatters PUE. ISO/IEC 30134-2 and -9. */
export function facilityKpis(t: Totals, basis: Basis, fans?: ServerFans): Kpi[] {
  const none = 'no IT energy';
  const interim = t.hours < YEAR_H - 1 ? `; interim: ${t.hours.toFixed(0)} h, not a year` : '';
  const boundary = 'facility: site’s bus to racks; category 3, IT energy at the racks';
  const tue = fans === undefined ? null : ratio(t.facilityKwh, t.itKwh - fans.kwh);
  const limits =
    fans === undefined
      ? [null, null]
      : [ratio(t.facilityKwh, t.itKwh - fans.lowKwh), ratio(t.facilityKwh, t.itKwh - fans.highKwh)];
  const tueRow = {
    id: 'tue',
    label: 'TUE',
    value: tue,
    unit: '',
    boundary: 'facility energy over IT energy less the servers’ own fans (PUE x ITUE)',
    basis: 'estimated',
  } as const;
  const [low, high] = limits;
  return [
    kpi(
      { id: 'pue', label: 'PUE', value: ratio(t.facilityKwh, t.itKwh), unit: '', boundary, basis },
      none,
      `ISO/IEC 30134-2${interim}; losses of batteries and converters on the site’s bus are outside`,
    ),
    kpi(
      {
        id: 'wue',
        label: 'WUE',
        value: ratio(t.waterL, t.itKwh),
        unit: 'L/kWh',
        boundary: 'site: water of the cooling over IT energy; water of power stations is outside',
        basis,
      },
      none,
    ),
    kpi(
      typeof low === 'number' && typeof high === 'number' ? { ...tueRow, interval: [low, high] } : tueRow,
      fans === undefined ? 'no estimate of the servers’ fans was given' : 'no IT energy beside the servers’ fans',
      'server fans are estimated, not metered',
    ),
    kpi(
      {
        id: 'coolingShare',
        label: 'cooling over IT energy',
        value: ratio(t.coolingKwh, t.itKwh),
        unit: SHARE,
        boundary: 'electricity of fans, pumps and compressors over IT energy',
        basis,
      },
      none,
    ),
    kpi(
      {
        id: 'chainLossShare',
        label: 'power chain losses over IT energy',
        value: ratio(t.chainLossKwh, t.itKwh),
        unit: SHARE,
        boundary: 'transformer, UPS and distribution over IT energy',
        basis,
      },
      none,
    ),
  ];
}

/** Kilograms of CO2 with other carbon intensities of the grid. */
export interface Co2Range {
  readonly lowKg: number;
  readonly highKg: number;
}

/** Renewable share, CO2 per 1000 tokens, curtailment and generators. */
export function supplyKpis(t: Totals, basis: Basis, co2?: Co2Range): Kpi[] {
  const ownKwh = t.solarUsedKwh + t.windUsedKwh;
  const perKtoken = (kg: number) => ratio(kg * 1000, t.outputTokens / 1000);
  const co2Row = {
    id: 'co2PerKtoken',
    label: 'CO2 per 1000 output tokens',
    value: perKtoken(t.co2Kg),
    unit: 'g',
    boundary: 'energy bought at the grid’s mean intensity and fuel burnt at the site; making the equipment is outside',
    basis: 'estimated',
  } as const;
  const low = co2 === undefined ? null : perKtoken(co2.lowKg);
  const high = co2 === undefined ? null : perKtoken(co2.highKg);
  return [
    kpi(
      {
        id: 'renewableShare',
        label: 'renewable share',
        value: ratio(ownKwh, t.importKwh + ownKwh + t.generatorKwh),
        unit: SHARE,
        boundary: 'own sun and wind used (at the site or sold) over all electricity that entered the site’s bus',
        basis,
      },
      'no electricity entered the site’s bus',
      'renewables in the grid’s own mix count as none',
    ),
    kpi(
      low !== null && high !== null ? { ...co2Row, interval: [low, high] } : co2Row,
      'no output tokens',
      low === null ? 'the interval of the grid’s intensity was not given' : undefined,
    ),
    {
      id: 'co2',
      label: 'CO2',
      value: t.co2Kg,
      unit: 'kg',
      boundary: co2Row.boundary,
      basis: 'estimated',
      ...(co2 === undefined ? {} : { interval: [co2.lowKg, co2.highKg] as const }),
    },
    kpi(
      {
        id: 'curtailedShare',
        label: 'sun and wind not used',
        value: ratio(t.curtailedKwh, t.curtailedKwh + ownKwh),
        unit: SHARE,
        boundary: 'curtailed over what sun and wind could have given',
        basis,
      },
      'no sun or wind',
    ),
    {
      id: 'generatorHours',
      label: 'generator hours',
      value: t.generatorHours,
      unit: 'h',
      boundary: 'running hours of every generator set, added up',
      basis,
    },
    {
      id: 'batteryLoss',
      label: 'losses of stores',
      value: t.batteryLossKwh,
      unit: 'kWh',
      boundary: 'conversion between the site’s bus and the cells, standby, heating and cooling of stores',
      basis,
    },
    {
      id: 'storedChange',
      label: 'change of energy in stores',
      value: t.storedEndKwh - t.storedStartKwh,
      unit: 'kWh',
      boundary: 'end less start; the source boundary is corrected by it, cost and CO2 are not',
      basis,
    },
  ];
}
