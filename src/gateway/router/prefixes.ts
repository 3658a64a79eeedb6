import type { JsonObject } from '../../engines/contract.ts';
import { isObject } from '../../engines/json.ts';
import { CHARS_PER_TOKEN } from '../../engines/tokens.ts';

/** Characters of a block: 64 tokens or so, four blocks of 16 as vLLM caches them. */
const BLOCK_CHARS = 256;
/** Blocks of a prompt that are looked at: 64 k characters. */
const MOST_BLOCKS = 256;
/** Blocks that are remembered per engine; the oldest are forgotten. */
const REMEMBERED = 65_536;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Tokens of the leading blocks that two prompts share, when `blocks` of them do. */
export const blockTokens = (blocks: number): number => (blocks * BLOCK_CHARS) / CHARS_PER_TOKEN;

/**
 * Hashes of a chat's leading blocks, each of everything up to its end; what is left over at the end is no block. Prompts that
 * begin alike begin with the same hashes, as engines cache them (by blocks, from the start).
 */
export function chatPrefix(messages: readonly unknown[]): Float64Array {
  let text = '';
  for (const message of messages) {
    if (!isObject(message)) continue;
    const content = message['content'];
    text += `\u0001${String(message['role'])}\u0002${typeof content === 'string' ? content : JSON.stringify(content)}`;
    if (text.length >= BLOCK_CHARS * MOST_BLOCKS) break;
  }
  return textPrefix(text);
}

/** The same of a request body: its chat, its prompt, or its input. */
export function bodyPrefix({ messages, prompt, input }: JsonObject): Float64Array {
  if (Array.isArray(messages)) return chatPrefix(messages);
  if (typeof prompt === 'string') return textPrefix(prompt);
  if (Array.isArray(input)) return chatPrefix(input);
  return typeof input === 'string' ? textPrefix(input) : new Float64Array(0);
}

/** The same of a plain prompt. */
export function textPrefix(text: string): Float64Array {
  const blocks = Math.min(MOST_BLOCKS, Math.floor(text.length / BLOCK_CHARS));
  const hashes = new Float64Array(blocks);
  // Two 32-bit FNV-1a hashes side by side make chance meetings as rare as 53 bits do
  let a = FNV_OFFSET;
  let b = FNV_OFFSET ^ 0x5bd1e995;
  for (let block = 0; block < blocks; block++) {
    const end = (block + 1) * BLOCK_CHARS;
    for (let at = block * BLOCK_CHARS; at < end; at++) {
      const code = text.charCodeAt(at);
      a = Math.imul(a ^ code, FNV_PRIME);
      b = Math.imul(b ^ (code + at), FNV_PRIME);
    }
    hashes[block] = (a >>> 0) * 0x200000 + (b >>> 11);
  }
  return hashes;
}

/** What one engine was sent lately, and so probably still holds in its prefix cache. */
export class PrefixMemory {
  readonly #blocks = new Map<number, true>();

  /** How many leading blocks of a prompt the engine has seen. */
  seen(prefix: Float64Array): number {
    let blocks = 0;
    while (blocks < prefix.length && this.#blocks.has(prefix[blocks]!)) blocks++;
    return blocks;
  }

  remember(prefix: Float64Array): void {
    for (const hash of prefix) {
      this.#blocks.delete(hash);
      this.#blocks.set(hash, true);
    }
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= REMEMBERED) break;
      this.#blocks.delete(oldest);
    }
  }

  /** The engine has lost its cache. */
  clear(): void {
    this.#blocks.clear();
  }
}
