/** A site file of one small pool that serves chat and a little batch: two or three replicas at work. */
export const SMALL_POOL = `
version: 1
id: small
name: A pool of few replicas
seed: 1
location: { latitude: 39.77 deg, longitude: 64.42 deg, elevation: 225 m, zone: Asia/Samarkand, country: UZ }
weather: { climate: bukhara, seed: 1 }
money: { currency: USD, price_year: 2025 }
feeders: [{ id: main, limit: 200 kW }]
halls:
  - id: hall
    feeder: main
    cooling: { liquid_heat: 40 kW, air_heat: 20 kW, supply: 40 °C }
    power_chain: { rated: free, redundancy: N, ups: eco }
solar: [{ id: pv, peak: { max: 200 kWp }, tilt: 33 deg }]
grid: [{ id: grid, feeder: main, import_limit: 100 kW, tariff: uz-legal-2025, fx: { rate: 12010 UZS/USD, date: 2025-12-23 } }]
pools: [{ id: h100, hall: hall, accelerator: nvidia-h100-sxm-80gb, count: { max: 48 }, capex: 320000 USD/node }]
deployments: [{ id: llm, pool: h100, model: llama-3.3-70b-instruct, precision: fp8, tensor_parallel: 4, replicas: free }]
services:
  - { id: chat, kind: interactive, deployment: llm, demand: { shape: consumer, mean: 12 req/s }, lengths: { mix: azure-conversation }, ttft: 2 s, tpot: 100 ms }
  - { id: archive, kind: batch, deployment: llm, demand: { shape: office, mean: 4 req/s }, lengths: { input: 1500, output: 300 }, deadline: 24 h }
gateway: { host: 127.0.0.1, port: 8787 }
bounds: { mode: control, supply_max: 45 °C }
`;
