import type { BalancePart, Horizon } from '../components/model.ts';

/** A request that waits costs this share of one lost, an hour: of plans that cost the same, the one that acts early is taken. */
const WAIT_SHARE = 1e-7;

/** A service as the balance sees it. */
export interface BalanceService {
  readonly id: string;
  readonly kind: 'interactive' | 'batch';
  /** Batch: hours from arrival until it is due. */
  readonly deadlineH: number;
  /** Penalty of a request that is not served, money. */
  readonly lostMoney: number;
  /** Batch: what waits when the horizon begins, and when it is due, hours from then. */
  readonly waiting?: readonly Waiting[];
  /** What is given up in any case, requests/s by base step; nothing when left out. */
  readonly givenUp?: Float64Array;
}

export interface Waiting {
  readonly dueH: number;
  readonly requests: number;
}

/**
 * Requests of a service. R1, interactive: served + shed = arrived in every step. R2, batch: served + shed + change of the backlog
 * = arrived, the backlog never more than what arrived within the deadline, so that nothing is late; what is given up is shed.
 */
export function servicePart(service: BalanceService, horizon: Horizon): BalancePart {
  const arrivals = horizon.arrivals(service.id) ?? new Float64Array(horizon.grid.count);
  const stepH = horizon.grid.stepMs / 3_600_000;
  const open = service.kind === 'batch' ? openWork(arrivals, service.deadlineH / stepH, horizon) : undefined;
  return {
    sizes: [],
    sharp: [],
    shape: [arrivals],
    add(model) {
      const bus = model.bus(`requests:${service.id}`);
      const least = service.givenUp === undefined ? 0 : model.mean(service.givenUp);
      const shed = model.slack(`${service.id} not served`, 'req/s', bus, 1, 3600 * service.lostMoney, least);
      model.count('unservedRequests', shed, 3600);
      const arrived = model.mean(arrivals);
      model.shift(
        bus,
        arrived.map((v) => -v),
      );
      if (open === undefined) return;
      const most = model.last(open).map((v) => v * stepH * 3600);
      let endH = 0;
      for (let k = 0; k < model.segments; k++) {
        endH += model.hours[k]!;
        for (const { dueH, requests } of service.waiting ?? []) if (dueH > endH + 1e-9) most[k]! += requests;
      }
      const backlog = model.state(`${service.id} backlog`, 'requests', most, WAIT_SHARE * service.lostMoney);
      for (let k = 0; k < model.segments; k++) {
        const perS = 1 / (3600 * model.hours[k]!);
        model.put(bus + k, backlog.first + k, perS);
        model.put(bus + k, backlog.before(k), -perS);
      }
    },
  };
}

/**
 * What may be waiting at the end of each base step, in requests/s x steps: all that arrived within the deadline, in the same
 * block; at the start of a cyclic block the end of it stands before.
 */
function openWork(arrivals: Float64Array, deadlineSteps: number, horizon: Horizon): Float64Array {
  const { blocks, cyclic, grid } = horizon;
  const open = new Float64Array(grid.count);
  const whole = Math.floor(deadlineSteps + 1e-9);
  blocks.forEach((from, b) => {
    const to = blocks[b + 1] ?? grid.count;
    const length = to - from;
    const window = Math.min(whole, length);
    const at = (i: number): number => {
      if (i >= from) return arrivals[i]!;
      return cyclic ? arrivals[i + length]! : 0;
    };
    let sum = 0;
    for (let i = from - window + 1; i <= from; i++) sum += at(i);
    for (let i = from; i < to; i++) {
      if (i > from) sum += at(i) - at(i - window);
      open[i] = Math.max(0, sum);
    }
  });
  return open;
}
