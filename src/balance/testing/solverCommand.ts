/**
 * Stands for a solver of the user's own, as a program: reads a model in MPS and writes a solution file as HiGHS does.
 *
 *   node solverCommand.ts MODEL SOLUTION [fail|infeasible|wrong]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { highs } from '../highs.ts';

const [model = '', solution = '', how = ''] = process.argv.slice(2);
if (how === 'fail') {
  process.stderr.write('no licence\n');
  process.exit(3);
}
const solver = await highs();
solver.withModel({ format: 'mps', data: readFileSync(model) }, (held) => {
  held.options.set({ output_flag: false });
  held.run();
  const text = held.exportSolution();
  writeFileSync(solution, how === 'wrong' ? text.replaceAll(/^(\S+ )\d\S*$/gm, '$11e6') : text);
});
