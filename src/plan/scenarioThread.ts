import { parentPort } from 'node:worker_threads';
import { reasonOf } from '../errors/error.ts';
import { planScenario, type Scenario, type ScenarioOutcome } from './scenario.ts';

/** What a thread says of a scenario. */
export interface FromScenario {
  readonly outcome?: ScenarioOutcome;
  readonly failed?: string;
}

/** A thread that plans scenarios one after the other, as they come. */
parentPort?.on('message', (scenario: Scenario) => {
  planScenario(scenario, 1).then(
    (outcome) => parentPort?.postMessage({ outcome } satisfies FromScenario),
    (error: unknown) => parentPort?.postMessage({ failed: reasonOf(error) } satisfies FromScenario),
  );
});
