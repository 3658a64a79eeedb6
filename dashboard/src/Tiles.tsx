import type { LiveSnapshot } from '../../src/server/api.ts';
import {
  formatCount,
  formatEnergy,
  formatFixed,
  formatJoules,
  formatNumber,
  formatPower,
  formatShare,
} from '../../src/view/format.ts';
import { Card, Figure, splitUnit } from './Card.tsx';

/** What the battery does, in words. */
export function batteryWords(kw: number): string {
  if (Math.abs(kw) < 0.5) return 'resting';
  return kw > 0 ? `giving ${formatPower(kw)}` : `charging at ${formatPower(-kw)}`;
}

/** The small figures of the site. */
export function Tiles({ snapshot }: { snapshot: LiveSnapshot }) {
  const { battery, flows, pue, weather, cooling, gateway, grid } = snapshot;
  const gridPower = Math.abs(flows.gridKw) < 0.5 ? 'no exchange' : flows.gridKw > 0 ? 'import' : 'export';
  return (
    <div className="tiles">
      <Card title="Battery" area="tile">
        {battery === null ? (
          <p className="empty">none at this site</p>
        ) : (
          <>
            <Figure
              {...splitUnit(formatShare(battery.socShare))}
              note={`${formatEnergy(battery.energyKwh)}, ${batteryWords(flows.batteryKw)}`}
            />
            <meter className="gauge" min={0} max={1} value={battery.socShare} aria-label="State of charge" />
          </>
        )}
      </Card>
      <Card title="PUE" area="tile">
        <Figure value={formatFixed(pue.now, 3)} note={`today ${formatFixed(pue.today, 3)}`} />
      </Card>
      <Card title="Grid" area="tile">
        {grid.up ? (
          <Figure {...splitUnit(formatPower(Math.abs(flows.gridKw)))} note={gridPower} />
        ) : (
          <Figure value="down" note="the site stands alone" />
        )}
      </Card>
      <Card title="Cooling" area="tile">
        <Figure
          value={formatFixed(cooling.supplyC, 1)}
          unit="°C supply"
          note={`${formatPower(flows.coolingKw)}, ${formatNumber(cooling.waterLPerH)} L/h water`}
        />
      </Card>
      <Card title="Weather" area="tile">
        <Figure
          value={formatFixed(weather.tempC, 1)}
          unit="°C"
          note={`sun ${formatNumber(weather.ghiWm2)} W/m², wind ${formatFixed(weather.windMs, 1)} m/s`}
        />
      </Card>
      <Card title="Gateway today" area="tile">
        <Figure
          value={formatCount(gateway.tokensToday)}
          unit="tokens"
          note={
            gateway.up
              ? `${formatCount(gateway.requestsToday)} requests, ${formatJoules(gateway.joulesToday)}`
              : 'gateway is down'
          }
        />
      </Card>
    </div>
  );
}
