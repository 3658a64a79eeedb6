import type { ModelRow } from './catalog.ts';
import { type Cells, known, readTable } from './table.ts';

const COLUMNS = [
  'id',
  'hub',
  'family',
  'kind',
  'totalParamsB',
  'activeParamsB',
  'layers',
  'hidden',
  'intermediate',
  'heads',
  'kvHeads',
  'headDim',
  'vocab',
  'context',
  'experts',
  'activeExperts',
  'expertParamsB',
  'sharedExperts',
  'denseLayers',
  'latentRank',
  'latentRopeDim',
  'windowTokens',
  'windowLayers',
  'windowKvBytesPerToken',
  'linearLayers',
  'linearStateBytes',
  'kvBytesPerToken',
  'licence',
  'year',
  'confidence',
  'source',
] as const;

/** Figures of one thing come together or not at all. */
function together(c: Cells, column: string, figures: readonly (number | undefined)[]): void {
  const given = figures.filter((figure) => figure !== undefined).length;
  if (given !== 0 && given !== figures.length) c.wrong(column, 'the figures that belong to it come together');
}

function moeOf(c: Cells): ModelRow['moe'] {
  const experts = c.number('experts', 2, 4096, 'whole');
  const active = c.number('activeExperts', 1, 256, 'whole');
  const expertParamsB = c.number('expertParamsB', 0.01, 5000);
  together(c, 'experts', [experts, active, expertParamsB]);
  if (experts === undefined || active === undefined || expertParamsB === undefined) return undefined;
  if (active > experts) c.wrong('activeExperts', 'a token cannot use more experts than there are');
  const sharedExperts = c.number('sharedExperts', 0, 64, 'whole');
  return known({
    experts,
    active,
    expertParamsB,
    sharedExperts,
    denseLayers: c.number('denseLayers', 0, 500, 'whole'),
  });
}

function mlaOf(c: Cells): ModelRow['mla'] {
  const rank = c.number('latentRank', 16, 4096, 'whole');
  const ropeDim = c.number('latentRopeDim', 0, 1024, 'whole');
  together(c, 'latentRank', [rank, ropeDim]);
  return rank === undefined || ropeDim === undefined ? undefined : { rank, ropeDim };
}

function windowOf(c: Cells): ModelRow['window'] {
  const tokens = c.number('windowTokens', 16, 1e6, 'whole');
  const layers = c.number('windowLayers', 1, 500, 'whole');
  const kvBytesPerToken = c.number('windowKvBytesPerToken', 1, 1e8);
  together(c, 'windowTokens', [tokens, layers, kvBytesPerToken]);
  if (tokens === undefined || layers === undefined || kvBytesPerToken === undefined) return undefined;
  return { tokens, layers, kvBytesPerToken };
}

function linearOf(c: Cells): ModelRow['linear'] {
  const layers = c.number('linearLayers', 0, 500, 'whole');
  const stateBytes = c.number('linearStateBytes', 1, 1e10);
  together(c, 'linearLayers', [layers, stateBytes]);
  return layers === undefined || stateBytes === undefined ? undefined : { layers, stateBytes };
}

function modelOf(c: Cells): ModelRow {
  const totalParamsB = c.number('totalParamsB', 0.01, 5000);
  const row: ModelRow = known({
    id: c.text('id'),
    hub: c.maybeText('hub'),
    family: c.text('family'),
    kind: c.choice('kind', ['text', 'multimodal', 'embedding', 'speech', 'encoder-decoder']),
    totalParamsB,
    activeParamsB: c.number('activeParamsB', 0.01, 5000) ?? totalParamsB,
    layers: c.number('layers', 1, 500, 'whole'),
    hidden: c.number('hidden', 16, 65_536, 'whole'),
    intermediate: c.number('intermediate', 16, 500_000, 'whole'),
    heads: c.number('heads', 1, 1024, 'whole'),
    kvHeads: c.number('kvHeads', 1, 1024, 'whole'),
    headDim: c.number('headDim', 8, 1024, 'whole'),
    vocab: c.number('vocab', 16, 1e7, 'whole'),
    context: c.number('context', 16, 20_000_000, 'whole'),
    moe: moeOf(c),
    mla: mlaOf(c),
    window: windowOf(c),
    linear: linearOf(c),
    kvBytesPerToken: c.number('kvBytesPerToken', 0, 1e8),
    licence: c.maybeText('licence'),
    year: c.number('year', 2015, 2040, 'whole'),
    confidence: c.choice('confidence', ['A', 'B', 'C', 'D']),
    source: c.text('source'),
  });
  if ((row.activeParamsB ?? 0) > (row.totalParamsB ?? Number.POSITIVE_INFINITY))
    c.wrong('activeParamsB', 'is part of totalParamsB');
  if (row.moe !== undefined && row.moe.expertParamsB >= (row.totalParamsB ?? Number.POSITIVE_INFINITY))
    c.wrong('expertParamsB', 'is part of totalParamsB');
  return row;
}

/** Reads the table of models. @throws JW_CATALOG with every fault at its line */
export function readModels(text: string, file: string): ReadonlyMap<string, ModelRow> {
  return readTable(text, file, COLUMNS, modelOf);
}
