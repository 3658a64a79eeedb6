import { loadCatalog } from '../../../src/catalog/load.ts';
import { type Point, predictAll } from '../../../src/components/inference/fixtures/measured.ts';
import { below, compare, type Row, skipped } from '../row.ts';
import { NO_DATA, type Suite, sharedData } from '../suite.ts';

const SOURCE = 'Argonne LLM-Inference-Bench, ML.ENERGY v2 and v3, AIConfigurator silicon samples, Splitwise';
const ID = 'INFERENCE';

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}
const ratios = (points: readonly Point[], of: 'throughput' | 'power') => points.flatMap((p) => p[of] ?? []);
const errors = (points: readonly Point[], of: 'throughput' | 'power') => ratios(points, of).map((r) => Math.abs(r - 1));

function run(): readonly Row[] {
  const folder = sharedData('compute/');
  const about = { id: ID, source: SOURCE };
  if (folder === undefined) return [skipped({ ...about, what: 'throughput and power' }, NO_DATA)];
  const all = predictAll(folder, loadCatalog().accelerators);
  const of = (source: string) => all.filter((p) => p.source === source);
  const error = (
    what: string,
    points: readonly Point[],
    limit: number,
    kind: 'throughput' | 'power' = 'throughput',
  ) => {
    const list = errors(points, kind);
    const text = `${kind}, ${what}, ${list.length} points: median of the error`;
    return below({ ...about, what: text, unit: '%' }, 100 * quantile(list, 0.5), limit);
  };
  const lean = (source: string) =>
    compare(
      { ...about, what: `throughput, ${source}: median of predicted over measured` },
      1,
      quantile(ratios(of(source), 'throughput'), 0.5),
      { abs: 0.12 },
    );
  const current = of('mlenergy-v3');
  return [
    error('all', all, 32),
    error('aiconfigurator-silicon', of('aiconfigurator-silicon'), 28),
    lean('aiconfigurator-silicon'),
    lean('argonne'),
    error('all', all, 22, 'power'),
    error('mlenergy-v3', current, 13, 'power'),
    below(
      { ...about, what: 'power, mlenergy-v3: nine in ten are better than', unit: '%' },
      100 * quantile(errors(current, 'power'), 0.9),
      36,
    ),
  ];
}

export const inference: Suite = {
  title: 'Inference against public measurements',
  about:
    'Throughput and accelerator power from the data sheets of chips and models alone. The six coefficients were fitted to these same points: nothing was held out (see the notes).',
  run,
};
