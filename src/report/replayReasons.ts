import type { PlanReplay, Replayed } from '../plan/replay.ts';
import { formatEnergy, formatNumber, formatShare } from '../view/format.ts';

/** Differences up to this share need no word. */
const CLOSE = 0.02;
/** A cause below this share of what it is counted against is not told. */
const SLIGHT = 0.001;
/** Replicas on average that differ by less are the same. */
const SAME_REPLICAS = 0.005;

/** All energy of the plan, kWh. */
function energyOf(figures: readonly Replayed[]): number {
  return figures.reduce((sum, f) => sum + (f.name.startsWith('energy from') ? f.plan : 0), 0);
}

/** What IT does otherwise in the twin, each cause with its figure; [] where nothing of it is seen. */
function itCauses({ causes }: PlanReplay): string[] {
  const { replicas, cutKwh, itKwh, shedShare, batchLeftShare } = causes;
  return [
    ...(Math.abs(replicas.twin - replicas.plan) > SAME_REPLICAS * replicas.plan
      ? [
          `replicas are whole in the twin, ${formatNumber(replicas.twin, 3)} at work on average where the plan has ${formatNumber(replicas.plan, 3)}`,
        ]
      : []),
    ...(cutKwh > SLIGHT * itKwh.plan
      ? [`${formatEnergy(cutKwh)} are cut in steps in which chain, cooling or supply do not carry all that is drawn`]
      : []),
    ...(shedShare > SLIGHT
      ? [`${formatShare(shedShare, 2)} of the requests are shed, there and while replicas boot`]
      : []),
    ...(batchLeftShare > SLIGHT
      ? [
          `${formatShare(batchLeftShare, 2)} of the batch is not done at the end, since the twin begins with none waiting`,
        ]
      : []),
  ];
}

/** Why the twin differs from the plan in a figure; undefined where it does not by more than 2 %. */
export function differenceText(f: Replayed, replay: PlanReplay): string | undefined {
  if (Math.abs(f.differenceShare) <= CLOSE) return undefined;
  const whole = energyOf(replay.figures);
  const { itKwh, coolingKwh } = replay.causes;
  const apart = f.twin - f.plan;
  const isIt = f.name === 'energy into IT' || f.name === 'output tokens';
  if (!isIt && f.unit === 'kWh' && Math.abs(apart) <= CLOSE * whole)
    return 'less than 2 % of all energy: the battery begins half full, and each step takes what sun and wind give then';
  if (f.name.includes('generators')) return 'whole sets, their least load and starts are the twin’s';
  const it = itCauses(replay);
  if (isIt && it.length > 0) return it.join('; ');
  const [itMore, coolingMore] = [itKwh.twin - itKwh.plan, coolingKwh.twin - coolingKwh.plan];
  const parts = [
    ...(Math.abs(itMore) > CLOSE * itKwh.plan
      ? [
          `IT takes ${formatEnergy(itKwh.twin)} where the plan has ${formatEnergy(itKwh.plan)} (${it.join('; ') || 'the curve of power over load'})`,
        ]
      : []),
    ...(Math.abs(coolingMore) > CLOSE * whole
      ? [
          `cooling takes ${formatEnergy(coolingKwh.twin)}, and ${formatEnergy(coolingKwh.plan)} where it is a straight line`,
        ]
      : []),
  ];
  if (parts.length > 0) return parts.join('; ');
  if (f.name.includes('cost'))
    return 'a small bill: the energy that the battery does not begin with, and what the plan could not foresee';
  return 'cooling and chain are straight lines in the plan and curves in the twin';
}
