import { writeFileSync } from 'node:fs';
import { random } from '../../src/series/random.ts';

/*
 * Writes a tiny random model of the Llama architecture as a GGUF file (version 3), so that a real engine can be tested
 * without any download. Its answers are nonsense of English-looking words. Layout by the GGUF specification of ggml.
 */

const U32 = 4;
const F32 = 6;
const BOOL = 7;
const STRING = 8;
const ARRAY = 9;
const I32 = 5;
const ALIGNMENT = 32;

const WIDTH = 64;
const HEADS = 4;
const LAYERS = 2;
const FEED = 128;
const CONTEXT = 2048;
/** Types of tokens: 1 = text, 2 = unknown, 3 = control, 6 = byte. */
const TEXT = 1;

class Writer {
  readonly parts: Buffer[] = [];
  bytes = 0;

  raw(part: Buffer): void {
    this.parts.push(part);
    this.bytes += part.length;
  }

  u32(value: number): void {
    const part = Buffer.alloc(4);
    part.writeUInt32LE(value);
    this.raw(part);
  }

  u64(value: number): void {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(value));
    this.raw(part);
  }

  f32(value: number): void {
    const part = Buffer.alloc(4);
    part.writeFloatLE(value);
    this.raw(part);
  }

  text(value: string): void {
    const part = Buffer.from(value);
    this.u64(part.length);
    this.raw(part);
  }

  pad(): void {
    const rest = this.bytes % ALIGNMENT;
    if (rest > 0) this.raw(Buffer.alloc(ALIGNMENT - rest));
  }
}

type Value =
  | { readonly u32: number }
  | { readonly f32: number }
  | { readonly bool: boolean }
  | { readonly text: string }
  | { readonly texts: readonly string[] }
  | { readonly f32s: readonly number[] }
  | { readonly i32s: readonly number[] };

function write(out: Writer, value: Value): void {
  if ('u32' in value) {
    out.u32(U32);
    out.u32(value.u32);
  } else if ('f32' in value) {
    out.u32(F32);
    out.f32(value.f32);
  } else if ('bool' in value) {
    out.u32(BOOL);
    out.raw(Buffer.from([value.bool ? 1 : 0]));
  } else if ('text' in value) {
    out.u32(STRING);
    out.text(value.text);
  } else if ('texts' in value) {
    out.u32(ARRAY);
    out.u32(STRING);
    out.u64(value.texts.length);
    for (const text of value.texts) out.text(text);
  } else if ('f32s' in value) {
    out.u32(ARRAY);
    out.u32(F32);
    out.u64(value.f32s.length);
    for (const number of value.f32s) out.f32(number);
  } else {
    out.u32(ARRAY);
    out.u32(I32);
    out.u64(value.i32s.length);
    for (const number of value.i32s) out.u32(number);
  }
}

const WORDS = 'site sun wind heat power grid battery water token rack hall cold warm day night load peak meter'.split(
  ' ',
);

/** Tokens, scores and types: unknown, begin, end, all bytes, printable characters, and some words with a space before them. */
function vocabulary(): { tokens: string[]; scores: number[]; types: number[] } {
  const tokens = ['<unk>', '<s>', '</s>'];
  const types = [2, 3, 3];
  for (let byte = 0; byte < 256; byte++) {
    tokens.push(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
    types.push(6);
  }
  for (let code = 33; code < 127; code++) {
    tokens.push(String.fromCharCode(code));
    types.push(TEXT);
  }
  tokens.push('▁');
  types.push(TEXT);
  for (const word of WORDS) {
    tokens.push(`▁${word}`);
    types.push(TEXT);
  }
  return { tokens, types, scores: tokens.map((_token, i) => -i) };
}

const TEMPLATE =
  "{% for message in messages %}{{ message['role'] + ': ' + message['content'] + '\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ 'assistant: ' }}{% endif %}";

/** Writes the model, about 500 kB; the same seed gives the same file. */
export function writeTinyGguf(file: string, seed = 7): void {
  const source = random(seed);
  const { tokens, scores, types } = vocabulary();
  const keys: Record<string, Value> = {
    'general.architecture': { text: 'llama' },
    'general.name': { text: 'tiny-random' },
    'llama.vocab_size': { u32: tokens.length },
    'llama.context_length': { u32: CONTEXT },
    'llama.embedding_length': { u32: WIDTH },
    'llama.block_count': { u32: LAYERS },
    'llama.feed_forward_length': { u32: FEED },
    'llama.attention.head_count': { u32: HEADS },
    'llama.attention.head_count_kv': { u32: HEADS },
    'llama.attention.layer_norm_rms_epsilon': { f32: 1e-5 },
    'llama.rope.dimension_count': { u32: WIDTH / HEADS },
    'tokenizer.ggml.model': { text: 'llama' },
    'tokenizer.ggml.tokens': { texts: tokens },
    'tokenizer.ggml.scores': { f32s: scores },
    'tokenizer.ggml.token_type': { i32s: types },
    'tokenizer.ggml.bos_token_id': { u32: 1 },
    'tokenizer.ggml.eos_token_id': { u32: 2 },
    'tokenizer.ggml.unknown_token_id': { u32: 0 },
    'tokenizer.ggml.add_bos_token': { bool: true },
    'tokenizer.chat_template': { text: TEMPLATE },
  };
  /** Name and dimensions, the fastest first; null = random weights, a number = all the same. */
  const tensors: [name: string, dims: number[], fill: number | null][] = [
    ['token_embd.weight', [WIDTH, tokens.length], null],
    ['output_norm.weight', [WIDTH], 1],
    ['output.weight', [WIDTH, tokens.length], null],
  ];
  for (let layer = 0; layer < LAYERS; layer++) {
    const name = `blk.${layer}`;
    tensors.push([`${name}.attn_norm.weight`, [WIDTH], 1], [`${name}.ffn_norm.weight`, [WIDTH], 1]);
    for (const part of ['attn_q', 'attn_k', 'attn_v', 'attn_output']) {
      tensors.push([`${name}.${part}.weight`, [WIDTH, WIDTH], null]);
    }
    tensors.push([`${name}.ffn_gate.weight`, [WIDTH, FEED], null], [`${name}.ffn_up.weight`, [WIDTH, FEED], null]);
    tensors.push([`${name}.ffn_down.weight`, [FEED, WIDTH], null]);
  }
  const out = new Writer();
  out.raw(Buffer.from('GGUF'));
  out.u32(3);
  out.u64(tensors.length);
  out.u64(Object.keys(keys).length);
  for (const [key, value] of Object.entries(keys)) {
    out.text(key);
    write(out, value);
  }
  let offset = 0;
  const sizes = tensors.map(([, dims]) => dims.reduce((a, b) => a * b, 1));
  tensors.forEach(([name, dims], i) => {
    out.text(name);
    out.u32(dims.length);
    for (const dim of dims) out.u64(dim);
    // 0 = 32-bit floats
    out.u32(0);
    out.u64(offset);
    offset += Math.ceil((sizes[i]! * 4) / ALIGNMENT) * ALIGNMENT;
  });
  out.pad();
  tensors.forEach(([name, , fill], i) => {
    const data = new Float32Array(sizes[i]!);
    for (let at = 0; at < data.length; at++) {
      // Tokens that are no text get no weight of their own, so that answers are mostly made of text
      const plain = name !== 'output.weight' || types[Math.floor(at / WIDTH)] === TEXT;
      const scale = name === 'output.weight' ? 1.2 : 0.4;
      data[at] = fill ?? (plain ? (source.next() - 0.5) * scale : 0);
    }
    out.raw(Buffer.from(data.buffer));
    out.pad();
  });
  writeFileSync(file, Buffer.concat(out.parts));
}
