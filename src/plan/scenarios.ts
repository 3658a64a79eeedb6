import { Worker } from 'node:worker_threads';
import { fault, JoulewrightError, reasonOf } from '../errors/error.ts';
import { siblingUrl } from '../units/sibling.ts';
import type { Scenario, ScenarioOutcome } from './scenario.ts';
import type { FromScenario } from './scenarioThread.ts';

/**
 * Plans scenarios on `jobs` threads, each taking the next when it is done with one. Outcomes come in the order asked.
 *
 * @param onDone told of each as it is done
 * @param signal ends it with those that are done
 * @throws JW_INTERNAL when a thread is lost
 */
export async function planScenarios(
  scenarios: readonly Scenario[],
  jobs: number,
  onDone: (outcome: ScenarioOutcome, done: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<ScenarioOutcome[]> {
  const outcomes: ScenarioOutcome[] = [];
  const workers: Worker[] = [];
  let [next, done] = [0, 0];
  try {
    await new Promise<void>((resolve, reject) => {
      if (scenarios.length === 0 || signal?.aborted === true) return resolve();
      signal?.addEventListener('abort', () => resolve(), { once: true });
      const lost = (reason: string) =>
        reject(new JoulewrightError([fault('JW_INTERNAL', { reason: `a planning thread has ended: ${reason}` })]));
      for (let k = 0; k < Math.min(jobs, scenarios.length); k++) {
        const worker = new Worker(siblingUrl(import.meta.url, './scenarioThread'));
        workers.push(worker);
        let at = -1;
        const ask = (): void => {
          if (next >= scenarios.length) return;
          at = next++;
          worker.postMessage(scenarios[at]);
        };
        worker.on('message', ({ outcome, failed }: FromScenario) => {
          if (outcome === undefined) return lost(failed ?? '');
          outcomes[at] = outcome;
          onDone(outcome, ++done);
          if (done === scenarios.length) resolve();
          else ask();
        });
        worker.on('error', (error) => lost(reasonOf(error)));
        worker.on('exit', (code) => lost(`exit ${code}`));
        ask();
      }
    });
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return outcomes.filter((outcome) => outcome !== undefined);
}
