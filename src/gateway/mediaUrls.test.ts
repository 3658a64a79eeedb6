import { describe, expect, it } from 'vitest';
import { isPrivateHost, MediaUrls } from './mediaUrls.ts';

const chat = (url: string) => ({
  model: 'm',
  messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
});
const code = (body: unknown, hosts: string[] = []) => new MediaUrls(hosts).refusal(body)?.fault.code ?? null;

describe('addresses that an engine would fetch', () => {
  it('may be public ones and data', () => {
    for (const url of [
      'https://example.com/a.png',
      'http://8.8.8.8/a.png',
      'https://[2a00:1450::1]/x',
      'data:image/png;base64,AAAA',
      'iVBORw0KGgo',
    ]) {
      expect(code(chat(url)), url).toBeNull();
    }
  });

  it('may not lead into the network of the site, however they are written', () => {
    for (const host of [
      '127.0.0.1',
      'localhost',
      'LOCALHOST.',
      'a.localhost',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '10.1.2.3',
      '172.31.0.1',
      '192.168.0.1:8080',
      '169.254.169.254',
      '100.64.1.1',
      '0.0.0.0',
      '[::1]',
      '[::]',
      '[fd00::1]',
      '[fe80::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:a9fe:a9fe]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      'printer',
      'db.internal',
      'nas.local',
      '127.0.0.1.',
      '①②⑦.0.0.1',
      '127。0。0。1',
    ]) {
      expect(code(chat(`http://${host}/latest/meta-data`)), host).toBe('JW_MEDIA_URL');
    }
  });

  it('may not be of other schemes, name a user, or be broken', () => {
    for (const url of [
      'file:///etc/passwd',
      'ftp://example.com/',
      'gopher://example.com:25/',
      'http://u:p@example.com/',
      'http://a b/',
      'http://',
      ' file:///etc/passwd',
      'FILE:///etc/passwd',
      '\thttp://127.0.0.1/',
    ]) {
      expect(code(chat(url)), url).toBe('JW_MEDIA_URL');
    }
  });

  it('are found wherever the APIs have them, and not in what models and tools say', () => {
    const url = 'http://127.0.0.1/';
    for (const body of [
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: url }] }] },
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'url', url } }] }] },
      { messages: [{ role: 'user', content: [{ type: 'video_url', video_url: { url } }] }] },
      {
        messages: [{ role: 'user', content: [{ type: 'tool_result', content: [{ type: 'image', source: { url } }] }] }],
      },
      { model: 'm', image: url },
    ]) {
      expect(code(body), JSON.stringify(body)).toBe('JW_MEDIA_URL');
    }
    for (const body of [
      {
        messages: [{ role: 'user', content: `see ${url}` }],
        tools: [{ function: { parameters: { default: { url } } } }],
      },
      { messages: [{ role: 'assistant', content: [{ type: 'tool_use', input: { url } }] }] },
      { messages: [{ role: 'user', content: [{ type: 'text', text: url }] }], metadata: { url } },
    ]) {
      expect(code(body), JSON.stringify(body)).toBeNull();
    }
  });

  it('may lead to private hosts that the site names', () => {
    expect(code(chat('http://images.lan/a'), ['Images.lan'])).toBeNull();
    expect(code(chat('http://10.0.0.5:9000/a'), ['10.0.0.5:9000'])).toBeNull();
    expect(code(chat('http://10.0.0.5:22/a'), ['10.0.0.5:9000'])).toBe('JW_MEDIA_URL');
    expect(isPrivateHost('example.com')).toBe(false);
  });
});
