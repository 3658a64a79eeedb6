import { describe, expect, it } from 'vitest';
import { deployment, profile } from '../../src/components/inference/fixtures/deployment.ts';
import { inference } from '../../src/components/inference/index.ts';
import { bindIt, type ItUnit } from '../../src/components/unit.ts';
import type { EngineOrder } from '../../src/control/contract.ts';
import { directiveOf } from '../../src/control/directive.ts';
import { plainDecision } from '../../src/control/plain.ts';
import { TwinPlant } from '../../src/drivers/twinPlant.ts';
import type { Plant } from '../../src/twin/plant.ts';
import { box, mildAir, testPlant } from '../../src/twin/testPlant.ts';
import { ask, Caller, engine, rig } from './dispatch-support.ts';

const REPLICAS = 8;
const INPUT = 600;
const OUTPUT = 200;
/** Most lenient targets, so that joules alone decide. */
const lengths = profile('chat', INPUT, OUTPUT, { ttftS: 60, tpotS: 1 });

/** A deployment with one service, and the most requests/s that it can have of it. */
function unitOf(id: string, accelerator: string, service: string): { unit: ItUnit; mostPerS: number } {
  const { spec } = deployment({ accelerator, replicas: REPLICAS });
  const profiles = [{ ...lengths, id: service }];
  const mostPerS = REPLICAS * inference.serve(spec, profiles).services[0]!.capacityPerS;
  return { unit: bindIt(inference, id, 'h', spec, profiles), mostPerS };
}

/** Orders to two deployments of unlike chips, each at its own load over the most that it can have. */
function ordersAt(h100Load: number, l4Load: number): EngineOrder[] {
  const bare = testPlant([box('grid', 'slack', { minKw: 0, maxKw: 1e6 })]);
  const made = [unitOf('h100', 'nvidia-h100-sxm-80gb', 'a'), unitOf('l4', 'nvidia-l4', 'b')];
  const it = made.map(({ unit }) => unit);
  const service = { kind: 'interactive', deadlineS: 0 } as const;
  const plant: Plant = {
    ...bare,
    halls: [{ ...bare.halls[0]!, it }],
    services: [
      { ...service, id: 'a', deployments: ['h100'] },
      { ...service, id: 'b', deployments: ['l4'] },
    ],
  };
  const rates = [h100Load * made[0]!.mostPerS, l4Load * made[1]!.mostPerS];
  const port = new TwinPlant(plant, {
    conditionsAt: (startMs, dtH) => mildAir(dtH, startMs),
    ratePerS: (s) => rates[s]!,
  });
  port.look(0, 0.25);
  const record = port.advance(plainDecision(plant), [0, 0]);
  const energy = { carbonGPerKwh: 0, greenShare: 0, waterLPerKwh: 0, pricePerKwh: 0, currency: 'USD' };
  return [...directiveOf(record, plant, energy, { seq: 1, nowMs: 0, holdMs: 60_000, planned: true }).engines];
}

const meanJ = ({ expected: e }: EngineOrder) => INPUT * e.prefillJPerToken + OUTPUT * e.decodeJPerToken;
const moreJ = ({ expected: e }: EngineOrder) =>
  INPUT * e.marginalPrefillJPerToken! + OUTPUT * e.marginalDecodeJPerToken!;

/** The engine that a request goes to under these orders. */
function chosen(engines: readonly EngineOrder[]): string | undefined {
  const { timers, dispatcher, order } = rig([engine('h100'), engine('l4')], [{ name: 'm', engines: ['h100', 'l4'] }]);
  order({ engines });
  const caller = new Caller(timers);
  dispatcher.take(ask({ inputTokens: INPUT, maxTokens: OUTPUT }), caller);
  return caller.seat?.member.engine.id;
}

describe('a model on unlike chips', () => {
  it('is served where one more request costs less, though the mean there costs more', () => {
    const orders = ordersAt(0.6, 0.6);
    const [h100, l4] = orders;
    expect(meanJ(h100!)).toBeLessThan(meanJ(l4!));
    expect(moreJ(h100!)).toBeGreaterThan(moreJ(l4!));
    expect(chosen(orders)).toBe('l4');
  });

  it('is served elsewhere when the cheaper chips are nearly idle: their first requests cost more', () => {
    const orders = ordersAt(0.6, 0.05);
    expect(moreJ(orders[0]!)).toBeLessThan(moreJ(orders[1]!));
    expect(chosen(orders)).toBe('h100');
  });

  it('costs no more than the mean: of a first request both are what it alone draws', () => {
    const orders = ordersAt(0, 0.3);
    expect(moreJ(orders[0]!)).toBe(meanJ(orders[0]!));
    expect(moreJ(orders[1]!)).toBeLessThan(meanJ(orders[1]!));
  });
});
