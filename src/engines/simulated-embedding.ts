import { random, seedFrom } from '../series/random.ts';
import type { EngineCall, JsonObject } from './contract.ts';

/** Length of a vector where the caller names none; a usual one among models of today. */
const DEFAULT_DIMENSIONS = 1024;

/** A unit vector that a text always gets: its direction is drawn with the text as the seed and says nothing of its meaning. */
export function simulatedVector(text: string, dimensions: number): Float32Array {
  const draw = random(seedFrom(text));
  const vector = new Float32Array(dimensions);
  let sum = 0;
  for (let i = 0; i < dimensions; i++) {
    const value = draw.next() * 2 - 1;
    vector[i] = value;
    sum += value * value;
  }
  const scale = sum === 0 ? 0 : 1 / Math.sqrt(sum);
  for (let i = 0; i < dimensions; i++) vector[i]! *= scale;
  return vector;
}

/** The inputs of an embeddings request: a text, texts, one list of tokens, or lists of tokens. */
function inputsOf(input: unknown): readonly string[] {
  if (!Array.isArray(input)) return [String(input)];
  if (typeof input[0] === 'number') return [input.join(' ')];
  return input.map((one: unknown) => (Array.isArray(one) ? one.join(' ') : String(one)));
}

/** The whole answer of the simulated engine to an embeddings request; it says that it is simulated. */
export function embedSimulated({ body, model, inputTokens }: EngineCall): JsonObject {
  const asked = body['dimensions'];
  const dimensions = typeof asked === 'number' ? asked : DEFAULT_DIMENSIONS;
  const inBase64 = body['encoding_format'] === 'base64';
  const data = inputsOf(body['input']).map((text, index) => {
    const vector = simulatedVector(text, dimensions);
    const embedding = inBase64 ? Buffer.from(vector.buffer).toString('base64') : Array.from(vector);
    return { object: 'embedding', index, embedding };
  });
  const usage = { prompt_tokens: inputTokens, total_tokens: inputTokens };
  return { object: 'list', data, model, usage, joulewright: { simulated: true } };
}
