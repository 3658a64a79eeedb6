/**
 * The dimensions a site file may use and the base unit each is held in. A name in code carries the base unit's suffix:
 * `powerKw`, `energyKwh`, `tempC`, `durationS`, `lengthM`, `areaM2`, `volumeL`, `speedMs`, `angleDeg`, `share` (0..1).
 */
export interface DimensionRow {
  /** Base unit as printed. */
  readonly base: string;
  /** Suffix in names. */
  readonly suffix: string;
  /** Accepted units and what one of them is in the base unit. */
  readonly units: Readonly<Record<string, number>>;
  /** How a person writes one. */
  readonly example: string;
  /** True when the number carries a currency: "0.05 USD/kWh". */
  readonly money?: boolean;
}

export const DIMENSIONS = {
  power: {
    base: 'kW',
    suffix: 'Kw',
    units: { W: 1e-3, kW: 1, MW: 1e3, GW: 1e6, Wp: 1e-3, kWp: 1, MWp: 1e3, kVA: 1, MVA: 1e3, VA: 1e-3 },
    example: '"2 MW"',
  },
  energy: {
    base: 'kWh',
    suffix: 'Kwh',
    units: { Wh: 1e-3, kWh: 1, MWh: 1e3, GWh: 1e6, J: 1 / 3.6e6, kJ: 1 / 3600, MJ: 1 / 3.6, GJ: 1 / 3.6e-3 },
    example: '"4 MWh"',
  },
  temperature: { base: '°C', suffix: 'C', units: { '°C': 1, C: 1, degC: 1 }, example: '"45 °C"' },
  temperatureDifference: { base: 'K', suffix: 'K', units: { K: 1, '°C': 1, C: 1 }, example: '"8 K"' },
  duration: {
    base: 's',
    suffix: 'S',
    units: { ms: 1e-3, s: 1, min: 60, m: 60, h: 3600, d: 86400, day: 86400, days: 86400, week: 604800, y: 31557600 },
    example: '"15 min"',
  },
  share: { base: '', suffix: 'Share', units: { '': 1, '%': 0.01 }, example: '"20 %"' },
  length: { base: 'm', suffix: 'M', units: { mm: 1e-3, cm: 1e-2, m: 1, km: 1e3 }, example: '"80 m"' },
  area: { base: 'm2', suffix: 'M2', units: { m2: 1, 'm²': 1, ha: 1e4, km2: 1e6 }, example: '"2 ha"' },
  volume: { base: 'L', suffix: 'L', units: { L: 1, l: 1, m3: 1e3, 'm³': 1e3 }, example: '"20 m3"' },
  mass: { base: 'kg', suffix: 'Kg', units: { g: 1e-3, kg: 1, t: 1e3 }, example: '"500 t"' },
  speed: { base: 'm/s', suffix: 'Ms', units: { 'm/s': 1, 'km/h': 1 / 3.6 }, example: '"12 m/s"' },
  angle: { base: '°', suffix: 'Deg', units: { '°': 1, deg: 1, '': 1 }, example: '"30 deg"' },
  rate: {
    base: 'req/s',
    suffix: 'PerS',
    units: { 'req/s': 1, 'req/min': 1 / 60, 'req/h': 1 / 3600, 'req/d': 1 / 86400 },
    example: '"2 req/s"',
  },
  data: { base: 'GB', suffix: 'Gb', units: { MB: 1e-3, GB: 1, TB: 1e3, GiB: 1.073741824 }, example: '"80 GB"' },
  bandwidth: { base: 'GB/s', suffix: 'GbPerS', units: { 'GB/s': 1, 'TB/s': 1e3 }, example: '"3.35 TB/s"' },
  compute: {
    base: 'TFLOP/s',
    suffix: 'Tflops',
    units: { 'TFLOP/s': 1, TFLOPS: 1, TOPS: 1, 'PFLOP/s': 1e3 },
    example: '"989 TFLOP/s"',
  },
  carbonIntensity: { base: 'g/kWh', suffix: 'GPerKwh', units: { 'g/kWh': 1, 'kg/MWh': 1 }, example: '"470 g/kWh"' },
  money: { base: '', suffix: 'Money', units: { '': 1 }, example: '"250000 USD"', money: true },
  pricePerEnergy: {
    base: '/kWh',
    suffix: 'PerKwh',
    units: { '/kWh': 1, '/MWh': 1e-3 },
    example: '"0.05 USD/kWh"',
    money: true,
  },
  pricePerPower: {
    base: '/kW',
    suffix: 'PerKw',
    units: { '/kW': 1, '/MW': 1e-3, '/W': 1e3 },
    example: '"691 USD/kW"',
    money: true,
  },
  pricePerPowerMonth: {
    base: '/kW/month',
    suffix: 'PerKwMonth',
    units: { '/kW/month': 1, '/MW/month': 1e-3 },
    example: '"4 USD/kW/month"',
    money: true,
  },
  pricePerPowerYear: {
    base: '/kW/y',
    suffix: 'PerKwYear',
    units: { '/kW/y': 1, '/kW/year': 1 },
    example: '"11 USD/kW/y"',
    money: true,
  },
  pricePerVolume: {
    base: '/L',
    suffix: 'PerL',
    units: { '/L': 1, '/l': 1, '/m3': 1e-3 },
    example: '"0.97 USD/L"',
    money: true,
  },
  pricePerMass: {
    base: '/t',
    suffix: 'PerT',
    units: { '/t': 1, '/kg': 1e3 },
    example: '"50 USD/t"',
    money: true,
  },
  pricePerTokens: {
    base: '/Mtoken',
    suffix: 'PerMtoken',
    units: { '/Mtoken': 1, '/ktoken': 1e3 },
    example: '"0.6 USD/Mtoken"',
    money: true,
  },
  pricePerHour: {
    base: '/h',
    suffix: 'PerH',
    units: { '/h': 1, '/d': 1 / 24 },
    example: '"2.5 USD/h"',
    money: true,
  },
  pricePerUnit: {
    base: '/unit',
    suffix: 'Each',
    units: { '/unit': 1, '/node': 1, '/piece': 1, '': 1 },
    example: '"250000 USD/node"',
    money: true,
  },
} as const satisfies Record<string, DimensionRow>;

/** The name of a dimension. */
export type Dimension = keyof typeof DIMENSIONS;
