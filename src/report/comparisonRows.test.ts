import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { comparisonOf } from '../simulate/compare/comparison.ts';
import { whole } from '../simulate/compare/contender.ts';
import { someOutcome } from '../simulate/compare/testing/some.ts';
import { loadSite } from '../site/load.ts';
import { comparisonRows } from './comparisonRows.ts';

const site = loadSite(fileURLToPath(new URL('../../sites/tashkent-campus.yaml', import.meta.url)));

describe('rows of a comparison', () => {
  const [siloed, joint] = [someOutcome(whole('siloed')), someOutcome(whole('joint'))];
  const cutRows = (outcomes: readonly (typeof siloed)[]) =>
    comparisonRows(comparisonOf(site, outcomes), 'USD').filter(([label]) => label!.startsWith('cut at peak hours'));

  it('count the days on which the duty at peak hours was missed', () => {
    const rows = cutRows([
      { ...siloed, peakCut: { counted: 31, missed: 30 } },
      { ...joint, peakCut: { counted: 31, missed: 0 } },
    ]);
    expect(rows).toEqual([['cut at peak hours missed, of 31', '30', '0']]);
  });

  it('say nothing of a duty that a site does not have', () => {
    expect(cutRows([siloed, joint])).toEqual([]);
  });
});
