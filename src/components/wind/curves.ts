/** A power curve: wind at hub height at 1.225 kg/m3, m/s rising, and electricity, kW. The last speed is the cut-out. */
export interface PowerCurve {
  readonly speedsMs: readonly number[];
  readonly powersKw: readonly number[];
}

/**
 * A curve from three speeds: nothing below cut-in, the cube law between cut-in and rated speed, rated power up to cut-out:
 * P = rated (v3 - in3) / (rated3 - in3). Our assumption for turbines whose curve nobody published; real ones rise faster
 * in the middle.
 *
 * @param cutInMs below ratedMs, which is below cutOutMs
 */
export function genericCurve(ratedKw: number, cutInMs: number, ratedMs: number, cutOutMs: number): PowerCurve {
  const speedsMs: number[] = [];
  const powersKw: number[] = [];
  const steps = Math.max(1, Math.ceil((ratedMs - cutInMs) / 0.25));
  const floor = cutInMs ** 3;
  for (let i = 0; i <= steps; i++) {
    const v = cutInMs + ((ratedMs - cutInMs) * i) / steps;
    speedsMs.push(v);
    powersKw.push((ratedKw * (v ** 3 - floor)) / (ratedMs ** 3 - floor));
  }
  speedsMs.push(cutOutMs);
  powersKw.push(ratedKw);
  return { speedsMs, powersKw };
}
