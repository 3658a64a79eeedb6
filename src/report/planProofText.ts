import type { PlanProof } from '../plan/proof.ts';
import type { Replayed } from '../plan/replay.ts';
import { formatCount, formatEnergy, formatNumber, formatShare } from '../view/format.ts';
import { differenceText } from './replayReasons.ts';
import { textTable } from './table.ts';

/** A figure in its unit. */
export function valueText({ unit }: Replayed, value: number): string {
  return unit === 'kWh' ? formatEnergy(value) : `${formatCount(value)} ${unit}`;
}

/** What was looked at after the sizing, for a terminal. */
export function planProofText({ byYear, survival, replay, unseen }: PlanProof): string {
  const parts: string[] = [];
  if (byYear.length > 1) {
    const rows = byYear.map((y) => [
      String(y.block + 1),
      formatEnergy(y.renewableKwh),
      formatEnergy(y.importKwh),
      formatEnergy(y.generatorKwh),
      formatEnergy(y.curtailedKwh),
      formatShare(y.unservedShare, 2),
    ]);
    const right = ['sun and wind', 'grid', 'generators', 'curtailed', 'not served'];
    parts.push(textTable([{ header: 'year' }, ...right.map((header) => ({ header, align: 'right' as const }))], rows));
  }
  const { mean, least } = survival.survival;
  const hours = [1, 2, 4, 8, 12, 24].filter((h) => h <= survival.hours);
  parts.push(
    [
      'without the grid, from any hour, failures and fuel counted:',
      textTable(
        [{ header: 'hours carried' }, ...hours.map((h) => ({ header: String(h), align: 'right' as const }))],
        [
          ['mean of all hours', ...hours.map((h) => formatShare(mean[h - 1]!, 3))],
          ['worst hour', ...hours.map((h) => formatShare(least[h - 1]!, 3))],
        ],
      ),
    ].join('\n'),
  );
  const { risk } = survival;
  if (risk !== undefined) {
    parts.push(
      `expected of its grid: ${formatNumber(risk.lossesPerYear, 3)} interruptions a year, ${formatNumber(risk.loleHPerYear, 3)} h without supply, ${formatEnergy(risk.eueKwhPerYear)} not delivered; supply ${formatNumber(100 * risk.availabilityShare, 5)} % of the time`,
    );
  }
  parts.push(
    [
      'the twin, told the plan’s set points:',
      textTable(
        [
          { header: 'figure' },
          { header: 'plan', align: 'right' },
          { header: 'twin', align: 'right' },
          { header: 'apart', align: 'right' },
          { header: 'why' },
        ],
        replay.figures.map((f) => [
          f.name,
          valueText(f, f.plan),
          valueText(f, f.twin),
          Number.isFinite(f.differenceShare) ? formatShare(f.differenceShare, 2) : 'new',
          differenceText(f, replay) ?? '',
        ]),
      ),
    ].join('\n'),
  );
  if (unseen.length > 0) {
    parts.push(
      [
        'years that the sizing did not see, with outages that nobody announced, under the plain policy:',
        textTable(
          [
            { header: 'year' },
            { header: 'not delivered', align: 'right' },
            { header: 'hours', align: 'right' },
            { header: 'LOLP', align: 'right' },
            { header: 'requests shed', align: 'right' },
            { header: 'generator hours', align: 'right' },
          ],
          unseen.map((y) => [
            y.name,
            formatEnergy(y.shortKwh),
            formatNumber(y.shortHours, 3),
            formatShare(y.lolp, 3),
            formatShare(y.requestsShedShare, 3),
            formatNumber(y.generatorHours, 4),
          ]),
        ),
      ].join('\n'),
    );
  }
  return parts.join('\n\n');
}
