import { ENGINES } from '../components/inference/engine.ts';
import {
  type Calibration,
  type Correction,
  groupsOf,
  type Learnt,
  learntAt,
  TARGETS,
  type Target,
} from '../components/inference/predict/calibration.ts';
import { engineAt } from '../components/inference/predict/constants.ts';
import { baseOf, knownOf, measuredOf, place, type Roofline, weightsOf } from './fit.ts';
import type { Measured } from './measured.ts';
import { fitOffsets, type Grouped } from './offsets.ts';

/** Weight at which a group's new offset is believed half: own measurements are trusted more than a stranger's. */
const SHRINK = 3;
/** The same for chips that were not measured but come from the maker and year of one that was. */
const RELATED_SHRINK = 12;

type Offsets = Learnt['offsets'];

/** Tables with the entries of others added. */
function added(tables: Offsets, more: Offsets): Offsets {
  return Array.from({ length: Math.max(tables.length, more.length) }, (_, k) => {
    const sum: Record<string, number> = { ...tables[k] };
    for (const [name, value] of Object.entries(more[k] ?? {})) sum[name] = (sum[name] ?? 0) + value;
    return sum;
  });
}

/**
 * A calibration moved by measurements of one's own: what is left of each is shared out, shrunken, among its chip, engine, format
 * and model, so that one point helps its neighbours a little and many points wholly. Trees and constants stay.
 */
export function updateCalibration(base: Calibration, measured: readonly Measured[]): Calibration {
  const weights = weightsOf(measured);
  const roofline: Roofline = {
    constants: Float64Array.from(base.constants),
    engines: ENGINES.map((id) => engineAt(base.constants, id)),
    power: base.power,
  };
  const placed = measured.map((m) => place(roofline, m.point));
  const move = (target: Target, correction: Correction): Correction => {
    const rest = (learnt: Learnt): Grouped[] =>
      measured.flatMap((m, k): Grouped[] => {
        const value = measuredOf(target, m);
        const at = placed[k]!;
        if (value === undefined) return [];
        const base = baseOf(target, at, roofline.power);
        const left = Math.log(value / base) - learntAt(learnt, at.point, at.features);
        return Number.isFinite(left) ? [{ groups: groupsOf(at.point), value: left, weight: weights[k]! }] : [];
      });
    const { own, related } = correction;
    const family = fitOffsets(
      rest(related).map((g) => ({ ...g, groups: g.groups.slice(0, 1) })),
      RELATED_SHRINK,
    );
    return {
      ...correction,
      own: { ...own, offsets: added(own.offsets, fitOffsets(rest(own), SHRINK)) },
      related: { ...related, offsets: added(related.offsets, family) },
    };
  };
  const known = knownOf(measured);
  const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])].sort();
  return {
    ...base,
    about: `${base.about}; moved by ${measured.length} measurements`,
    corrections: Object.fromEntries(
      TARGETS.map((t) => [t, move(t, base.corrections[t])]),
    ) as Calibration['corrections'],
    chips: union(base.chips, known.chips),
    builds: union(base.builds, known.builds),
  };
}
