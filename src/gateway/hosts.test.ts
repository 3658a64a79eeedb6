import { describe, expect, it } from 'vitest';
import { Hosts } from './hosts.ts';

describe('hosts', () => {
  const hosts = new Hosts(['Site.Example.uz']);
  const code = (host: string | undefined, origin?: string) => hosts.refusal(host, origin)?.fault.code;

  it('are addresses, localhost and the names of the site file', () => {
    for (const host of ['127.0.0.1:8787', '[::1]:8787', '10.1.2.3', 'localhost:8787', 'LOCALHOST', 'a.localhost']) {
      expect(code(host), host).toBeUndefined();
    }
    for (const host of ['site.example.uz', 'SITE.example.uz:443', 'site.example.uz.:8787']) {
      expect(code(host), host).toBeUndefined();
    }
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '', undefined, 'x:1:2']) {
      expect(code(host), host).toBe('JW_HOST');
    }
  });

  it('answer pages of their own origin only', () => {
    expect(code('localhost:8787', 'http://localhost:8787')).toBeUndefined();
    expect(code('site.example.uz', 'https://site.example.uz')).toBeUndefined();
    for (const origin of [
      'http://localhost:3000',
      'https://evil.example',
      'null',
      'http://localhost:8787.evil.example',
    ]) {
      expect(code('localhost:8787', origin), origin).toBe('JW_ORIGIN');
    }
  });
});
