import { JoulewrightError } from '../../errors/error.ts';
import { checkText } from '../load.ts';
import type { Site } from '../site.ts';

/** What of the site may be said otherwise, as text of the site file. */
export interface TwoChipsText {
  /** Who serves chat, and who serves the archive: a key and its value. */
  readonly chat?: string;
  readonly archive?: string;
  readonly chatDemand?: string;
  /** Model on the second chip. */
  readonly model?: string;
}

const BOTH = 'deployments: [on-h200, on-ascend]';

/** A small site for tests on which one model runs on two unlike chips, each in a hall of its own. */
export function twoChipsText({
  chat = BOTH,
  archive = BOTH,
  chatDemand = '{ shape: consumer, peak: 100 req/s }',
  model = 'qwen3-32b',
}: TwoChipsText = {}): string {
  const hall = (id: string, kw: number) => `
  - id: ${id}
    cooling: { liquid_heat: ${kw} kW, air_heat: ${kw} kW }
    power_chain: { rated: ${2 * kw} kW, redundancy: N }`;
  return `version: 1
id: two-chips
name: Two chips
location: { latitude: 39.77 deg, longitude: 64.42 deg, elevation: 225 m, zone: Asia/Samarkand, country: UZ }
weather: { climate: bukhara }
money: { currency: USD, price_year: 2025 }
halls:${hall('hall-1', 30)}${hall('hall-2', 100)}
solar:
  - { id: pv, peak: 60 kWp }
battery:
  - { id: bess, energy: 120 kWh, power: 40 kW }
grid:
  - { id: grid, import_limit: 400 kW, tariff: uz-ai-zone }
pools:
  - { id: h200, hall: hall-1, accelerator: nvidia-h200-sxm, count: 8, capex: 340000 USD/node }
  - { id: ascend, hall: hall-2, accelerator: huawei-ascend-910c, count: 64, capex: 300000 USD/node }
deployments:
  - { id: on-h200, pool: h200, model: qwen3-32b, precision: fp8, replicas: 8 }
  - { id: on-ascend, pool: ascend, model: ${model}, precision: fp16, tensor_parallel: 4, replicas: 16 }
services:
  - id: chat
    kind: interactive
    ${chat}
    demand: ${chatDemand}
    lengths: { mix: azure-conversation }
    ttft: 3 s
    tpot: 100 ms
  - id: archive
    kind: batch
    ${archive}
    demand: { shape: flat, mean: 4 req/s }
    lengths: { input: 1500, output: 300 }
    deadline: 12 h
`;
}

/** The site of such a text. @throws JoulewrightError */
export function twoChips(text: TwoChipsText = {}): Site {
  const { site, faults } = checkText(twoChipsText(text), '/');
  if (site === undefined) throw new JoulewrightError(faults);
  return site;
}
