import { readFileSync } from 'node:fs';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

/** Schemas of the published OpenAPI document of the OpenAI API that answers are held against. */
export type PublishedName =
  | 'CreateChatCompletionResponse'
  | 'CreateChatCompletionStreamResponse'
  | 'CreateCompletionResponse'
  | 'CreateEmbeddingResponse'
  | 'Response'
  | 'ResponseStreamEvent'
  | 'Batch'
  | 'ListBatchesResponse'
  | 'OpenAIFile'
  | 'ListFilesResponse'
  | 'DeleteFileResponse'
  | 'ListModelsResponse'
  | 'Model'
  | 'ErrorResponse';

/** Where the document contradicts itself, and what it says elsewhere is what the API sends. */
const CONTRADICTIONS: readonly {
  readonly of: readonly PublishedName[];
  readonly at: RegExp;
  readonly value: (value: unknown) => boolean;
  readonly why: string;
}[] = [
  {
    of: ['CreateCompletionResponse'],
    at: /^\/(choices\/\d+\/finish_reason|usage)$/,
    value: (value) => value === null,
    why: 'pieces of a stream have the shape of a whole completion there, and no reason for an end before it; `stream_options` says that their usage is null',
  },
  {
    of: ['CreateEmbeddingResponse'],
    at: /^\/data\/\d+\/embedding$/,
    value: (value) => typeof value === 'string',
    why: '`encoding_format: base64` of the request makes it a text',
  },
  {
    of: ['Batch', 'ListBatchesResponse'],
    at: /^(\/data\/\d+)?\/(errors|(output|error)_file_id|(in_progress|finalizing|completed|failed|expired|cancelling|cancelled)_at)$/,
    value: (value) => value === null,
    why: 'the example of a batch has null for what it does not have yet',
  },
];

const ajv = new Ajv2020({ strict: false, allErrors: true, verbose: true, logger: false });
ajv.addSchema({
  $id: 'openai',
  ...JSON.parse(readFileSync(new URL('./fixtures/openai-schemas.json', import.meta.url), 'utf8')),
});

/** What the published schema says against a value, as `place: what is wrong`; empty when it is valid. */
export function againstPublished(name: PublishedName, value: unknown): string[] {
  const validate = ajv.getSchema(`openai#/${name}`);
  if (validate === undefined) throw new Error(`there is no published schema ${name}`);
  if (validate(value)) return [];
  return (validate.errors ?? []).filter((error) => !isKnown(name, error)).map(textOf);
}

function isKnown(name: PublishedName, { instancePath, data }: ErrorObject): boolean {
  return CONTRADICTIONS.some(({ of, at, value }) => of.includes(name) && at.test(instancePath) && value(data));
}

const textOf = ({ instancePath, message = '', data }: ErrorObject): string =>
  `${instancePath}: ${message}, not ${JSON.stringify(data)?.slice(0, 100)}`;
