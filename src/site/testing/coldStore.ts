import { JoulewrightError } from '../../errors/error.ts';
import { checkText } from '../load.ts';
import type { Site } from '../site.ts';

/** What of the site may be said otherwise, as text of the site file. */
export interface ColdStoreText {
  /** Tank of chilled water, as `80 m3`; none when left out. */
  readonly store?: string;
  /** Battery: energy and power. */
  readonly battery?: string;
}

/** A small site for tests: one air-cooled hall at Bukhara that serves a steady demand from the grid. */
export function coldStore({ store, battery = 'energy: 60 kWh, power: 30 kW' }: ColdStoreText = {}): Site {
  const tank = store === undefined ? '' : `, store: ${store}`;
  const text = `version: 1
id: cold-store
name: Cold store
location: { latitude: 39.77 deg, longitude: 64.42 deg, elevation: 225 m, zone: Asia/Samarkand, country: UZ }
weather: { climate: bukhara }
money: { currency: USD, price_year: 2025 }
halls:
  - id: hall
    cooling: { liquid_heat: 0 kW, air_heat: 40 kW${tank} }
    power_chain: { rated: 110 kW, redundancy: N }
battery:
  - { id: bess, ${battery} }
grid:
  - { id: grid, import_limit: 300 kW, tariff: uz-ai-zone }
pools:
  - { id: ascend, hall: hall, accelerator: huawei-ascend-910b, count: 128, capex: 160000 USD/node }
deployments:
  - { id: code-32b, pool: ascend, model: qwen3-32b, precision: fp16, tensor_parallel: 4, replicas: 32 }
services:
  - id: code
    kind: interactive
    deployment: code-32b
    demand: { shape: flat, mean: 20 req/s }
    lengths: { mix: azure-code }
    ttft: 3 s
    tpot: 200 ms
`;
  const { site, faults } = checkText(text, process.cwd());
  if (site === undefined) throw new JoulewrightError(faults);
  return site;
}
