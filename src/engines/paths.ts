/**
 * Paths of inference that OpenAI-compatible engines serve besides chat completions, from the route tables of vLLM, SGLang,
 * llama.cpp's server and Infinity; each engine has some of them, and says 404 for the others. Paths that steer an engine
 * (`/load_lora_adapter`, `/sleep`) are not among them and never will be: what faces users must not.
 */
export const RELAYED_PATHS: readonly string[] = [
  '/audio/speech',
  '/audio/transcriptions',
  '/audio/translations',
  '/classify',
  '/images/edits',
  '/images/generations',
  '/images/variations',
  '/moderations',
  '/pooling',
  '/rerank',
  '/score',
];

/** What an engine with an OpenAI-compatible API is taken to serve while nothing more is known of it. */
export const OPENAI_PATHS: ReadonlySet<string> = new Set([
  '/chat/completions',
  '/completions',
  '/embeddings',
  ...RELAYED_PATHS,
]);
