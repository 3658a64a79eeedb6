import type { ChainSetPoint, Conditions, MeterDef, Port, Stepped, Versioned } from '../contract.ts';
import { sharedLossKw } from './physics.ts';
import type { ChainSpec } from './spec.ts';

/** The chain remembers nothing: its losses follow its load at once. */
export interface ChainState extends Versioned {
  readonly v: 1;
}

export const FRESH: ChainState = { v: 1 };

/** Brings saved state back; undefined when it is not a chain's. */
export function revive(saved: unknown): ChainState | undefined {
  return typeof saved === 'object' && saved !== null && 'v' in saved && saved.v === 1 ? FRESH : undefined;
}

export const ports: readonly Port[] = [
  { name: 'mv', carrier: 'electricity', bus: 'mv' },
  { name: 'critical', carrier: 'electricity', bus: 'critical' },
  { name: 'essential', carrier: 'electricity', bus: 'essential' },
  { name: 'air', carrier: 'heat', bus: 'air' },
  { name: 'ambient', carrier: 'ambient', bus: 'ambient' },
];

export const meters = {
  lossKw: { unit: 'kW', what: 'mean', about: 'all losses between the site’s bus and the hall’s buses, and lighting' },
  loadShare: { unit: '', what: 'mean', about: 'critical load over the rated output' },
  efficiency: { unit: '', what: 'mean', about: 'what reaches the critical and essential buses over what is taken' },
} as const satisfies Record<string, MeterDef>;

/**
 * One step. Loads >= 0 in kW at the outputs; every loss is known from the load behind it, so nothing is iterated.
 * mv in = critical + essential + heat into the hall + heat outside, exactly.
 */
export function step(
  spec: ChainSpec,
  state: ChainState,
  setPoint: ChainSetPoint,
  _conditions: Conditions,
): Stepped<ChainState> {
  const { criticalKw, essentialKw } = setPoint;
  const distributionKw = (criticalKw * spec.distributionLossShare) / (1 - spec.distributionLossShare);
  const upsOutKw = criticalKw + distributionKw;
  const upsLossKw = sharedLossKw(spec.upsCurve, spec.ratedKw, spec.upsSides, upsOutKw);
  const lowVoltageKw = upsOutKw + upsLossKw + essentialKw + spec.lightingKw;
  const transformerLossKw = sharedLossKw(spec.transformerCurve, spec.transformerKw, spec.transformers, lowVoltageKw);
  const indoorKw = spec.indoorShare * (distributionKw + upsLossKw) + spec.lightingKw;
  const lossKw = distributionKw + upsLossKw + transformerLossKw + spec.lightingKw;
  const outKw = criticalKw + essentialKw;
  return {
    state,
    flows: {
      mv: -(outKw + lossKw),
      critical: criticalKw,
      essential: essentialKw,
      air: indoorKw,
      ambient: lossKw - indoorKw,
    },
    meters: {
      lossKw,
      loadShare: criticalKw / spec.ratedKw,
      efficiency: outKw > 0 ? outKw / (outKw + lossKw) : 0,
    },
  };
}
