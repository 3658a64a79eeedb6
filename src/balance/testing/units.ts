import type { z } from 'zod';
import { availablePart } from '../../components/available.ts';
import { battery } from '../../components/battery/index.ts';
import type { Complaint, Conditions, Dispatchable, Ownership, Versioned } from '../../components/contract.ts';
import { generator } from '../../components/generator/index.ts';
import { grid } from '../../components/grid/index.ts';
import type { Horizon } from '../../components/model.ts';
import { sampleConditions, sampleContext } from '../../components/sample.ts';
import { bindDispatch } from '../../components/unit.ts';
import { zoneOf } from '../../series/zone.ts';
import type { BalanceUnit } from '../siteModel.ts';

/** Small sites for tests of the balance: the product's own devices from rows as in a site file, with series given by hand. */

const HOUR_MS = 3_600_000;
/** Without daylight saving time, so that hours of tariffs are hours of the series. */
const ZONE = 'UTC';
export const CONTEXT = sampleContext({ zone: ZONE, elevationM: 0 });

export interface HorizonOptions {
  readonly startMs?: number;
  readonly stepH?: number;
  readonly blocks?: readonly number[];
  readonly cyclic?: boolean;
  readonly arrivals?: Readonly<Record<string, Float64Array>>;
}

/** Steps in mild air (20 °C), so that nothing is derated, heated or cooled. */
export function mildHorizon(count: number, options: HorizonOptions = {}): Horizon {
  const { startMs = Date.UTC(2025, 0, 1), stepH = 1, blocks = [0], cyclic = true, arrivals = {} } = options;
  const stepMs = stepH * HOUR_MS;
  const zone = zoneOf(ZONE);
  const conditions = (i: number): Conditions =>
    sampleConditions({
      startMs: startMs + i * stepMs,
      dtH: stepH,
      local: zone.local(startMs + (i + 0.5) * stepMs),
      tempC: 20,
    });
  return {
    grid: { startMs, stepMs, count },
    blocks,
    cyclic,
    conditions,
    arrivals: (service) => arrivals[service],
    attainment: 0.95,
  };
}

function unitOf<F extends z.ZodType, Spec, State extends Versioned>(
  device: Dispatchable<F, Spec, State>,
  id: string,
  row: Readonly<Record<string, unknown>>,
): BalanceUnit {
  const complaints: Complaint[] = [];
  const unit = bindDispatch(
    device,
    id,
    device.spec(device.file.parse(row), CONTEXT, (c) => complaints.push(c)),
  );
  if (complaints.length > 0)
    throw new RangeError(complaints.map((c) => `${c.path.join('.')}: ${c.message}`).join('; '));
  return unit;
}

/** A battery without standby and climate unless the row says otherwise. */
export function batteryUnit(id: string, row: Readonly<Record<string, unknown>>): BalanceUnit {
  return unitOf(battery, id, {
    standby: '0 %',
    heating: 'none',
    envelope_w_per_k_kwh: 0,
    capex_energy: '0 USD/kWh',
    capex_power: '0 USD/kW',
    opex: '0 %',
    ...row,
  });
}

/** Generators that run at one efficiency at every load unless the row says otherwise. */
export function generatorUnit(id: string, row: Readonly<Record<string, unknown>>): BalanceUnit {
  return unitOf(generator, id, {
    tank: '1000 m3',
    efficiency_full: '35 %',
    efficiency_half: '35 %',
    capex: '0 USD/kW',
    opex: '0 USD/kW/y',
    ...row,
  });
}

export function gridUnit(id: string, row: Readonly<Record<string, unknown>>): BalanceUnit {
  return unitOf(grid, id, { carbon: '0 g/kWh', ...row });
}

const NO_COST: Ownership = { capexMoney: 0, opexMoneyPerYear: 0, lifeYears: 20, source: 'test' };

/** A source whose energy is free: power per kW of size by step. */
export function freeUnit(id: string, perKw: Float64Array, ownership: Partial<Ownership> = {}): BalanceUnit {
  return {
    id,
    balance: (horizon) =>
      availablePart(
        id,
        'S1',
        'sun',
        { ...NO_COST, ...ownership },
        { key: 'peak', unit: 'kW', given: 1 },
        horizon,
        (c) => perKw[Math.round((c.startMs - horizon.grid.startMs) / horizon.grid.stepMs)]!,
      ),
  };
}

/** A load on the site's bus that stands, kW by step. */
export function loadUnit(id: string, kw: Float64Array): BalanceUnit {
  return {
    id,
    balance: () => ({
      sizes: [],
      sharp: [],
      shape: [kw],
      add(model) {
        const asked = model.mean(kw);
        const load = model.columns(`${id} load`, 'kW', asked, asked, 0);
        model.flow('mv', load, -1);
        model.tell('load', load, -1);
      },
    }),
  };
}
