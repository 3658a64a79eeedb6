import type { LiveSnapshot } from '../../src/server/api.ts';
import { formatCount, formatSeconds, formatShare } from '../../src/view/format.ts';

type Service = LiveSnapshot['services'][number];

/** Every service with its rate, its latencies and how often it kept its targets. */
export function Services({ services }: { services: readonly Service[] }) {
  if (services.length === 0) return <p className="empty">No service is configured at this site.</p>;
  return (
    <table className="services">
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col" className="number">
            Requests/s
          </th>
          <th scope="col" className="number">
            <abbr title="time to first token">TTFT</abbr>
          </th>
          <th scope="col" className="number">
            <abbr title="time per output token">TPOT</abbr>
          </th>
          <th scope="col">Targets kept</th>
        </tr>
      </thead>
      <tbody>
        {services.map((s) => (
          <Row key={s.id} service={s} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ service }: { service: Service }) {
  const batch = service.kind === 'batch';
  return (
    <tr>
      <th scope="row">
        {service.id}
        <span className="kind">{batch ? `batch, ${formatCount(service.backlog)} waiting` : 'interactive'}</span>
      </th>
      <td className="number" data-name="Requests/s">
        {formatCount(service.requestsPerS)}
      </td>
      <td className="number" data-name="TTFT">
        {batch ? '–' : formatSeconds(service.ttftS)}
      </td>
      <td className="number" data-name="TPOT">
        {batch ? '–' : formatSeconds(service.tpotS)}
      </td>
      <td data-name="Targets kept">
        <Attainment share={service.attainment} />
      </td>
    </tr>
  );
}

function Attainment({ share }: { share: number }) {
  const known = Number.isFinite(share);
  const state = !known ? '' : share >= 0.99 ? 'good' : share >= 0.95 ? 'fair' : 'poor';
  return (
    <span className={`attainment ${state}`}>
      <span className="meter" aria-hidden="true">
        <span style={{ width: `${known ? Math.max(0, Math.min(1, share)) * 100 : 0}%` }} />
      </span>
      {formatShare(share)}
    </span>
  );
}
