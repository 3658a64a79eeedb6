import type { Accelerator } from '../../catalog/catalog.ts';

/**
 * Electricity of accelerators, hosts and network, kW.
 *
 * While a step runs, an accelerator draws its board power limit times a share that follows from the parts of the step
 * (`predict/boardShare.ts`) and its clock (`clock.ts`).
 */

/**
 * Idle power over TDP where nobody measured the chip: mean of A100-80GB (61 of 400 W), H100 NVL (61 of 400 W) and
 * RTX 6000 Ada (27 of 300 W).
 */
const IDLE_SHARE = 0.13;

/** Idle power of an accelerator, W. */
export function idleW(accelerator: Accelerator): number {
  return accelerator.idleW ?? IDLE_SHARE * accelerator.tdpW;
}

/** Power of a deployment's parts; hosts and network are per node. */
export interface PowerSpec {
  readonly tdpW: number;
  readonly idleW: number;
  readonly hostIdleW: number;
  readonly hostFullW: number;
  readonly networkW: number;
  readonly acceleratorsPerNode: number;
}

/** How replicas stand in nodes. */
export interface Racking {
  readonly replicas: number;
  readonly acceleratorsPerReplica: number;
  readonly acceleratorsPerNode: number;
}

/** Nodes that are on when `replicas` replicas are: replicas fill nodes one by one; a replica wider than a node takes whole nodes. */
export function nodesFor(racking: Racking, replicas: number): number {
  const { acceleratorsPerReplica: wide, acceleratorsPerNode: node } = racking;
  if (wide > node) return replicas * Math.ceil(wide / node);
  return Math.ceil(replicas / Math.floor(node / wide));
}

/** Replicas that have a place in the nodes that are on when `replicas` replicas are. */
export function seatsFor(racking: Racking, replicas: number): number {
  const { acceleratorsPerReplica: wide, acceleratorsPerNode: node } = racking;
  if (wide > node) return replicas;
  return Math.min(racking.replicas, nodesFor(racking, replicas) * Math.max(1, Math.floor(node / wide)));
}

/** Idle power with `replicas` replicas on, kW: accelerators, hosts and network of every node that they stand in. */
export function idleKw(power: PowerSpec, racking: Racking, replicas: number): number {
  const nodes = nodesFor(racking, replicas);
  const accelerators = seatsFor(racking, replicas) * racking.acceleratorsPerReplica;
  return (accelerators * power.idleW + nodes * (power.hostIdleW + power.networkW)) / 1000;
}

/**
 * Power above idle of one replica while its steps draw `share` of TDP, kW: the accelerators, and the host in step with
 * them (linear between its idle and full power).
 */
export function aboveIdleKw(power: PowerSpec, accelerators: number, share: number): number {
  const aboveW = Math.max(0, share * power.tdpW - power.idleW);
  const hostW = (power.hostFullW - power.hostIdleW) / (power.acceleratorsPerNode * (power.tdpW - power.idleW));
  return (accelerators * aboveW * (1 + hostW)) / 1000;
}
