import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../catalog/load.ts';
import { shippedCalibration } from '../components/inference/predict/calibrationFile.ts';
import { Predictor } from '../components/inference/predict/predict.ts';
import { parseCsv } from '../series/csv.ts';
import { measurementsOf } from './read.ts';
import { predictTable } from './table.ts';
import { updateCalibration } from './update.ts';

const catalog = loadCatalog();
const shipped = shippedCalibration();
const HEAD = 'id,accelerator,model,precision,engine,count,tp,batch,input_tokens,output_tokens,year,throughput_tok_s';
const row = (id: string, chip: string, batch: number, measured = '') =>
  `${id},${chip},meta-llama/Llama-3.1-8B-Instruct,fp16,vllm,1,1,${batch},1000,500,2025,${measured}`;
const table = (...rows: string[]) => parseCsv([HEAD, ...rows].join('\n'), 'points.csv');
const predicted = (text: string) => {
  const { columns, rows } = parseCsv(text, 'out.csv');
  return rows.map((cells) => Object.fromEntries(columns.map((name, k) => [name, cells[k]!])));
};

describe('a predicted table', () => {
  it('keeps rows, order and cells, and says why a row has no prediction', () => {
    const given = table(
      row('a', 'nvidia-h100-sxm-80gb', 16),
      row('b', 'nvidia-h1000', 16),
      'c,"odd, quoted ""cell""",x',
      row('d', 'nvidia-h100-sxm-80gb', 64),
    );
    const result = predictTable(given, catalog, new Predictor(shipped));
    const rows = predicted(result.text);
    expect(rows.map((r) => r['id'])).toEqual(['a', 'b', 'c', 'd']);
    expect(result.predicted).toBe(2);
    expect(rows[1]!['reason']).toMatch(/nvidia-h1000/);
    expect(rows[2]!['accelerator']).toBe('odd, quoted "cell"');
    expect(rows[1]!['predicted_throughput_tok_s']).toBe('');
    for (const r of [rows[0]!, rows[3]!]) {
      for (const what of ['throughput_tok_s', 'power_w', 'energy_j_per_output_token', 'ttft_ms', 'tpot_ms']) {
        const [low, value, high] = ['_low', '', '_high'].map((end) => Number(r[`predicted_${what}${end}`]));
        expect(low).toBeGreaterThan(0);
        expect(low).toBeLessThan(value!);
        expect(value).toBeLessThan(high!);
      }
    }
    expect(Number(rows[3]!['predicted_throughput_tok_s'])).toBeGreaterThan(
      Number(rows[0]!['predicted_throughput_tok_s']),
    );
  });

  it('is wider for a chip that nobody measured', () => {
    const width = (predictor: Predictor) => {
      const r = predicted(predictTable(table(row('a', 'nvidia-h100-sxm-80gb', 32)), catalog, predictor).text)[0]!;
      return Number(r['predicted_throughput_tok_s_high']) / Number(r['predicted_throughput_tok_s_low']);
    };
    const seen = width(new Predictor(shipped));
    expect(width(new Predictor({ ...shipped, chips: [] }))).toBeGreaterThan(seen);
  });

  it('moves with one measurement of its chip, more with ten, and hardly for other chips', () => {
    const at = (calibration: typeof shipped, chip: string) =>
      Number(
        predicted(predictTable(table(row('a', chip, 32)), catalog, new Predictor(calibration)).text)[0]![
          'predicted_throughput_tok_s'
        ],
      );
    const before = at(shipped, 'nvidia-l40s');
    const measure = (count: number) =>
      measurementsOf(
        table(
          ...Array.from({ length: count }, (_, k) =>
            row(`m${k}`, 'nvidia-l40s', 16 + k, String(before * (1.4 + k * 1e-6))),
          ),
        ),
        catalog,
      ).measured;
    const one = at(updateCalibration(shipped, measure(1)), 'nvidia-l40s');
    const ten = at(updateCalibration(shipped, measure(10)), 'nvidia-l40s');
    expect(one).toBeGreaterThan(before * 1.05);
    expect(ten).toBeGreaterThan(one);
    expect(at(updateCalibration(shipped, measure(10)), 'amd-mi300x')).toBeLessThan(1.03 * at(shipped, 'amd-mi300x'));
  });
});
