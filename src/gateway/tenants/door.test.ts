import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../series/clock.ts';
import { Door } from './door.ts';

const bearer = (key: string): string => `Bearer ${key}`;

describe('the door', () => {
  it('knows configured keys, and takes nobody without one', () => {
    const door = new Door({ apiKeys: [{ key: 'sk-1', name: 'shop' }], open: false });
    expect(door.principal(bearer('sk-1'), undefined, '10.0.0.1')).toMatchObject({ project: 'shop', role: 'member' });
    expect(door.principal(undefined, 'sk-1', '10.0.0.1')).toMatchObject({ project: 'shop' });
    expect(door.principal(undefined, undefined, '10.0.0.1')).toMatchObject({ fault: { code: 'JW_KEY_MISSING' } });
    expect(door.principal('Basic c2stMQ==', undefined, '10.0.0.1')).toMatchObject({
      fault: { code: 'JW_KEY_MISSING' },
    });
    expect(door.principal(bearer('sk-2'), undefined, '10.0.0.1')).toMatchObject({ fault: { code: 'JW_KEY_WRONG' } });
  });

  it('takes everybody where it is open, but no key that looks like one of ours and is wrong', () => {
    const door = new Door({ open: true });
    expect(door.principal(undefined, undefined, '::1')).toMatchObject({ keyId: 'anonymous' });
    expect(door.principal(bearer('whatever-a-client-sends'), undefined, '::1')).toMatchObject({ keyId: 'anonymous' });
    expect(door.principal(bearer('jw-mistyped'), undefined, '::1')).toMatchObject({ fault: { code: 'JW_KEY_WRONG' } });
  });

  it('slows down an address that tries keys, tells of it once, and leaves good keys and other addresses alone', () => {
    const clock = new ManualClock(1_800_000_000_000);
    const told: string[] = [];
    const door = new Door({
      apiKeys: [
        { key: 'good', name: 'shop' },
        { key: 'late', name: 'late' },
      ],
      open: false,
      clock,
      onGuessing: (address) => told.push(address),
    });
    const ask = (key: string, address = '10.0.0.1') => door.principal(bearer(key), undefined, address);
    ask('wrong');
    ask('good');
    for (let i = 0; i < 9; i++) expect(ask(`guess-${i}`)).toMatchObject({ fault: { code: 'JW_KEY_WRONG' } });
    expect(ask('guess-10')).toMatchObject({ http: 429, retryAfterS: 6, fault: { code: 'JW_KEY_GUESSING' } });
    // A right key that was never seen from there is not tried either: that would be an answer to a guess
    expect(ask('late')).toMatchObject({ fault: { code: 'JW_KEY_GUESSING' } });
    expect(ask('good')).toMatchObject({ project: 'shop' });
    expect(ask('late', '10.0.0.2')).toMatchObject({ project: 'late' });
    expect(told).toEqual(['10.0.0.1']);
    clock.advanceMs(6_000);
    expect(ask('late')).toMatchObject({ project: 'late' });
  });

  it('takes an IPv6 network as one guesser', () => {
    const door = new Door({ apiKeys: [{ key: 'good', name: 'shop' }], open: false });
    for (let i = 0; i < 10; i++) door.principal(bearer('wrong'), undefined, `2001:db8:1:2::${i + 1}`);
    expect(door.principal(bearer('x'), undefined, '2001:db8:1:2:ffff::1')).toMatchObject({ http: 429 });
    expect(door.principal(bearer('x'), undefined, '2001:db8:1:3::1')).toMatchObject({ http: 401 });
  });
});
