import { type BalancePart, type ModelBuilder, type Standing, told } from '../model.ts';
import { sharedLossKw } from './physics.ts';
import type { ChainSpec } from './spec.ts';

/** Load at which the loss curve is touched, share of the rating. */
const TOUCHED = 0.5;

/** Losses with their slopes at a critical load, the cooling drawing a little beside it. */
interface Tangent {
  readonly lossKw: number;
  readonly perCritical: number;
  readonly perEssential: number;
  readonly indoorKw: number;
  readonly indoorPerCritical: number;
}

/** Cooling load beside the IT where the tangents touch, share of it. */
const COOLING_BESIDE = 0.08;

/** All losses of the chain, and those indoors, kW: as the twin's step counts them. */
function losses(spec: ChainSpec, criticalKw: number, essentialKw: number): { lossKw: number; indoorKw: number } {
  const distributionKw = (criticalKw * spec.distributionLossShare) / (1 - spec.distributionLossShare);
  const upsOutKw = criticalKw + distributionKw;
  const upsKw = sharedLossKw(spec.upsCurve, spec.ratedKw, spec.upsSides, upsOutKw);
  const lowKw = upsOutKw + upsKw + essentialKw + spec.lightingKw;
  const transformerKw = sharedLossKw(spec.transformerCurve, spec.transformerKw, spec.transformers, lowKw);
  const indoorKw = spec.indoorShare * (distributionKw + upsKw) + spec.lightingKw;
  return { lossKw: distributionKw + upsKw + transformerKw + spec.lightingKw, indoorKw };
}

function tangentAt(spec: ChainSpec, share: number): Tangent {
  const criticalKw = share * spec.ratedKw;
  const essentialKw = COOLING_BESIDE * criticalKw;
  const h = 1e-4 * spec.ratedKw;
  const at = losses(spec, criticalKw, essentialKw);
  const byCritical = losses(spec, criticalKw + h, essentialKw);
  const byEssential = losses(spec, criticalKw, essentialKw + h);
  const perCritical = (byCritical.lossKw - at.lossKw) / h;
  const perEssential = (byEssential.lossKw - at.lossKw) / h;
  const indoorPerCritical = (byCritical.indoorKw - at.indoorKw) / h;
  return {
    lossKw: at.lossKw - perCritical * criticalKw - perEssential * essentialKw,
    perCritical,
    perEssential,
    indoorKw: at.indoorKw - indoorPerCritical * criticalKw,
    indoorPerCritical,
  };
}

/**
 * The chain in the linear model, size K = rated output: load passes through it at the tangent of its losses at half load, whose
 * constant part grows with K. The curve is convex: at full load the tangent is short of it by a quarter of the square part.
 * P1: what the deployments that run can draw at any moment, not their mean, <= K. Indoor losses are heat of the hall.
 */
export function chainBalance(spec: ChainSpec, { id, hall }: Standing): BalancePart {
  const tangent = tangentAt(spec, TOUCHED);
  const { ownership } = spec;
  return {
    sizes: [
      {
        key: 'rated',
        unit: 'kW',
        given: spec.ratedKw,
        capexMoney: ownership.capexMoney / spec.ratedKw,
        opexMoneyPerYear: ownership.opexMoneyPerYear / spec.ratedKw,
        lifeYears: ownership.lifeYears,
        source: ownership.source,
      },
    ],
    sharp: [],
    shape: [],
    add(model: ModelBuilder) {
      const rated = model.size(id, 'rated');
      const within = model.rows('P1', `${id}: rating`, Number.NEGATIVE_INFINITY, 0);
      model.putSize(within, rated, -1);
      // What is drawn from the buses behind the chain is negative there.
      model.through(`${hall}/critical`, [
        { at: 'mv', factor: 1 + tangent.perCritical },
        { at: told('load'), factor: 1 + tangent.perCritical },
        { at: `${hall}/air`, factor: -tangent.indoorPerCritical },
      ]);
      model.through(`${hall}/critical peak`, [{ at: within, factor: -1 }]);
      model.through(`${hall}/essential`, [
        { at: 'mv', factor: 1 + tangent.perEssential },
        { at: told('load'), factor: 1 + tangent.perEssential },
      ]);
      model.flowSize('mv', rated, -tangent.lossKw / spec.ratedKw);
      model.tellSize('load', rated, -tangent.lossKw / spec.ratedKw);
      model.flowSize(`${hall}/air`, rated, tangent.indoorKw / spec.ratedKw);
    },
  };
}
