import { ENGINES } from '../components/inference/engine.ts';
import {
  type Calibration,
  type Correction,
  correctionAt,
  groupsOf,
  OFFSET_GROUPS,
  type Offsets,
  TARGETS,
  type Target,
} from '../components/inference/predict/calibration.ts';
import { engineAt } from '../components/inference/predict/constants.ts';
import { wavesAt } from '../components/inference/predict/smooth.ts';
import { baseOf, countsOf, knownOf, measuredOf, place, type Roofline, weightsOf } from './fit.ts';
import type { Measured } from './measured.ts';
import { fitOffsets, type Grouped } from './offsets.ts';

/** Weight at which a group's new offset is believed half: own measurements are trusted more than a stranger's. */
const SHRINK = 3;
/** The same for what other chips share with those that were measured: the maker and year, the version of the software. */
const RELATED_SHRINK = 12;
const SHARED_GROUPS = [0, 4];
const SHRINKS: readonly number[] = Array.from({ length: OFFSET_GROUPS }, (_, k) =>
  SHARED_GROUPS.includes(k) ? RELATED_SHRINK : SHRINK,
);

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
    const rest = measured.flatMap((m, k): Grouped[] => {
      const value = measuredOf(target, m);
      const at = placed[k]!;
      if (value === undefined) return [];
      const groups = groupsOf(at.point);
      const now = correctionAt(correction, groups, at.features, wavesAt(base.scales, at.features)).value;
      const left = Math.log(value / baseOf(target, at, roofline.power)) - now;
      if (!Number.isFinite(left)) return [];
      return [{ groups: groups.slice(0, OFFSET_GROUPS), value: left, weight: weights[k]! }];
    });
    return { ...correction, moved: added(correction.moved, fitOffsets(rest, SHRINKS)) };
  };
  const known = knownOf(measured);
  const union = (a: readonly string[], b: readonly string[]) => [...new Set([...a, ...b])].sort();
  return {
    ...base,
    about: `${base.about}; moved by ${measured.length} measurements`,
    corrections: Object.fromEntries(
      TARGETS.map((t) => [t, move(t, base.corrections[t])]),
    ) as Calibration['corrections'],
    counts: added(base.counts, countsOf(measured)),
    chips: union(base.chips, known.chips),
    builds: union(base.builds, known.builds),
  };
}
