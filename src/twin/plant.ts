import type { ChainUnit, CoolingUnit, DispatchUnit, ItUnit } from '../components/unit.ts';

/** A service as the twin sees it: who serves it, and by when. */
export interface PlantService {
  readonly id: string;
  readonly kind: 'interactive' | 'batch';
  /** Ids of the deployments that serve it, at least one. */
  readonly deployments: readonly string[];
  /** Batch only: seconds from arrival until it is late. */
  readonly deadlineS: number;
}

/** A hall: its deployments, the power chain that feeds them and the cooling that takes their heat. */
export interface PlantHall {
  readonly id: string;
  /** Limit of the feeder that the hall hangs on, kW; Infinity when none is given. */
  readonly feederKw: number;
  readonly it: readonly ItUnit[];
  readonly chain: ChainUnit;
  readonly cooling: CoolingUnit;
}

/** Everything that the twin steps. */
export interface Plant {
  readonly halls: readonly PlantHall[];
  /** Sources, stores and slack on the `mv` bus. */
  readonly dispatch: readonly DispatchUnit[];
  readonly services: readonly PlantService[];
}
