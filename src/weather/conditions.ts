import type { LocalTime } from '../series/zone.ts';

/** Air, sun and time during a step; means over the step. */
export interface Conditions {
  /** Start of the step, ms UTC. */
  readonly startMs: number;
  /** Length of the step in hours, > 0. */
  readonly dtH: number;
  /** Local civil time at mid-step. */
  readonly local: LocalTime;
  /** Dry bulb, °C. */
  readonly tempC: number;
  /** Relative humidity, 0..1. */
  readonly rhShare: number;
  /** Wet bulb, °C. */
  readonly wetBulbC: number;
  /** Station pressure, Pa. */
  readonly pressurePa: number;
  /** Wind at 10 m, m/s. */
  readonly windMs: number;
  /** Irradiance on the horizontal, W/m2: global, diffuse; and beam on the normal. */
  readonly ghiWm2: number;
  readonly dhiWm2: number;
  readonly dniWm2: number;
  /** Sun at mid-step: zenith from the vertical, azimuth clockwise from north, degrees; beam outside the atmosphere, W/m2. */
  readonly sunZenithDeg: number;
  readonly sunAzimuthDeg: number;
  readonly extraterrestrialWm2: number;
}
