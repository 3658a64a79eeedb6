import { capacityTable, lossOfLoad } from '../../../src/plan/reliability/capacityTable.ts';
import { compare, type Row } from '../row.ts';

const LOAD = 'IEEE Reliability Test System 1979 (IEEE Trans. PAS-98, no. 6)';
const EXACT =
  'Allan, Billinton, Abdel-Gawad 1986, The IEEE Reliability Test System: extensions to and evaluation of the generating system, IEEE Trans. PWRS-1, no. 4';

/** Peak of each week in % of the year's, of each day in % of its week's (Monday first), of each hour in % of its day's. */
const WEEKS = [
  86.2, 90, 87.8, 83.4, 88, 84.1, 83.2, 80.6, 74, 73.7, 71.5, 72.7, 70.4, 75, 72.1, 80, 75.4, 83.7, 87, 88, 85.6, 81.1,
  90, 88.7, 89.6, 86.1, 75.5, 81.6, 80.1, 88, 72.2, 77.6, 80, 72.9, 72.6, 70.5, 78, 69.5, 72.4, 72.4, 74.3, 74.4, 80,
  88.1, 88.5, 90.9, 94, 89, 94.2, 97, 100, 95.2,
];
const DAYS = [93, 100, 98, 96, 94, 77, 75];
const HOURS = {
  winter: [
    [67, 63, 60, 59, 59, 60, 74, 86, 95, 96, 96, 95, 95, 95, 93, 94, 99, 100, 100, 96, 91, 83, 73, 63],
    [78, 72, 68, 66, 64, 65, 66, 70, 80, 88, 90, 91, 90, 88, 87, 87, 91, 100, 99, 97, 94, 92, 87, 81],
  ],
  summer: [
    [64, 60, 58, 56, 56, 58, 64, 76, 87, 95, 99, 100, 99, 100, 100, 97, 96, 96, 93, 92, 92, 93, 87, 72],
    [74, 70, 66, 65, 64, 62, 62, 66, 81, 86, 91, 93, 93, 92, 91, 91, 92, 94, 95, 95, 100, 93, 88, 80],
  ],
  between: [
    [63, 62, 60, 58, 59, 65, 72, 85, 95, 99, 100, 99, 93, 92, 90, 88, 90, 92, 96, 98, 96, 90, 80, 70],
    [75, 73, 69, 66, 65, 65, 68, 74, 83, 89, 92, 94, 91, 90, 90, 86, 85, 88, 92, 100, 97, 95, 90, 85],
  ],
} as const;

/** Units of the system: how many, MW, forced outage rate. */
const UNITS = [
  [5, 12, 0.02],
  [4, 20, 0.1],
  [6, 50, 0.01],
  [4, 76, 0.02],
  [3, 100, 0.04],
  [4, 155, 0.04],
  [3, 197, 0.05],
  [1, 350, 0.08],
  [2, 400, 0.12],
] as const;

const PEAK_MW = 2850;

function loadsMw(): number[] {
  return WEEKS.flatMap((week, w) => {
    const season = w < 8 || w >= 43 ? 'winter' : w >= 17 && w < 30 ? 'summer' : 'between';
    return DAYS.flatMap((day, d) =>
      HOURS[season][d < 5 ? 0 : 1].map((hour) => PEAK_MW * (week / 100) * (day / 100) * (hour / 100)),
    );
  });
}

/** The usual test system of generation adequacy, 32 units and 8,736 hours; figures in MW where the table counts kW. */
export function testSystem(): readonly Row[] {
  const units = UNITS.map(([count, kw, outShare]) => ({ count, kw, outShare }));
  const loads = loadsMw();
  const { loleH, eueKwh } = lossOfLoad(capacityTable(units, 1), loads);
  const about = { id: 'RTS-79', source: `${EXACT}; system: ${LOAD}` };
  return [
    compare({ ...about, what: 'loss of load expectation, h/y' }, 9.39418, loleH, { abs: 5e-6 }),
    compare({ ...about, what: 'expected unserved energy, MWh/y' }, 1176, eueKwh, { abs: 1 }),
  ];
}
