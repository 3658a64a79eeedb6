import { describe, expect, it } from 'vitest';
import { tidyAnswer, tidyChunk } from './chat.ts';

const identity = { id: 'chatcmpl-1', created: 5, model: 'm' };

describe('tidyAnswer', () => {
  it('fills in what engines leave out', () => {
    const answer = { choices: [{ message: { content: 'hi' } }] };
    expect(tidyAnswer(answer, identity)).toBe('');
    expect(answer).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 5,
      model: 'm',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          logprobs: null,
          message: { role: 'assistant', content: 'hi', refusal: null },
        },
      ],
    });
  });

  it('says what is no answer', () => {
    for (const odd of [null, 'x', [], {}, { choices: [] }, { choices: [3] }, { choices: [{ text: 'a' }] }]) {
      expect(tidyAnswer(odd, identity)).not.toBe('');
    }
    expect(tidyAnswer({ choices: [{ message: { content: 7 } }] }, identity)).toContain('not text');
  });
});

describe('tidyChunk', () => {
  const full = { id: 'a', object: 'chat.completion.chunk', created: 1, model: 'x' };

  it('leaves a whole chunk alone', () => {
    const chunk = { ...full, choices: [{ index: 0, delta: {}, finish_reason: null }] };
    expect(tidyChunk(chunk, identity)).toBe('as sent');
    expect(tidyChunk({ ...full, choices: [] }, identity)).toBe('as sent');
  });

  it('fills in what is missing and says so', () => {
    const chunk = { choices: [{}] };
    expect(tidyChunk(chunk, identity)).toBe('changed');
    expect(chunk).toMatchObject({ ...identity, choices: [{ index: 0, delta: {}, finish_reason: null }] });
  });

  it('says what is no chunk', () => {
    for (const odd of [null, 1, [], {}, { choices: 'a' }, { choices: [1] }, { choices: [{ delta: 'a' }] }]) {
      expect(tidyChunk(odd, identity)).toMatchObject({ wrong: expect.any(String) });
    }
  });
});
