/** Loss of a device as shares of its rating: `fixed` always, `linear` with load, `square` with load squared. */
export interface LossCurve {
  readonly fixed: number;
  readonly linear: number;
  readonly square: number;
}

/**
 * Loss in kW of a device of `ratedKw` that puts out `outKw` >= 0: rated x (a + b l + c l^2), l = out / rated. Above the
 * rating the curve is continued. Source: the usual no-load / proportional / square split of UPS and transformer losses
 * (EnergyPlus Engineering Reference, "UPS and transformer losses").
 */
export function lossKw(curve: LossCurve, ratedKw: number, outKw: number): number {
  const l = outKw / ratedKw;
  return ratedKw * (curve.fixed + l * (curve.linear + l * curve.square));
}

/**
 * Loss of `sides` equal devices that share the load evenly, each of `ratedKw`; 2N is two sides at half the load. Fractions are
 * allowed: N+1 with four modules needed is 5/4 of the rating at 4/5 of the load.
 */
export function sharedLossKw(curve: LossCurve, ratedKw: number, sides: number, outKw: number): number {
  return sides * lossKw(curve, ratedKw, outKw / sides);
}

/** Output over input of a device with this loss curve at load share `l` > 0. */
export function efficiency(curve: LossCurve, l: number): number {
  return l / (l + curve.fixed + l * (curve.linear + l * curve.square));
}

/**
 * Input of one conversion stage in W: (out + constant) / efficiency, with a constant self-consumption and a proportional loss.
 * Source: ExaDigiT RAPS `raps/power.py`; W. Brewer et al., "A Digital Twin Framework for Liquid-cooled Supercomputers as
 * Demonstrated at Exascale", SC24.
 */
export function stageInputW(outW: number, constantW: number, efficiencyShare: number): number {
  return (outW + constantW) / efficiencyShare;
}

/** A DC chain in the form of Frontier's: one DC-DC stage per node, one rectifier per `nodesPerRectifier` nodes. */
export interface DcChain {
  readonly dcDcConstantW: number;
  readonly dcDcEfficiency: number;
  readonly rectifierConstantW: number;
  readonly rectifierEfficiency: number;
  readonly nodesPerRectifier: number;
}

/** Frontier's stages. Source: ExaDigiT RAPS `config/frontier.yaml`. */
export const FRONTIER_CHAIN: DcChain = {
  dcDcConstantW: 13,
  dcDcEfficiency: 0.98,
  rectifierConstantW: 17,
  rectifierEfficiency: 0.96,
  nodesPerRectifier: 4,
};

/** Peak output of one Frontier rectifier, W. Source: ExaDigiT RAPS `config/frontier.yaml`. */
export const FRONTIER_RECTIFIER_W = 13_670;

/** AC input in W per node that draws `nodeW` at its own terminals, with its share of the rectifier. */
export function dcChainInputW(chain: DcChain, nodeW: number): number {
  const dcW = stageInputW(nodeW, chain.dcDcConstantW, chain.dcDcEfficiency);
  const n = chain.nodesPerRectifier;
  return stageInputW(n * dcW, chain.rectifierConstantW, chain.rectifierEfficiency) / n;
}

/** A conversion stage of `ratedW` as a loss curve of its rating, so that a rectifier can stand where a UPS stands. */
export function stageCurve(constantW: number, efficiencyShare: number, ratedW: number): LossCurve {
  return {
    fixed: constantW / efficiencyShare / ratedW,
    linear: (1 - efficiencyShare) / efficiencyShare,
    square: 0,
  };
}
