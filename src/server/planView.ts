import type { ControlPlan } from '../control/contract.ts';
import type { SegmentAhead } from '../policy/lookahead/index.ts';
import type { Plant } from '../twin/plant.ts';
import type { LivePlan } from './api.ts';

const sum = (list: readonly { readonly powerKw: number }[]): number => list.reduce((all, of) => all + of.powerKw, 0);

/**
 * A plan as the control room draws it; undefined for one that does not look ahead.
 *
 * @param outputTokens mean output tokens of a request, by service
 */
export function planView(
  { ahead, policy, issuedMs, validUntilMs }: ControlPlan,
  plant: Plant,
  outputTokens: ReadonlyMap<string, number>,
): LivePlan | undefined {
  if (ahead === undefined || ahead.segments.length === 0) return undefined;
  const { segments } = ahead;
  const of = (value: (segment: SegmentAhead) => number): number[] => segments.map((s) => rounded(value(s)));
  const from = new Map(plant.dispatch.map((unit) => [unit.id, unit.from]));
  const sun = (s: SegmentAhead) => sum(s.sources.filter(({ unit }) => from.get(unit) === 'sun'));
  const wind = (s: SegmentAhead) => sum(s.sources.filter(({ unit }) => from.get(unit) === 'wind'));
  return {
    policy,
    issuedMs,
    validUntilMs,
    startMs: segments.map(({ startMs }) => startMs),
    endMs: segments.map(({ endMs }) => endMs),
    columns: {
      solarKw: of(sun),
      windKw: of(wind),
      generatorKw: of(({ generators }) => sum(generators)),
      gridKw: of(({ grids }) => sum(grids)),
      batteryKw: of(({ batteries }) => sum(batteries)),
      loadKw: of((s) => sun(s) + wind(s) + sum(s.generators) + sum(s.grids) + sum(s.batteries)),
      shortKw: of(({ shortKw }) => shortKw),
      storedKwh: of(({ batteries }) => batteries.reduce((all, { energyKwh }) => all + energyKwh, 0)),
      outputTokensPerS: of(({ services }) =>
        services.reduce((all, { service, servedPerS }) => all + servedPerS * (outputTokens.get(service) ?? 0), 0),
      ),
      pricePerKwh: of(({ pricePerKwh }) => pricePerKwh),
      replicas: of(({ deployments }) => deployments.reduce((all, { replicas }) => all + replicas, 0)),
      ...(segments.some(({ deployments }) => deployments.some(({ asleep = 0 }) => asleep > 0))
        ? { asleep: of(({ deployments }) => deployments.reduce((all, { asleep = 0 }) => all + asleep, 0)) }
        : {}),
    },
    reasons: segments.map(({ reasons }) => reasons),
  };
}

/** Seven digits that count: a plan goes to every browser that looks. */
const rounded = (value: number): number => Number(value.toPrecision(7));
