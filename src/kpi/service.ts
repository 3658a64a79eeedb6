import { type Basis, type Kpi, kpi, ratio, SHARE } from './kpi.ts';
import type { Totals } from './totals.ts';

/** How well requests were served, and what was wanted and not delivered. */
export function serviceKpis(t: Totals, basis: Basis): Kpi[] {
  const noRequests = 'no interactive requests';
  return [
    kpi(
      {
        id: 'sloAttainment',
        label: 'SLO attainment',
        value: ratio(t.attainedRequests, t.requestsOffered),
        unit: SHARE,
        boundary: 'interactive requests within both TTFT and TPOT targets over those offered; a shed request is a miss',
        basis,
      },
      noRequests,
    ),
    kpi(
      {
        id: 'sloAttainmentServed',
        label: 'SLO attainment of served requests',
        value: ratio(t.attainedRequests, t.requestsServed),
        unit: SHARE,
        boundary: 'interactive requests within both targets over those served',
        basis,
      },
      'no interactive requests were served',
    ),
    kpi(
      {
        id: 'unservedRequests',
        label: 'unserved requests',
        value: ratio(t.requestsShed, t.requestsOffered),
        unit: SHARE,
        boundary: 'interactive requests shed over those offered',
        basis,
      },
      noRequests,
      `${t.requestsShed.toFixed(0)} requests`,
    ),
    kpi(
      {
        id: 'batchLate',
        label: 'late batch requests',
        value: ratio(t.batchLate, t.batchArrived),
        unit: SHARE,
        boundary: 'batch requests that passed their time over those that arrived',
        basis,
      },
      'no batch requests',
    ),
    {
      id: 'backlogEnd',
      label: 'batch requests waiting at the end',
      value: t.backlogEnd,
      unit: 'requests',
      boundary: 'work that a comparison must give back or count',
      basis,
    },
    kpi(
      {
        id: 'unservedEnergy',
        label: 'unserved energy',
        value: ratio(t.shortKwh, t.shortKwh + t.facilityKwh),
        unit: SHARE,
        boundary: 'facility energy wanted and not delivered over all that was wanted',
        basis,
      },
      'no energy was wanted',
      `${t.shortKwh.toFixed(1)} kWh`,
    ),
    {
      id: 'outputTokens',
      label: 'output tokens',
      value: t.outputTokens,
      unit: 'tokens',
      boundary: 'interactive and batch',
      basis,
    },
  ];
}
