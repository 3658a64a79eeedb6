import { FAULT_KINDS } from '../control/faults/fault.ts';
import type { SiteGauge } from '../gateway/exposition.ts';
import type { LiveSnapshot } from './api.ts';

/** The site's gauges for `/metrics`, Prometheus base units (watts, joules, ratios). */
export function gaugesOf(snapshot: LiveSnapshot): SiteGauge[] {
  const { flows } = snapshot;
  const followed = snapshot.control.decides === 'plan';
  const watts: readonly (readonly [string, number])[] = [
    ['solar', flows.solarKw],
    ['wind', flows.windKw],
    ['generator', flows.generatorKw],
    ['grid', flows.gridKw],
    ['battery', flows.batteryKw],
    ['it', flows.itKw],
    ['cooling', flows.coolingKw],
    ['losses', flows.lossesKw],
    ['curtailed', flows.curtailedKw],
    ['short', flows.shortKw],
  ];
  const gauge = (name: string, help: string, value: number, labels?: Readonly<Record<string, string>>): SiteGauge => ({
    name: `joulewright_site_${name}`,
    help,
    value,
    labels: { site: snapshot.site.id, plant: snapshot.plant, ...labels },
  });
  return [
    ...watts.map(([point, kw]) => gauge('power_watts', 'Electric power by metering point.', kw * 1000, { point })),
    gauge('tokens_per_joule', 'Output tokens per joule at the facility boundary, now.', snapshot.tokensPerJoule.now),
    gauge('pue_ratio', 'Facility power over IT power, now.', snapshot.pue.now),
    gauge('output_tokens_per_second', 'Output tokens per second of all services.', snapshot.tokens.outputPerS),
    gauge('grid_up', '1 while the grid is there.', snapshot.grid.up ? 1 : 0),
    gauge('plan_followed', '1 while a plan is followed, 0 while the fast rules decide alone.', followed ? 1 : 0),
    ...FAULT_KINDS.map((fault) => {
      const count = snapshot.control.faults.filter(({ kind }) => kind === fault).length;
      return gauge('faults', 'Faults that leave the fast rules in charge.', count, { fault });
    }),
    ...(snapshot.battery === null
      ? []
      : [gauge('battery_charge_ratio', 'State of charge.', snapshot.battery.socShare)]),
    ...snapshot.services.map((s) =>
      gauge('service_requests_per_second', 'Requests served.', s.requestsPerS, { service: s.id }),
    ),
    ...snapshot.services.map((s) =>
      gauge('service_attainment_ratio', 'Share of requests within their targets.', s.attainment, { service: s.id }),
    ),
  ];
}
