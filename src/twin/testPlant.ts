import type { Conditions, Feasible, ItSetPoint, ServiceOutcome } from '../components/contract.ts';
import type { BalancePart } from '../components/model.ts';
import type { ChainUnit, CoolingUnit, DispatchUnit, ItUnit } from '../components/unit.ts';
import type { Plant } from './plant.ts';

/**
 * The simplest plant that is still physical, for tests of the twin's own logic: a linear IT load, a chain with 5 % loss,
 * cooling at a tenth of the heat, and sources, stores and slack with given limits. Tests of the real devices use real ones.
 */
const NOTHING = {
  ports: [],
  meters: {},
  ownership: { capexMoney: 0, opexMoneyPerYear: 0, lifeYears: 1, source: 'test' },
  balance: (): BalancePart => ({ sizes: [], sharp: [], shape: [], add: () => undefined }),
};

/** Air at noon on a mild day. */
export function mildAir(dtH = 0.25, startMs = 0): Conditions {
  return {
    startMs,
    dtH,
    local: { year: 2026, month: 4, day: 1, weekday: 2, hour: 12, dayOfYear: 91 },
    tempC: 20,
    rhShare: 0.4,
    wetBulbC: 12,
    pressurePa: 98000,
    windMs: 3,
    ghiWm2: 700,
    dhiWm2: 100,
    dniWm2: 800,
    sunZenithDeg: 35,
    sunAzimuthDeg: 180,
    extraterrestrialWm2: 1360,
  };
}

/** Draws 1 kW idle per replica and 1 kW per request/s served; a replica serves up to 10/s; no boot time. */
export function linearIt(id: string, installed: number, services: readonly string[]): ItUnit {
  const unit: ItUnit = {
    id,
    kind: 'inference',
    role: 'it',
    hall: 'h',
    installed,
    bootS: 0,
    accuracy: { about: 'made up' },
    capsW: [500],
    services,
    ...NOTHING,
    withProfiles: () => unit,
    replicasFor: (offers) => {
      const perS = offers.reduce((sum, o) => sum + o.requestsPerS + o.batchPerS, 0);
      const needed = Math.ceil(perS / 10);
      return needed <= installed ? needed : undefined;
    },
    pool: (offers, { replicas }) => ({
      powerKw: replicas + offers.reduce((sum, o) => sum + o.requestsPerS + o.batchPerS, 0),
      fill: undefined,
    }),
    powerRange: (replicas) => ({ idleKw: replicas, fullKw: replicas * 11 }),
    levels: (offers) => {
      const perS = offers.reduce((sum, o) => sum + o.requestsPerS + o.batchPerS, 0);
      return (perS > 0 ? [0, 1] : [0]).map((share) => {
        const scale = share === 0 ? 0 : (10 * share) / perS;
        const tokensPerS = 1000 * share;
        return {
          share,
          scale,
          clock: 1,
          capW: 1000,
          batch: 10 * share,
          utilisation: share,
          binds: { memory: share, compute: 0, link: 0, engine: 0 },
          idleKw: 1,
          powerKw: 1 + 10 * share,
          inputTokensPerS: tokensPerS,
          computedTokensPerS: tokensPerS,
          outputTokensPerS: tokensPerS,
          services: offers.map((o) => ({
            service: o.service,
            requestsPerS: scale * o.requestsPerS,
            batchPerS: scale * o.batchPerS,
            inputTokensPerS: 100 * scale * (o.requestsPerS + o.batchPerS),
            computedTokensPerS: 100 * scale * (o.requestsPerS + o.batchPerS),
            outputTokensPerS: 100 * scale * (o.requestsPerS + o.batchPerS),
            ttftS: 0.1,
            tpotS: 0.02,
            attainment: 1,
            prefillJPerToken: 2,
            decodeJPerToken: 8,
          })),
        };
      });
    },
    marginal: () => ({
      prefillJPerToken: 2,
      decodeJPerToken: 8,
      lengths: { promptTokens: 0, promptGrowth: 0, contextTokens: 0, contextGrowth: 0 },
    }),
    start: () => ({
      save: () => ({ v: 1 }),
      keep: () => undefined,
      preview: (set: ItSetPoint) => {
        const replicas = Math.min(set.replicas, Math.floor(set.limitKw + 1e-9));
        let room = Math.min(replicas * 10, set.limitKw - replicas);
        const outcomes: ServiceOutcome[] = set.offers.map((o) => {
          const servedPerS = Math.min(o.requestsPerS, room);
          room -= servedPerS;
          const batchServedPerS = Math.min(o.batchPerS, room);
          room -= batchServedPerS;
          const tokens = (servedPerS + batchServedPerS) * 100;
          return {
            service: o.service,
            servedPerS,
            shedPerS: o.requestsPerS - servedPerS,
            batchServedPerS,
            inputTokensPerS: tokens,
            computedTokensPerS: tokens,
            outputTokensPerS: tokens,
            ttftS: 0.1,
            tpotS: 0.02,
            queueS: 0,
            prefillSPerToken: 0.001,
            prefillJPerToken: 2,
            decodeJPerToken: 8,
            attainment: 1,
            powerKw: servedPerS + batchServedPerS,
          };
        });
        const kw = replicas + outcomes.reduce((sum, o) => sum + o.servedPerS + o.batchServedPerS, 0);
        return {
          state: { v: 1 },
          flows: { power: -kw, liquid: 0.7 * kw, air: 0.3 * kw },
          meters: { replicas },
          services: outcomes,
        };
      },
    }),
  };
  return unit;
}

export function simpleChain(ratedKw = 1e6): ChainUnit {
  return {
    id: 'chain',
    kind: 'power_chain',
    role: 'chain',
    hall: 'h',
    ratedKw,
    ...NOTHING,
    start: () => ({
      save: () => ({ v: 1 }),
      keep: () => undefined,
      preview: ({ criticalKw, essentialKw }) => {
        const air = 0.05 * criticalKw;
        return {
          state: { v: 1 },
          flows: {
            mv: -(criticalKw + essentialKw + air),
            critical: criticalKw,
            essential: essentialKw,
            air,
            ambient: 0,
          },
          meters: {},
        };
      },
    }),
  };
}

export function simpleCooling(capacityKw = 1e6): CoolingUnit {
  return {
    id: 'cooling',
    kind: 'cooling',
    role: 'cooling',
    hall: 'h',
    ...NOTHING,
    start: () => ({
      save: () => ({ v: 1 }),
      keep: () => undefined,
      capacity: () => ({ liquidKw: capacityKw, airKw: capacityKw }),
      preview: ({ liquidKw, airKw }) => {
        const power = 0.1 * (liquidKw + airKw);
        return {
          state: { v: 1 },
          flows: { liquid: -liquidKw, air: -airKw, power: -power, water: 0, ambient: liquidKw + airKw + power },
          meters: {},
        };
      },
    }),
  };
}

/** A dispatchable unit with fixed limits that does what it is told. A store moves its energy. */
export function box(
  id: string,
  role: DispatchUnit['role'],
  can: Partial<Feasible>,
  options: { mustTake?: boolean; storeKwh?: [number, number] } = {},
): DispatchUnit {
  return {
    id,
    kind: id,
    role,
    mustTake: options.mustTake ?? false,
    from: role === 'store' ? 'store' : role === 'slack' ? 'grid' : options.mustTake === true ? 'sun' : 'fuel',
    ...NOTHING,
    start(saved) {
      let energyKwh = typeof saved === 'number' ? saved : (options.storeKwh?.[0] ?? 0);
      const capacityKwh = options.storeKwh?.[1] ?? 0;
      const limits = (dtH: number): Feasible => {
        const base = { zero: true, minKw: 0, maxKw: 0, auxKw: 0, ...can };
        if (role !== 'store') return base;
        return {
          ...base,
          minKw: Math.max(base.minKw, -(capacityKwh - energyKwh) / dtH),
          maxKw: Math.min(base.maxKw, energyKwh / dtH),
          store: { energyKwh, capacityKwh },
        };
      };
      return {
        save: () => energyKwh,
        feasible: (c) => limits(c.dtH),
        step: ({ powerKw, auxShare }, c) => {
          energyKwh -= powerKw * c.dtH;
          return {
            state: undefined,
            flows: { power: powerKw, aux: -(can.auxKw ?? 0) * (auxShare ?? 1) },
            meters: { energyKwh },
          };
        },
      };
    },
  };
}

/** One hall with one deployment `d` of ten replicas serving `chat` and `archive`. */
export function testPlant(
  dispatch: readonly DispatchUnit[],
  limits: { chainKw?: number; coolingKw?: number; feederKw?: number } = {},
): Plant {
  return {
    halls: [
      {
        id: 'h',
        feederKw: limits.feederKw ?? Number.POSITIVE_INFINITY,
        it: [linearIt('d', 10, ['chat', 'archive'])],
        chain: simpleChain(limits.chainKw),
        cooling: simpleCooling(limits.coolingKw),
      },
    ],
    dispatch,
    services: [
      { id: 'chat', kind: 'interactive', deployments: ['d'], deadlineS: 0 },
      { id: 'archive', kind: 'batch', deployments: ['d'], deadlineS: 3600 },
    ],
  };
}
