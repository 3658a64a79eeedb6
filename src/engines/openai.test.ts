import { describe, expect, it } from 'vitest';
import { upstreamBody } from './openai.ts';
import { connectionFailure, pathFailure, statusFailure } from './openai-failure.ts';
import { readError } from './read-error.ts';

describe('errors of engines', () => {
  it('reads every shape, and drops numeric codes', () => {
    const none = { type: null, param: null, code: null };
    expect(readError('{"error":{"code":400,"message":"bad","type":"invalid_request_error"}}', 'f')).toEqual({
      ...none,
      message: 'bad',
      type: 'invalid_request_error',
    });
    expect(readError('{"object":"error","message":"old","code":"c","param":"p"}', 'f')).toEqual({
      ...none,
      message: 'old',
      code: 'c',
      param: 'p',
    });
    expect(readError('{"detail":"python"}', 'f').message).toBe('python');
    expect(readError('{"error":"text"}', 'f').message).toBe('text');
    expect(readError('plain', 'f').message).toBe('plain');
    expect(readError('<html>', 'f').message).toBe('f');
    expect(readError('', 'f').message).toBe('f');
  });

  it('maps statuses', () => {
    const code = (status: number, retry?: string) => {
      const { fault, http, retryAfterS } = statusFailure('e', status, '', retry);
      return [fault.code, http, retryAfterS];
    };
    expect(code(400)).toEqual(['JW_ENGINE_REJECTED', 400, null]);
    expect(code(422)).toEqual(['JW_ENGINE_REJECTED', 422, null]);
    expect(code(401)).toEqual(['JW_ENGINE_KEY', 502, null]);
    expect(code(404)).toEqual(['JW_ENGINE_FAILED', 502, null]);
    expect(code(429, '3600')).toEqual(['JW_ENGINE_BUSY', 429, 60]);
    expect(code(503, 'Wed, 21 Oct 2026 07:28:00 GMT')).toEqual(['JW_ENGINE_DOWN', 503, 5]);
    expect(pathFailure('e', 404, '{"detail":"Not Found"}', undefined)).toMatchObject({ http: 404 });
    expect(pathFailure('e', 429, '', undefined).fault.code).toBe('JW_ENGINE_BUSY');
    expect(code(500)).toEqual(['JW_ENGINE_FAILED', 502, null]);
    expect(code(302)).toEqual(['JW_ENGINE_GARBAGE', 502, null]);
  });

  it('maps connection failures by their codes', () => {
    const error = (code: string) => Object.assign(new Error('x'), { code });
    const map = (code: string, begun: boolean) => connectionFailure('e', error(code), begun, 5000).fault.code;
    expect(map('ECONNREFUSED', false)).toBe('JW_ENGINE_DOWN');
    expect(map('UND_ERR_CONNECT_TIMEOUT', false)).toBe('JW_ENGINE_CONNECT_TIMEOUT');
    expect(map('UND_ERR_SOCKET', false)).toBe('JW_ENGINE_DOWN');
    expect(map('UND_ERR_SOCKET', true)).toBe('JW_ENGINE_DIED');
    expect(map('HPE_INVALID_CONSTANT', false)).toBe('JW_ENGINE_GARBAGE');
    const both = new AggregateError([error('ECONNREFUSED')]);
    expect(connectionFailure('e', both, false, 1).fault.message).toContain('ECONNREFUSED');
  });
});

describe('upstreamBody', () => {
  it('puts the engine’s model name, asks for usage, keeps the rest, and leaves the caller’s body alone', () => {
    const body = { model: 'alias', messages: [], service_tier: 'flex', stream_options: { foo: 1 }, tools: [1] };
    const call = {
      requestId: 'r',
      path: '/chat/completions',
      body,
      model: 'real',
      stream: true,
      inputTokens: 1,
      trace: null,
    };
    expect(upstreamBody(call, true)).toEqual({
      model: 'real',
      messages: [],
      tools: [1],
      stream_options: { foo: 1, include_usage: true },
    });
    expect(body.model).toBe('alias');
    expect(upstreamBody(call, false)).not.toHaveProperty('stream_options.include_usage');
    expect(upstreamBody({ ...call, stream: false, body: { model: 'a' } }, true)).toEqual({ model: 'real' });
  });
});
