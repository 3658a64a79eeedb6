import type { z } from 'zod';
import { byDefault, choice, plain, quantity } from '../../units/schema.ts';
import type { Ownership } from '../contract.ts';

const SECONDS_PER_YEAR = 31_557_600;
const HOURS_PER_YEAR = 8760;

/** What a site file may say about buying or renting nodes. */
export const OWNING = {
  capex: quantity('pricePerUnit', 'price of one node with its share of the network', { min: 0 }).optional().meta({
    dimension: 'pricePerUnit',
    description: 'price of one node',
    source: 'not given: counted as zero, so LCOT is energy and listed equipment only',
  }),
  rent: quantity('pricePerHour', 'rent of one accelerator, where nodes are rented and not bought', { min: 0 })
    .optional()
    .meta({ dimension: 'pricePerHour', source: 'not given: bought at capex' }),
  life: byDefault(
    quantity('duration', 'years until nodes are replaced', { min: 86_400 }),
    '5 y',
    'usual depreciation of servers (our choice)',
  ),
  residual: byDefault(
    quantity('share', 'worth at the end of that life, share of the price of a new one', { min: 0, max: 0.9 }),
    '0 %',
    'our choice: nothing, until a buyer of used nodes is known',
  ),
  value_loss: byDefault(
    choice('how the worth falls until then: evenly, or by the same share each year (with a residual)', [
      'linear',
      'geometric',
    ]),
    'linear',
    'our choice: as all other equipment is counted',
  ),
  price_escalation: quantity('share', 'how the price of new nodes, or the rent, changes per year', {
    min: -0.9,
    max: 1,
  })
    .optional()
    .meta({ dimension: 'share', source: 'not given: finance.escalation.equipment' }),
  idle_months: byDefault(
    plain('months that nodes stand paid for and without power before operation starts', { min: 0, max: 60 }),
    0,
    'our choice: they come when the site is ready',
  ),
};

/** What the nodes of a deployment cost to own or to rent. */
export function ownershipOf(
  given: z.output<z.ZodObject<typeof OWNING>>,
  nodes: number,
  accelerators: number,
): Ownership {
  return {
    capexMoney: nodes * (given.capex ?? 0),
    opexMoneyPerYear: 0,
    lifeYears: given.life / SECONDS_PER_YEAR,
    ...(given.rent === undefined ? {} : { rentMoneyPerYear: accelerators * given.rent * HOURS_PER_YEAR }),
    residualShare: given.residual,
    fall: given.value_loss,
    ...(given.price_escalation === undefined ? {} : { priceEscalationShare: given.price_escalation }),
    idleMonths: given.idle_months,
    source:
      given.rent !== undefined
        ? `site file, rent of ${accelerators} accelerators`
        : given.capex === undefined
          ? 'not given: counted as zero, so LCOT is energy and listed equipment only'
          : `site file, ${nodes} nodes`,
  };
}
