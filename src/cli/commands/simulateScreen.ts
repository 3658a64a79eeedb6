import type { Kpi } from '../../kpi/kpi.ts';
import { kpiText } from '../../report/kpiText.ts';
import { lcotHeader, lcotNote, lcotRows } from '../../report/lcotRows.ts';
import { textTable, wrapText } from '../../report/table.ts';
import { DAY_MS, type TimeGrid } from '../../series/grid.ts';
import type { RunLcot } from '../../simulate/lcot.ts';
import { formatNumber, formatQuantity } from '../../units/quantity.ts';

/** The KPI table for a terminal of `width` cells: what a figure holds for stands beside it, on as many lines as it needs. */
export function kpiTable(kpis: readonly Kpi[], width: number): string {
  const rows = kpis.map((k) => {
    const { figure, unit, interval } = kpiText(k);
    return { label: k.label, value: `${figure} ${unit}`.trim(), about: aboutText(k, interval) };
  });
  const used = Math.max(...rows.map((r) => r.label.length)) + Math.max(...rows.map((r) => r.value.length)) + 4;
  const lines = rows.flatMap((r) =>
    wrapText(r.about, Math.max(32, width - used)).map((about, i) =>
      i === 0 ? [r.label, r.value, about] : ['', '', about],
    ),
  );
  return textTable([{ header: 'figure' }, { header: 'value', align: 'right' }, { header: 'what it holds for' }], lines);
}

/** Cost per million tokens by service, for a terminal. */
export function lcotTable(lcot: readonly RunLcot[], currency: string, width: number): string {
  const columns = lcotHeader(lcot, currency).map(
    (header, i) => ({ header, align: i === 0 ? 'left' : 'right' }) as const,
  );
  return [textTable(columns, lcotRows(lcot)), ...wrapText(lcotNote(lcot), width)].join('\n');
}

function aboutText(k: Kpi, interval: string): string {
  const parts = [k.boundary];
  if (k.note !== undefined) parts.push(k.note);
  if (k.basis !== 'modelled') parts.push(k.basis);
  if (interval !== '') parts.push(`from ${interval}`);
  return parts.join('; ');
}

/** What a result rests on, a line for each, broken where it is long. */
export function restsOn(notes: readonly (readonly [string, string])[]): string {
  return notes.map(([what, about]) => `${wrapText(`${what}: ${about}`, 132).join('\n')}\n`).join('');
}

export function header(grid: TimeGrid, cpuS: number): string {
  const days = (grid.count * grid.stepMs) / DAY_MS;
  return `${grid.count} steps of ${formatQuantity(grid.stepMs / 1000, 'duration')} (${formatNumber(days, 3)} days) in ${cpuS.toFixed(2)} s of CPU`;
}
