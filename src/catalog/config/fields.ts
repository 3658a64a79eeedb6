import { fail } from '../../errors/error.ts';

/** A model's `config.json` by key, each figure under whichever of its names the family of models uses. */
export interface Fields {
  /** Family as the file says it: "qwen3_moe". */
  readonly type: string;
  /** The first of the keys that holds a number. */
  maybe(...keys: readonly string[]): number | undefined;
  /** The same, which must be there. @throws JW_MODEL_CONFIG naming the key */
  needed(about: string, ...keys: readonly string[]): number;
  flag(key: string): boolean | undefined;
  text(key: string): string | undefined;
  /** The first of the keys that holds a list. */
  list(...keys: readonly string[]): readonly unknown[] | undefined;
  /** A section of the file. */
  section(key: string): Fields | undefined;
  /** @throws JW_MODEL_CONFIG */
  refuse(reason: string): never;
}

type Section = Readonly<Record<string, unknown>>;

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sections in which models that also see or hear keep what they write with, and in which some keep parts of a layer. */
const NESTED = ['text_config', 'llm_config', 'language_config', 'thinker_config'] as const;
const PARTS = ['attn_config', 'ffn_config'] as const;

function flat(section: Section): Section {
  const nested = NESTED.map((key) => section[key]).find(isSection);
  if (nested !== undefined) return flat({ tie_word_embeddings: section['tie_word_embeddings'], ...nested });
  return Object.assign({}, ...PARTS.map((key) => section[key]).filter(isSection), section);
}

function fieldsOf(section: Section, name: string): Fields {
  const refuse = (reason: string) => fail('JW_MODEL_CONFIG', { name, reason });
  const first = <T>(keys: readonly string[], is: (value: unknown) => value is T): T | undefined =>
    keys.map((key) => section[key]).find(is);
  const maybe = (...keys: readonly string[]) =>
    first(keys, (value): value is number => typeof value === 'number' && Number.isFinite(value));
  return {
    type: typeof section['model_type'] === 'string' ? section['model_type'] : '',
    maybe,
    needed: (about, ...keys) => maybe(...keys) ?? refuse(`"${keys[0]}" is missing (${about})`),
    flag: (key) => first([key], (value) => typeof value === 'boolean'),
    text: (key) => first([key], (value) => typeof value === 'string'),
    list: (...keys) => first(keys, (value): value is readonly unknown[] => Array.isArray(value)),
    section: (key) => (isSection(section[key]) ? fieldsOf(section[key], name) : undefined),
    refuse,
  };
}

/** Reads what a `config.json` holds; `name` is what errors call it. @throws JW_MODEL_CONFIG for what is no object */
export function configFields(json: unknown, name: string): Fields {
  if (!isSection(json)) fail('JW_MODEL_CONFIG', { name, reason: 'it is no JSON object' });
  return fieldsOf(flat(json), name);
}
