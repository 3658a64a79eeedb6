import { ruleStatements } from '../site/rules.ts';
import type { Site } from '../site/site.ts';

/** What the site is made of, for the report. */
export function siteRows(site: Site): (readonly [string, string])[] {
  return [
    [
      'place',
      `${site.context.latDeg.toFixed(2)}°, ${site.context.lonDeg.toFixed(2)}°, ${site.context.elevationM} m, ${site.context.zone}`,
    ],
    ['halls', site.halls.map((hall) => hall.id).join(', ')],
    ...site.deployments.map((d) => [`deployment ${d.id}`, `${d.model} on ${d.pool}, ${d.engine.kind}`] as const),
    [
      'energy',
      site.units
        .filter((u) => u.role === 'source' || u.role === 'store' || u.role === 'slack')
        .map((u) => `${u.id} (${u.kind})`)
        .join(', '),
    ],
    ...ruleStatements(site).map((s) => [`rule ${s.rule}`, `${s.ok ? 'met' : 'not met'}: ${s.text}`] as const),
  ];
}
