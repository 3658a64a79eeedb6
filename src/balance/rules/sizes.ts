import type { Rule } from './rule.ts';

/** A size by its device and key, with a factor. */
export interface SizeTerm {
  readonly unit: string;
  readonly key: string;
  readonly factor: number;
}

/** A limit on sizes alone: least <= sum of factor x size <= most. Without time, so it stands once. */
export interface SizeLimit {
  /** Number of its row in docs/formulation.md. */
  readonly number: string;
  /** What is limited, in words: "land", "capital". */
  readonly name: string;
  readonly unit: string;
  readonly terms: readonly SizeTerm[];
  readonly least?: number;
  readonly most?: number;
  /** Money of a unit missed, over the horizon. */
  readonly penalty: number;
}

/** A size limit at chosen sizes. */
export interface SizeUse {
  readonly limit: SizeLimit;
  readonly used: number;
  /** How far it is missed, >= 0, in its unit; 0 where it is met. */
  readonly missed: number;
  /** True where it holds the sizes back. */
  readonly binds: boolean;
}

/** Rows of a limit on sizes. In a window's model the sizes are given, and it has nothing to say. */
export function sizeRule(limit: SizeLimit): Rule {
  return {
    add(model) {
      if (model.part) return;
      const { number, name, unit, terms, penalty } = limit;
      const least = limit.least ?? Number.NEGATIVE_INFINITY;
      const most = limit.most ?? Number.POSITIVE_INFINITY;
      const row = model.row(number, name, least, most);
      for (const { unit: id, key, factor } of terms) model.put(row, model.size(id, key).column, factor);
      if (Number.isFinite(least)) model.put(row, model.missed(`${name}: less than asked`, unit, penalty), 1);
      if (Number.isFinite(most)) model.put(row, model.missed(`${name}: more than allowed`, unit, penalty), -1);
    },
  };
}

/** What a limit comes to. @param sizeOf size of a device by its key */
export function sizeUse(limit: SizeLimit, sizeOf: (unit: string, key: string) => number): SizeUse {
  const used = limit.terms.reduce((sum, { unit, key, factor }) => sum + factor * sizeOf(unit, key), 0);
  const least = limit.least ?? Number.NEGATIVE_INFINITY;
  const most = limit.most ?? Number.POSITIVE_INFINITY;
  const near = 1e-6 * Math.max(1, Math.abs(used));
  const beyond = Math.max(0, least - used, used - most);
  return {
    limit,
    used,
    missed: beyond > near ? beyond : 0,
    binds: Math.abs(used - least) <= near || Math.abs(used - most) <= near || beyond > near,
  };
}
