import { z } from 'zod';
import { byDefault, choice, plain, quantity, whole } from '../../units/schema.ts';
import type { Complaint, Ownership, SiteContext } from '../contract.ts';
import { priceOr } from '../price.ts';
import { genericCurve, type PowerCurve, TURBINES, type TurbineId } from './curves.ts';
import { hellmanShear, logShear } from './physics.ts';

const IDS = Object.keys(TURBINES) as [TurbineId, ...TurbineId[]];
/** Height of the wind in conditions, m. */
const REFERENCE_M = 10;

/** What a site file may say about wind turbines of one kind. */
export const windFile = z.strictObject({
  turbine: choice('a turbine of the table, or "generic" with rated power and speeds', [...IDS, 'generic']),
  units: byDefault(whole('number of turbines', { min: 1, max: 1000 }), 1, 'our choice: one turbine'),
  hub_height: quantity('length', 'hub above ground; by the table when left out, 80 m for "generic"', {
    min: 11,
    max: 250,
  }).optional(),
  roughness: byDefault(
    quantity('length', 'roughness length of the ground around', { min: 0.0001, max: 3 }),
    '0.03 m',
    'Davenport classification, open flat ground (WMO guide to instruments)',
  ),
  hellman: plain('exponent of the wind profile, in place of the roughness', { min: 0, max: 0.6 }).optional(),
  rated: quantity('power', 'rated power of one generic turbine', { min: 0.001 }).optional(),
  cut_in: byDefault(
    quantity('speed', 'wind at which a generic turbine starts', { min: 0.5, max: 8 }),
    '3 m/s',
    'our choice: usual of large turbines',
  ),
  rated_speed: byDefault(
    quantity('speed', 'wind at which a generic turbine reaches its rated power', { min: 5, max: 25 }),
    '12 m/s',
    'our choice: usual of large turbines',
  ),
  cut_out: quantity('speed', 'wind above which turbines stop; by the curve when left out, 25 m/s for "generic"', {
    min: 10,
    max: 40,
  }).optional(),
  wake: byDefault(
    quantity('share', 'lost in the wakes of other turbines; not applied to one turbine alone', { min: 0, max: 0.5 }),
    '5 %',
    'our choice: small groups lose 3 to 8 %',
  ),
  availability: byDefault(
    quantity('share', 'share of the time in order', { min: 0.5, max: 1 }),
    '97 %',
    'our choice: the usual warranty of onshore turbines',
  ),
  capex: quantity('pricePerPower', 'price per kW', { min: 0 }).optional(),
  opex: quantity('pricePerPowerYear', 'operation and maintenance per kW and year', { min: 0 }).optional(),
  life: byDefault(
    quantity('duration', 'years until replaced', { min: 31557600 }),
    '28.5 y',
    'PyPSA technology-data 2025 (Danish Energy Agency), onshore wind',
  ),
});

/** Turbines as the physics needs them. */
export interface WindSpec {
  readonly name: string;
  readonly curve: PowerCurve;
  readonly cutOutMs: number;
  readonly hubM: number;
  /** Wind at the hub over wind at 10 m. */
  readonly shear: number;
  /** Turbines times what wakes and outages leave. */
  readonly effectiveUnits: number;
  readonly ratedKw: number;
  readonly ownership: Ownership;
}

/** Resolves a section of the site file. */
export function windSpec(
  file: z.output<typeof windFile>,
  context: SiteContext,
  complain: (c: Complaint) => void,
): WindSpec {
  const machine = file.turbine === 'generic' ? generic(file, complain) : named(file.turbine, file.rated, complain);
  const hubM = file.hub_height ?? machine.hubM;
  const ratedKw = machine.ratedKw * file.units;
  const capex = priceOr(file.capex, 'capex', 'wind', '/kW', context, complain);
  const opex = priceOr(file.opex, 'opex', 'wind-opex', '/kW/y', context, complain);
  return {
    name: machine.name,
    curve: machine.curve,
    cutOutMs: file.cut_out ?? machine.curve.speedsMs.at(-1)!,
    hubM,
    shear:
      file.hellman === undefined
        ? logShear(hubM, REFERENCE_M, file.roughness)
        : hellmanShear(hubM, REFERENCE_M, file.hellman),
    effectiveUnits: file.units * file.availability * (file.units === 1 ? 1 : 1 - file.wake),
    ratedKw,
    ownership: {
      capexMoney: capex.value * ratedKw,
      opexMoneyPerYear: opex.value * ratedKw,
      lifeYears: file.life / 31557600,
      source: `turbines: ${capex.source}; maintenance: ${opex.source}`,
    },
  };
}

interface Machine {
  readonly name: string;
  readonly curve: PowerCurve;
  readonly ratedKw: number;
  readonly hubM: number;
}

function named(id: TurbineId, rated: number | undefined, complain: (c: Complaint) => void): Machine {
  const turbine = TURBINES[id];
  if (rated !== undefined) {
    complain({
      path: ['rated'],
      message: `the rated power of ${turbine.name} is ${turbine.ratedKw} kW`,
      hint: 'leave "rated" out, or say turbine: generic',
    });
  }
  return { name: turbine.name, curve: turbine, ratedKw: turbine.ratedKw, hubM: turbine.hubM };
}

function generic(file: z.output<typeof windFile>, complain: (c: Complaint) => void): Machine {
  const ratedKw = file.rated ?? 0;
  const cutOutMs = file.cut_out ?? 25;
  if (file.rated === undefined) {
    complain({
      path: ['rated'],
      message: 'a generic turbine needs its rated power',
      hint: 'say rated: "2 MW", or name a turbine of the table',
    });
  }
  if (!(file.cut_in < file.rated_speed && file.rated_speed < cutOutMs)) {
    complain({
      path: ['rated_speed'],
      message: 'the speeds of the generic turbine are not in order',
      hint: 'cut_in < rated_speed < cut_out',
    });
    return { name: 'generic', curve: genericCurve(ratedKw, 3, 12, 25), ratedKw, hubM: 80 };
  }
  return { name: 'generic', curve: genericCurve(ratedKw, file.cut_in, file.rated_speed, cutOutMs), ratedKw, hubM: 80 };
}
