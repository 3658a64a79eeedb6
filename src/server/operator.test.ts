import { describe, expect, it } from 'vitest';
import { plainDecision } from '../control/plain.ts';
import { JoulewrightError } from '../errors/error.ts';
import { GridDesk } from '../policy/event/desk.ts';
import { HOUR_MS } from '../series/grid.ts';
import { box, mildAir, testPlant } from '../twin/testPlant.ts';
import { Twin } from '../twin/twin.ts';
import { leverText, Operator } from './operator.ts';

const plant = testPlant([
  box('grid', 'slack', { minKw: 0, maxKw: 500 }),
  box('store', 'store', { minKw: -50, maxKw: 50 }, { storeKwh: [50, 100] }),
]);
const deployment = plant.halls[0]!.it[0]!.id;

/** What a refusal says. */
function refusal(run: () => unknown): string {
  try {
    run();
    return 'nothing';
  } catch (error) {
    if (error instanceof JoulewrightError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe('the operator’s levers', () => {
  it('are numbered, end by themselves, and are let go before', () => {
    const operator = new Operator(plant);
    const first = operator.ask({ lever: 'hold-battery', unit: null, for_s: 60 }, 1000, 'key_1');
    expect(operator.levers(1000)).toEqual([]);
    operator.pull(first);
    operator.pull(operator.ask({ lever: 'drain', deployment, for_s: 3600 }, 2000, 'key_1'));
    expect(operator.levers(2000).map(({ id, untilMs }) => [id, untilMs])).toEqual([
      [1, 61_000],
      [2, 3_602_000],
    ]);
    expect(operator.levers(61_000).map(({ id }) => id)).toEqual([2]);
    expect(refusal(() => operator.letGo(1, 61_000))).toMatch(/^JW_LEVER: .*none with the number 1 is pulled/);
    expect(operator.letGo(2, 61_000).setting).toEqual({ kind: 'drain', deployment });
    expect(operator.levers(61_000)).toEqual([]);
  });

  it('survive a restart, and their numbers are not given again', () => {
    const operator = new Operator(plant);
    operator.pull(operator.ask({ lever: 'bounds', import_max_kw: 90, generators: false, for_s: 3600 }, 0, 'key_1'));
    operator.pull(operator.ask({ lever: 'mode', mode: 'shadow', for_s: 60 }, 0, 'key_1'));
    operator.letGo(2, 1);
    const again = new Operator(plant, JSON.parse(JSON.stringify(operator.save())));
    expect(again.levers(1)).toEqual(operator.levers(1));
    expect(again.ask({ lever: 'mode', mode: 'advise', for_s: 60 }, 1, 'key_1').lever.id).toBe(3);
    expect(new Operator(plant, { levers: [{ id: 1 }, 'x'] }).levers(0)).toEqual([]);
  });

  it('are refused where the site has no such thing, and checked again', () => {
    const operator = new Operator(plant);
    const asked = (request: Parameters<Operator['ask']>[0]) => refusal(() => operator.ask(request, 0, 'key_1'));
    expect(asked({ lever: 'start-generator', unit: null, power_kw: null, for_s: 60 })).toContain('no generator');
    expect(asked({ lever: 'hold-battery', unit: 'other', for_s: 60 })).toContain('there are: store');
    expect(asked({ lever: 'drain', deployment: 'x', for_s: 60 })).toContain('no deployment "x"');
    expect(asked({ lever: 'reserve', hours: Number.NaN, for_s: 60 })).toContain('JW_LEVER');
    expect(asked({ lever: 'mode', mode: 'control', for_s: 1e9 })).toContain('JW_LEVER');
  });

  it('cut a share off the import that the site had', () => {
    const desk = new GridDesk(plant, 'UTC');
    const cut = { lever: 'event', cut_share: 0.25, for_s: 3600 } as const;
    const operator = new Operator(plant, undefined, desk);
    expect(refusal(() => operator.ask(cut, 0, 'key_1'))).toContain('no import was metered yet');
    expect(refusal(() => operator.ask({ lever: 'event', for_s: 3600 }, 0, 'key_1'))).toContain('one of these');
    const twin = new Twin(plant);
    let metered = 0;
    for (let k = 0; k < 8; k++) {
      const record = twin.step(mildAir(0.25, k * 900_000), [8, 0], plainDecision(plant));
      metered = record.dispatch[0]!.powerKw;
      desk.watch(record);
    }
    // In the middle of a quarter of the meter
    const nowMs = 8 * 900_000 + 60_000;
    const less = operator.ask({ lever: 'event', cut_kw: metered / 2, for_s: 3600 }, nowMs, 'key_1').lever.setting;
    expect(less).toMatchObject({ mostImportKw: expect.closeTo(metered / 2, 6) });
    operator.pull(operator.ask(cut, nowMs, 'key_1'));
    const { setting } = operator.levers(nowMs)[0]!;
    expect(setting).toMatchObject({ kind: 'event', mostImportKw: expect.closeTo(0.75 * metered, 6) });
    expect(new Operator(plant, operator.save(), desk).levers(nowMs)[0]!.setting).toEqual(setting);
  });

  it('announce an event for a time to come, by the clocks of the site or with an offset', () => {
    const operator = new Operator(plant, undefined, undefined, 'Asia/Tashkent');
    const nowMs = Date.UTC(2026, 0, 14, 8);
    const event = { lever: 'event', import_max_kw: 90, for_s: 7200 } as const;
    const at = (start: string, more = {}) => operator.ask({ ...event, start, ...more }, nowMs, 'key_1').lever;
    const startMs = Date.UTC(2026, 0, 14, 13);
    expect(at('2026-01-14T18:00')).toMatchObject({ fromMs: startMs, untilMs: startMs + 2 * HOUR_MS });
    expect(at('2026-01-14T13:00:00Z').fromMs).toBe(startMs);
    expect(at('2026-01-14T14:00+01:00').fromMs).toBe(startMs);
    expect(at('2026-01-14T18:00').knownMs).toBeUndefined();
    expect(at('2026-01-14T18:00', { notice_s: 1800 }).knownMs).toBe(startMs - HOUR_MS / 2);
    expect(at('2026-01-14T18:00', { notice_s: 86_400 }).knownMs).toBe(nowMs);
    expect(refusal(() => at('tomorrow'))).toContain('no time like');
    expect(refusal(() => at('2026-01-14T12:59'))).toContain('is over');
    expect(refusal(() => at('2026-01-30T12:59'))).toContain('more than a week away');
    expect(refusal(() => operator.ask({ ...event, notice_s: 60 }, nowMs, 'x'))).toContain('has a start');
    operator.pull(operator.ask({ ...event, for_s: 600 }, nowMs, 'key_1'));
    operator.pull(operator.ask({ ...event, start: '2026-01-14T18:00', notice_s: 1800 }, nowMs, 'key_1'));
    expect(operator.levers(nowMs)).toHaveLength(2);
    expect(new Operator(plant, JSON.parse(JSON.stringify(operator.save()))).levers(nowMs)).toEqual(
      operator.levers(nowMs),
    );
  });

  it('say in words what they do', () => {
    expect(leverText({ kind: 'event', mostImportKw: 300 })).toBe('import below 300 kW');
    expect(leverText({ kind: 'bounds', leastAwakeShare: 0.25, generators: false })).toBe(
      'bounds: 25 % of the replicas awake, generators only in need',
    );
    expect(leverText({ kind: 'start-generator', unit: null, powerKw: 200 })).toBe(
      'generators running at 200 kW or more',
    );
  });
});
