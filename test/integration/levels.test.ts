import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BUKHARA, command, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);
const CHAT = ['levels', BUKHARA, '--deployment', 'chat-70b'];

describe('joulewright levels', () => {
  it('prints the levels that no other beats, and writes a page', async () => {
    const file = path.join(dir, 'levels.html');
    const ended = await command([...CHAT, '--clocks', '100%,60%', '--html', file]);
    expect(ended.code).toBe(0);
    expect(ended.out).toMatch(/clock +cap +load +requests\/s/);
    expect(ended.out).toMatch(/60 % +\d+ W +100 %/);
    expect(ended.out).toContain('least energy per answer token');
    expect(readFileSync(file, 'utf8')).toContain('Joules per token against batch');
  });

  it('gives every level as JSON', async () => {
    const ended = await command([...CHAT, '--clocks', '1,0.5', '--service', 'chat', '--replicas', '3', '--json']);
    const { all, best, replicas, services } = JSON.parse(ended.out);
    expect({ replicas, services, levels: all.length }).toEqual({ replicas: 3, services: ['chat'], levels: 14 });
    expect(best.length).toBeLessThan(all.length);
    expect(all.at(-1)).toMatchObject({ clock: 0.5, share: 1, binds: { memory: expect.any(Number) } });
  });

  it('tells what is wrong', async () => {
    const [clock, cap, service, deployment] = await Promise.all([
      command([...CHAT, '--clocks', '120%']),
      command([...CHAT, '--caps', '5 kW']),
      command([...CHAT, '--service', 'chta']),
      command(['levels', BUKHARA]),
    ]);
    expect([clock, cap, service, deployment].map((ended) => ended.code)).toEqual([64, 64, 64, 64]);
    expect(clock.err).toContain('--clocks takes 0.2 to 1');
    expect(cap.err).toContain('--caps takes');
    expect(service.err).toContain('serves no "chta"; it serves chat');
    expect(deployment.err).toContain('code-32b');
  });
});
