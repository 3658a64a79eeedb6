import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChat } from './chat.ts';
import { isFailure } from './endpoint.ts';

const sound = { model: 'm', messages: [{ role: 'user', content: 'x' }] };

describe('parseChat', () => {
  it('reads what the gateway needs', () => {
    const body = {
      ...sound,
      stream: true,
      stream_options: { include_usage: true },
      service_tier: 'flex',
      max_tokens: 5,
      max_completion_tokens: 6,
      tools: [{ anything: 1 }],
    };
    expect(parseChat(body)).toEqual({
      body,
      model: 'm',
      stream: true,
      includeUsage: true,
      class: 'flex',
      tier: 'flex',
      maxTokens: 6,
      inputTokens: 5,
    });
  });

  it('has defaults, and takes null for absent', () => {
    const nulls = { max_tokens: null, n: null, stop: null, stream: null, stream_options: null, service_tier: null };
    const wanted = { stream: false, includeUsage: false, class: 'default', tier: null, maxTokens: null };
    expect(parseChat(sound)).toMatchObject(wanted);
    expect(parseChat({ ...sound, ...nulls })).toMatchObject(wanted);
    expect(parseChat({ ...sound, service_tier: 'auto' })).toMatchObject({ class: 'default', tier: 'default' });
  });

  it('takes an assistant that only called tools, and the tool’s answer', () => {
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: {} },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'tool', content: 'y', tool_call_id: 'z' },
    ];
    expect(isFailure(parseChat({ model: 'm', messages }))).toBe(false);
  });

  it('never throws, whatever JSON comes, and names the field of a wrong one', () => {
    const anyField = fc.record(
      {
        model: fc.jsonValue(),
        messages: fc.oneof(fc.jsonValue(), fc.array(fc.record({ role: fc.jsonValue(), content: fc.jsonValue() }))),
        stop: fc.jsonValue(),
        stream: fc.jsonValue(),
        stream_options: fc.jsonValue(),
        max_tokens: fc.jsonValue(),
        service_tier: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          anyField,
          anyField.map((f) => ({ ...sound, ...f })),
        ),
        (body) => {
          const parsed = parseChat(body);
          if (!isFailure(parsed)) expect(typeof parsed.model).toBe('string');
          else expect(parsed.http).toBe(400);
        },
      ),
      { numRuns: 500 },
    );
  });
});
