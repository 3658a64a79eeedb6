import type { EnergyNow } from '../control/directive.ts';
import type { Lever } from '../control/levers.ts';
import type { ControlLoop, LoopEvent } from '../control/loop.ts';
import type { Totals } from '../kpi/totals.ts';
import type { Site } from '../site/site.ts';
import type { Plant } from '../twin/plant.ts';
import type { StepRecord } from '../twin/record.ts';
import type { LiveControl, LiveSnapshot } from './api.ts';
import type { Curve } from './dayCurves.ts';
import { leverText } from './operator.ts';

/** Powers by kind of source, kW into the site bus. */
export interface PowerNow {
  readonly solarKw: number;
  readonly windKw: number;
  readonly generatorKw: number;
  readonly gridKw: number;
  readonly batteryKw: number;
  readonly gridUp: boolean;
  readonly storedKwh: number;
  readonly capacityKwh: number;
}

/** Sums a step's sources, stores and grid by kind. */
export function powerNow(record: StepRecord, plant: Plant): PowerNow {
  let [solarKw, windKw, generatorKw, gridKw, batteryKw, storedKwh, capacityKwh] = [0, 0, 0, 0, 0, 0, 0];
  let gridUp = false;
  plant.dispatch.forEach((unit, i) => {
    const of = record.dispatch[i]!;
    if (unit.role === 'slack') {
      gridKw += of.powerKw;
      gridUp ||= (of.meters['up'] ?? 1) > 0;
    } else if (unit.role === 'store') {
      batteryKw += of.powerKw;
      const energyKwh = of.meters['energyKwh'] ?? 0;
      const socShare = of.meters['socShare'] ?? 0;
      storedKwh += energyKwh;
      capacityKwh += socShare > 0 ? energyKwh / socShare : (of.feasible.store?.capacityKwh ?? 0);
    } else if (unit.from === 'sun') solarKw += of.powerKw;
    else if (unit.from === 'wind') windKw += of.powerKw;
    else generatorKw += of.powerKw;
  });
  return { solarKw, windKw, generatorKw, gridKw, batteryKw, gridUp, storedKwh, capacityKwh };
}

/** Output tokens/s over watts at the facility; 0 where nothing is drawn. */
export function tokensPerJouleNow(record: StepRecord): number {
  return record.facilityKw > 0 ? outputPerS(record) / (record.facilityKw * 1000) : 0;
}

function outputPerS(record: StepRecord): number {
  return record.services.reduce((sum, s) => sum + s.outputTokensPerS, 0);
}

/** The values of a step for the day's curves. */
export function curveValues(record: StepRecord, power: PowerNow): Record<Curve, number> {
  return {
    solarKw: power.solarKw,
    windKw: power.windKw,
    generatorKw: power.generatorKw,
    gridKw: power.gridKw,
    batteryKw: power.batteryKw,
    loadKw: record.facilityKw,
    socShare: power.capacityKwh > 0 ? power.storedKwh / power.capacityKwh : 0,
    tokensPerS: outputPerS(record),
    tokensPerJoule: tokensPerJouleNow(record),
    pue: record.itKw > 0 ? record.facilityKw / record.itKw : 0,
  };
}

/** Use of the gateway since local midnight. */
export interface GatewayToday {
  readonly up: boolean;
  readonly requests: number;
  readonly tokens: number;
  readonly joules: number;
}

/** All that a snapshot is made of. */
export interface SnapshotParts {
  readonly site: Site;
  readonly plant: Plant;
  readonly record: StepRecord;
  readonly siteMs: number;
  readonly wallMs: number;
  readonly speed: number;
  readonly kind: LiveSnapshot['plant'];
  readonly policy: string;
  readonly mode: LiveSnapshot['mode'];
  readonly control: LiveControl;
  readonly realOutputPerS: number;
  readonly today: Totals;
  readonly gateway: GatewayToday;
  readonly events: readonly LoopEvent[];
}

/** What the control room shows of the loop. */
export function controlOf(loop: ControlLoop, levers: readonly Lever[]): LiveControl {
  const { plan } = loop;
  return {
    decides: loop.follows ? 'plan' : 'rules',
    plan: plan === undefined ? null : { issuedMs: plan.issuedMs, validUntilMs: plan.validUntilMs, reason: plan.reason },
    faults: loop.faults,
    levers: levers.map(({ id, setting, fromMs, untilMs }) => ({ id, text: leverText(setting), fromMs, untilMs })),
    shadow: loop.score ?? null,
  };
}

/** Makes the control room's picture of this second. */
export function snapshotOf(parts: SnapshotParts): LiveSnapshot {
  const { record, plant, site, today } = parts;
  const power = powerNow(record, plant);
  const sum = (of: (hall: StepRecord['halls'][number]) => number) =>
    record.halls.reduce((total, hall) => total + of(hall), 0);
  return {
    siteMs: parts.siteMs,
    wallMs: parts.wallMs,
    speed: parts.speed,
    site: { id: site.id, name: site.name, zone: site.context.zone, currency: site.money.currency },
    plant: parts.kind,
    mode: parts.mode,
    policy: parts.policy,
    control: parts.control,
    weather: {
      tempC: record.conditions.tempC,
      windMs: record.conditions.windMs,
      ghiWm2: record.conditions.ghiWm2,
    },
    flows: {
      solarKw: power.solarKw,
      windKw: power.windKw,
      generatorKw: power.generatorKw,
      gridKw: power.gridKw,
      batteryKw: power.batteryKw,
      curtailedKw: record.curtailedKw,
      itKw: record.itKw,
      coolingKw: sum((hall) => hall.coolingKw),
      lossesKw: sum((hall) => hall.chainLossKw) + (record.loadKw - record.facilityKw),
      shortKw: record.shortKw,
    },
    battery:
      power.capacityKwh > 0 ? { socShare: power.storedKwh / power.capacityKwh, energyKwh: power.storedKwh } : null,
    grid: { up: power.gridUp },
    tokens: {
      outputPerS: outputPerS(record),
      inputPerS: record.services.reduce((total, s) => total + s.inputTokensPerS, 0),
      realOutputPerS: parts.realOutputPerS,
    },
    tokensPerJoule: {
      now: tokensPerJouleNow(record),
      today: today.facilityKwh > 0 ? today.outputTokens / (today.facilityKwh * 3.6e6) : 0,
    },
    pue: {
      now: record.itKw > 0 ? record.facilityKw / record.itKw : 0,
      today: today.itKwh > 0 ? today.facilityKwh / today.itKwh : 0,
    },
    cooling: {
      supplyC: Math.max(...record.halls.map((hall) => hall.cooling['supplyC'] ?? 0)),
      waterLPerH: sum((hall) => (hall.cooling['waterL'] ?? 0) / record.conditions.dtH),
    },
    services: plant.services.map((service, s) => {
      const of = record.services[s]!;
      return {
        id: service.id,
        kind: service.kind,
        requestsPerS: of.servedPerS,
        ttftS: of.ttftS,
        tpotS: of.tpotS,
        attainment: of.attainment,
        backlog: of.backlog,
      };
    }),
    gateway: {
      up: parts.gateway.up,
      requestsToday: parts.gateway.requests,
      tokensToday: parts.gateway.tokens,
      joulesToday: parts.gateway.joules,
    },
    events: parts.events,
  };
}

/** Energy figures for the directive: the carbon, water and price of the mix that feeds the site in this step. */
export function energyNow(record: StepRecord, plant: Plant, currency: string): EnergyNow {
  let co2Kg = 0;
  let cost = 0;
  plant.dispatch.forEach((_, i) => {
    co2Kg += record.dispatch[i]!.meters['co2Kg'] ?? 0;
    cost += record.dispatch[i]!.meters['costMoney'] ?? 0;
  });
  const kwh = record.facilityKw * record.conditions.dtH;
  const waterL = record.halls.reduce((total, hall) => total + (hall.cooling['waterL'] ?? 0), 0);
  const { solarKw, windKw, generatorKw, gridKw, batteryKw } = powerNow(record, plant);
  const ownKw = Math.max(0, solarKw) + Math.max(0, windKw);
  const inKw = ownKw + Math.max(0, generatorKw) + Math.max(0, gridKw) + Math.max(0, batteryKw);
  return {
    greenShare: inKw > 0 ? ownKw / inKw : 0,
    carbonGPerKwh: kwh > 0 ? (co2Kg * 1000) / kwh : 0,
    waterLPerKwh: kwh > 0 ? waterL / kwh : 0,
    pricePerKwh: kwh > 0 ? Math.max(0, cost) / kwh : 0,
    currency,
  };
}
