import type { Directive } from '../control/contract.ts';
import type { Expected } from '../engines/contract.ts';
import type { EngineConfig } from '../engines/create.ts';
import type { ModelEntry } from '../gateway/contract.ts';
import type { ServerEngine } from '../site/engineSection.ts';
import { revealSecret } from '../site/secret.ts';
import type { Deployment, Site } from '../site/site.ts';

const NOTHING: Expected = { queueS: 0, prefillSPerToken: 0, tpotS: 0, prefillJPerToken: 0, decodeJPerToken: 0 };
const DEFAULT_SLOTS = 4;
const DEFAULT_CONTEXT = 4096;

/** Ids of a deployment's engines: its own where one serves it, numbered where several do, and the hosted one that helps out. */
export function engineIds({ id, engine }: Deployment): string[] {
  if (!('urls' in engine)) return [id];
  const ids = engine.urls.length === 1 ? [id] : engine.urls.map((_url, i) => `${id}-${i + 1}`);
  return engine.overflow === undefined ? ids : [...ids, `${id}-overflow`];
}

/** Everything that answers for a site, as the gateway process needs it. Throws JW_SECRET_UNSET. */
export function engineConfigs(site: Site, directive: Directive | undefined): EngineConfig[] {
  return site.deployments.flatMap((deployment): EngineConfig[] => {
    const { engine, id, model } = deployment;
    const expected = directive?.engines.find((order) => order.id === id)?.expected;
    if (engine.kind === 'simulated') {
      const service = site.services.find((s) => s.deployments.includes(id));
      const outputTokens = service?.profile.outputTokens.map((n) => Math.max(1, Math.round(n)));
      const lengths = outputTokens === undefined ? {} : { outputTokens };
      const prefixHitShare = service?.profile.prefixHitShare;
      const hits = prefixHitShare === undefined ? {} : { prefixHitShare };
      return [{ kind: 'simulated', id, model, expected: expected ?? NOTHING, ...lengths, ...hits }];
    }
    const known = expected === undefined ? {} : { expected };
    if (engine.kind === 'gguf') {
      const { kind, file, slots = DEFAULT_SLOTS, contextTokens = DEFAULT_CONTEXT } = engine;
      return [{ kind, id, model, file, slots, contextTokens, ...known }];
    }
    return serverConfigs(deployment, engine, known);
  });
}

function serverConfigs(
  deployment: Deployment,
  engine: ServerEngine,
  known: { readonly expected?: Expected },
): EngineConfig[] {
  const { id, model } = deployment;
  const { kind, urls, overflow, slots, metrics, firstByteS, answerS, idleS } = engine;
  const timeouts = {
    ...(firstByteS === undefined ? {} : { firstByteMs: Math.round(firstByteS * 1000) }),
    ...(answerS === undefined ? {} : { answerMs: Math.round(answerS * 1000) }),
    ...(idleS === undefined ? {} : { idleMs: Math.round(idleS * 1000) }),
  };
  const ids = engineIds(deployment);
  const own = urls.map(
    (url, i): EngineConfig => ({
      kind: 'openai',
      id: ids[i]!,
      deployment: id,
      model: engine.model ?? model,
      url,
      adapter: kind,
      mayRest: engine.sleep,
      ...(deployment.discardsWeights === true ? { discardsWeights: true } : {}),
      timeouts,
      ...(slots === undefined ? {} : { slots }),
      ...(metrics === undefined ? {} : { metricsUrl: metrics }),
      ...(engine.apiKey === undefined ? {} : { apiKey: revealSecret(engine.apiKey) }),
      ...known,
    }),
  );
  if (overflow === undefined) return own;
  const { url, place, apiKey } = overflow;
  const key = apiKey === undefined ? {} : { apiKey: revealSecret(apiKey) };
  const hosted = { url, outside: place, timeouts, deployment: `${id}-overflow`, model: overflow.model, ...key };
  return [...own, { kind: 'openai', id: `${id}-overflow`, ...hosted }];
}

/**
 * Names that callers may use: each model (any deployment that has it may answer), each deployment, and each service with what
 * its callers were promised.
 */
export function modelNames(site: Site): readonly ModelEntry[] {
  const names = new Map<string, ModelEntry>();
  const idsOf = (id: string): string[] => site.deployments.filter((d) => d.id === id).flatMap(engineIds);
  for (const d of site.deployments) {
    const engines = site.deployments.filter(({ model }) => model === d.model).flatMap(engineIds);
    if (!names.has(d.model)) names.set(d.model, { name: d.model, engines });
  }
  for (const d of site.deployments) if (!names.has(d.id)) names.set(d.id, { name: d.id, engines: engineIds(d) });
  for (const { profile, deployments } of site.services) {
    const { id: name, ttftS, tpotS } = profile;
    if (!names.has(name)) names.set(name, { name, engines: deployments.flatMap(idsOf), target: { ttftS, tpotS } });
  }
  for (const { id: name, deployment, adapter } of site.gateway.models) {
    const parent = site.deployments.find(({ id }) => id === deployment)?.model;
    const more = adapter === undefined || parent === undefined ? {} : { upstream: adapter, parent };
    names.set(name, { name, engines: idsOf(deployment), ...more });
  }
  return [...names.values()];
}
