import { type Failure, failure } from '../../engines/failure.ts';
import { isObject } from '../../engines/json.ts';
import { countTexts } from '../../engines/tokens.ts';
import { wrongTexts } from './completions.ts';
import { type ApiRequest, type Endpoint, isFailure } from './endpoint.ts';
import { type NumberField, tierOf, wrong, wrongModel, wrongNumber } from './fields.ts';
import { PlainRendering } from './plain.ts';

/** Most inputs of one request, as the API has it. */
const MOST_INPUTS = 2048;
const NUMBERS: readonly NumberField[] = [['dimensions', 1, 65_536, true]];

/** Checks the parsed body of an embeddings request. */
export function parseEmbeddings(body: unknown): ApiRequest | Failure {
  if (!isObject(body)) return failure('JW_REQUEST_JSON', { reason: 'it is not an object' });
  const found = wrongModel(body) ?? wrongTexts(body, 'input') ?? wrongNumber(body, NUMBERS);
  if (found !== null) return found;
  const { input, encoding_format: format = null } = body;
  if (Array.isArray(input) && typeof input[0] !== 'number' && input.length > MOST_INPUTS) {
    return wrong('input', `has ${input.length} inputs; the most is ${MOST_INPUTS}`);
  }
  if (format !== null && format !== 'float' && format !== 'base64') {
    return wrong('encoding_format', 'is neither float nor base64');
  }
  const tier = tierOf(body);
  if (isFailure(tier)) return tier;
  return {
    body,
    model: body['model'] as string,
    stream: false,
    includeUsage: false,
    class: tier.class,
    tier: tier.tier,
    maxTokens: 0,
    inputTokens: countTexts(input),
  };
}

export const embeddingsEndpoint: Endpoint = {
  path: '/embeddings',
  operation: 'embeddings',
  errors: 'openai',
  parse: parseEmbeddings,
  native: (request) => new PlainRendering(request, {}),
};
