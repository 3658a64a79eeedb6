import { type Ended, FATES, type ServiceStep } from '../components/inference/detail/index.ts';
import type { Service } from '../workload/service.ts';
import { Sketch } from './sketch.ts';

/** What became of the requests of one service over a detailed window. */
export class ServiceTotals {
  readonly id: string;
  readonly kind: 'interactive' | 'batch';
  readonly ttftTargetS: number;
  readonly tpotTargetS: number;
  /** Over answered requests; times in s, energy above idle in J. */
  readonly ttftS = new Sketch();
  readonly tpotS = new Sketch();
  readonly energyJ = new Sketch();
  readonly sums = {
    arrived: 0,
    answered: 0,
    refused: 0,
    shed: 0,
    lost: 0,
    within: 0,
    input: 0,
    output: 0,
    prefillJ: 0,
    decodeJ: 0,
  };
  preemptions = 0;
  /** Requests that wait or run at the end. */
  underway = 0;

  constructor({ profile }: Service) {
    this.id = profile.id;
    this.kind = profile.kind;
    this.ttftTargetS = profile.ttftS;
    this.tpotTargetS = profile.tpotS;
  }

  /** A step's sums. */
  add(step: ServiceStep): void {
    for (const key of Object.keys(this.sums) as (keyof ServiceTotals['sums'])[]) this.sums[key] += step[key];
  }

  /** Requests of which it is known what became of them: what still waits or runs is not among them. */
  get decided(): number {
    const { answered, refused, shed, lost } = this.sums;
    return answered + refused + shed + lost;
  }

  /** Requests within both targets over all that are decided; NaN for none, and for batch, which has no targets. */
  get attainment(): number {
    return this.kind === 'batch' ? Number.NaN : this.sums.within / this.decided;
  }
}

const ANSWERED = FATES.indexOf('answered');

/** Adds the requests of a deployment that left in a step; `totals` in the order of its services. */
export function addEnded(totals: readonly ServiceTotals[], ended: Ended): void {
  for (let i = 0; i < ended.count; i++) {
    const to = totals[ended.service[i]!]!;
    to.preemptions += ended.preemptions[i]!;
    if (ended.fate[i] !== ANSWERED) continue;
    const firstS = ended.firstTokenS[i]!;
    to.ttftS.add(firstS - ended.arrivalS[i]!);
    const rest = ended.output[i]! - 1;
    if (rest > 0) to.tpotS.add((ended.finishS[i]! - firstS) / rest);
    to.energyJ.add(ended.prefillJ[i]! + ended.decodeJ[i]!);
  }
}
