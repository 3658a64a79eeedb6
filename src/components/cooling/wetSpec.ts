/** What stands outdoors for a loop that towers or chillers cool. */
export interface WetSpec {
  /** Towers, or dry coolers and air-cooled chillers. */
  readonly rejection: 'tower' | 'dry';
  readonly approachK: number;
  readonly fanKw: number;
  /** Pumps of tower water and of facility water at design, kW. */
  readonly pumpKw: number;
  readonly rangeK: number;
  readonly cycles: number;
  /** Drift as a share of the circulation. */
  readonly driftShare: number;
  readonly airPerWater: number;
  /** False = chillers carry all of the heat. */
  readonly economiser: boolean;
  /** 0 without chillers. */
  readonly chillerKw: number;
  readonly machines: number;
  readonly model: 'lei' | 'lift' | 'eir';
  readonly carnotShare: number;
  readonly evaporatorPinchK: number;
  readonly condenserPinchK: number;
  /** Pumps of the chillers' own water, kW per kW of their heat. */
  readonly chilledPumpShare: number;
  /** Water that the chillers make, °C; undefined = what the loop needs. */
  readonly chilledC: number | undefined;
  /** Coldest condenser water; colder tower water is held back by a bypass, °C. */
  readonly leastC: number;
}
