import type { Command } from './command.ts';
import { audit } from './commands/audit.ts';
import { backup } from './commands/backup.ts';
import { calc } from './commands/calc.ts';
import { calibrate } from './commands/calibrate.ts';
import { catalog } from './commands/catalog.ts';
import { check } from './commands/check.ts';
import { compare } from './commands/compare.ts';
import { init } from './commands/init.ts';
import { keys } from './commands/keys.ts';
import { levels } from './commands/levels.ts';
import { operate } from './commands/operate.ts';
import { plan } from './commands/plan.ts';
import { predict } from './commands/predict.ts';
import { replay } from './commands/replay.ts';
import { restore } from './commands/restore.ts';
import { run } from './commands/run.ts';
import { simulate } from './commands/simulate.ts';
import { tenants } from './commands/tenants.ts';
import { usage } from './commands/usage.ts';
import { weather } from './commands/weather.ts';

/** The verbs, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  init,
  check,
  plan,
  simulate,
  run,
  operate,
  tenants,
  keys,
  usage,
  audit,
  backup,
  restore,
  predict,
  compare,
  calibrate,
  levels,
  replay,
  calc,
  catalog,
  weather,
];
