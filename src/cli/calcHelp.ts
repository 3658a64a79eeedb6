import { domainOf, exampleCall } from '../formulary/describe.ts';
import { grouped } from '../formulary/formulary.ts';
import { textTable } from '../report/table.ts';
import type { Formula } from '../units/formula.ts';

/** What a formula is, for a person: equation, inputs with symbols, units and domains, outputs, validity, source, an example. */
export function helpOfFormula(formula: Formula): string {
  const inputs = textTable(
    [
      { header: 'input' },
      { header: 'symbol' },
      { header: 'unit' },
      { header: 'domain' },
      { header: 'default' },
      { header: 'what' },
    ],
    formula.inputs.map((i) => [
      i.name,
      i.symbol,
      i.unit,
      domainOf(i),
      i.standard === undefined ? '' : String(i.standard),
      i.about,
    ]),
  );
  const outputs = textTable(
    [{ header: 'output' }, { header: 'unit' }, { header: 'what' }],
    formula.outputs.map((o) => [o.name, o.unit, o.about]),
  );
  return [
    `${formula.name}: ${formula.about}`,
    '',
    `  ${formula.equation}`,
    '',
    inputs,
    '',
    outputs,
    '',
    `valid    ${formula.validity}`,
    `source   ${formula.source}`,
    `example  ${exampleCall(formula)}`,
  ].join('\n');
}

/** All formulas by component: name, outputs with their units, one line of what it is. */
export function listOfFormulas(formulas: readonly Formula[]): string {
  const columns = [{ header: 'formula' }, { header: 'gives', maxWidth: 36 }, { header: 'what', maxWidth: 90 }];
  const rows = [...grouped(formulas)].flatMap(([component, group], i) => [
    ...(i === 0 ? [] : [['', '', '']]),
    [component.toUpperCase(), '', ''],
    ...group.map((f) => [
      `  ${f.name}`,
      f.outputs.map((o) => (o.unit === '' ? o.name : `${o.name} ${o.unit}`)).join(', '),
      f.about,
    ]),
  ]);
  return rows.length === 0 ? 'no formula has this' : textTable(columns, rows);
}
