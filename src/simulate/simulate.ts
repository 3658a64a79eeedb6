import { type Run, type Scenario, Stepping } from './stepping.ts';

export type { Note, Run, Scenario } from './stepping.ts';

const PROGRESS_EVERY = 512;

/** Steps a site through weather and demand under a policy. */
export function simulate(scenario: Scenario): Run {
  const { grid } = scenario;
  const before = process.cpuUsage();
  const stepping = new Stepping(scenario);
  for (let i = 0; i < grid.count; i++) {
    stepping.advance(i);
    if (i % PROGRESS_EVERY === 0) scenario.onProgress?.(i / grid.count);
  }
  const spent = process.cpuUsage(before);
  return stepping.run((spent.user + spent.system) / 1e6);
}
