import { formatEnergy, formatNumber, formatShare } from '../view/format.ts';
import { COMPLIANCE_HEADER, complianceRows } from './complianceText.ts';
import { definitions, figure, figureColumns, type HtmlColumn, htmlTable, section } from './html.ts';
import {
  alternativeFrontiers,
  alternativesHeader,
  alternativesMissing,
  alternativesNotes,
  alternativesRows,
  ninesHeader,
  ninesRows,
  reserveFrontier,
  reservesHeader,
  reservesRows,
  tornadoHeader,
  tornadoNote,
  tornadoRows,
} from './planAlternatives.ts';
import { frontierPicture, survivalFigure, tornadoFigure } from './planPictures.ts';
import { valueText } from './planProofText.ts';
import type { PlanReport } from './planReportInput.ts';
import { survivalWords } from './planSummary.ts';
import { differenceText } from './replayReasons.ts';

/** Sections of what was asked beside the plan; [] where nothing was. */
export function questionSections(report: PlanReport): string[] {
  return [
    reliabilitySection(report),
    yearsSection(report),
    twinSection(report),
    alternativesSection(report),
    sensitivitySection(report),
    complianceSection(report),
  ];
}

function reliabilitySection({ proof, plan }: PlanReport): string {
  const { secured } = plan;
  const { currency } = plan.site.money;
  const parts: string[] = [];
  if (proof !== undefined) parts.push(figure(survivalFigure(proof.survival)));
  if (secured !== undefined) {
    const frontier = reserveFrontier(secured, currency);
    parts.push(
      '<h3>Reserve</h3>',
      htmlTable(figureColumns(reservesHeader(currency)), reservesRows(secured)),
      secured.tried.length > 1
        ? figure(frontierPicture(frontier.title, frontier.points, frontier.xUnit, frontier.yUnit, 'battery'))
        : '',
      '<h3>What each nine costs</h3>',
      htmlTable(figureColumns(ninesHeader(currency)), ninesRows(secured)),
    );
  }
  if (parts.length === 0) return '';
  const words = proof === undefined ? '' : survivalWords(proof.survival).join(' ');
  return section(
    'When the grid goes',
    `Outages that nobody announces, from every hour of the year: generators that may fail to start, fuel, stores as full as planned. ${words}`,
    parts.join(''),
    'long',
  );
}

/** Weather years of the plan, and years that it did not see. */
function yearsSection({ proof, years }: PlanReport): string {
  if (proof === undefined) return '';
  const parts: string[] = [];
  if (proof.byYear.length > 1) {
    const rows = proof.byYear.map((y) => [
      years[y.block] ?? String(y.block + 1),
      ...[y.renewableKwh, y.importKwh, y.generatorKwh, y.curtailedKwh].map(formatEnergy),
      formatShare(y.unservedShare, 2),
    ]);
    const headers = ['year', 'sun and wind', 'grid', 'generators', 'curtailed', 'not served'];
    parts.push('<h3>Years of the plan</h3>', htmlTable(figureColumns(headers), rows));
  }
  if (proof.unseen.length > 0) {
    const rows = proof.unseen.map((y) => [
      y.name,
      formatEnergy(y.shortKwh),
      formatNumber(y.shortHours, 3),
      formatShare(y.lolp, 3),
      formatShare(y.requestsShedShare, 3),
      formatNumber(y.generatorHours, 4),
    ]);
    const headers = ['year', 'not delivered', 'hours', 'LOLP', 'requests shed', 'generator hours'];
    parts.push(
      '<h3>Years that the sizing did not see, with outages that nobody announced, under the plain policy</h3>',
      htmlTable(figureColumns(headers), rows),
    );
  }
  return parts.length === 0 ? '' : section('Other years', '', parts.join(''));
}

function twinSection({ proof }: PlanReport): string {
  if (proof === undefined) return '';
  const { figures } = proof.replay;
  const rows = figures.map((f) => [
    f.name,
    valueText(f, f.plan),
    valueText(f, f.twin),
    Number.isFinite(f.differenceShare) ? formatShare(f.differenceShare, 2) : 'new',
    differenceText(f, proof.replay) ?? '',
  ]);
  const columns: HtmlColumn[] = [
    ...figureColumns(['figure', 'plan', 'twin', 'apart']),
    { header: 'why', kind: 'quiet' },
  ];
  return section(
    'The plan carried out',
    'The twin steps the physics of every device with the plan’s set points, outages that nobody announced left out.',
    htmlTable(columns, rows),
  );
}

function alternativesSection({ alternatives, plan }: PlanReport): string {
  if (alternatives === undefined) return '';
  const { currency } = plan.site.money;
  const missing = alternativesMissing(alternatives);
  const notes = alternativesNotes(alternatives);
  const frontiers = alternativeFrontiers(alternatives.outcomes, currency).map(
    (f) => `<h3>${f.title}</h3>${figure(frontierPicture(f.title, f.points, f.xUnit, f.yUnit, 'it'))}`,
  );
  return section(
    'Alternatives',
    'The same site and demand, each with its own least-cost sizes. A filled point is on the frontier: no other that serves what is asked is better in both figures.',
    htmlTable(figureColumns(alternativesHeader(currency)), alternativesRows(alternatives)) +
      (notes.length === 0 ? '' : definitions(notes)) +
      (missing.length === 0 ? '' : `<h3>Not planned</h3>${definitions(missing)}`) +
      frontiers.join(''),
    'long',
  );
}

function sensitivitySection({ tornado, plan }: PlanReport): string {
  if (tornado === undefined) return '';
  const { currency } = plan.site.money;
  return section(
    'What moves the cost of a token',
    `One input moved at a time, both ways, with the sizes chosen anew each time. ${tornadoNote(tornado, currency)}`,
    figure(tornadoFigure(tornado, currency)) + htmlTable(figureColumns(tornadoHeader(currency)), tornadoRows(tornado)),
    'long',
  );
}

function complianceSection({ compliance }: PlanReport): string {
  if (compliance === undefined || compliance.length === 0) return '';
  const columns: HtmlColumn[] = COMPLIANCE_HEADER.map((header) =>
    ['asked', 'reached', 'margin'].includes(header) ? { header, kind: 'number' } : { header },
  );
  return section(
    'Duties',
    'Each rule of the site file in every reading that its parameters allow; the plan keeps to that of the file.',
    htmlTable(columns, complianceRows(compliance)),
    'long',
  );
}
