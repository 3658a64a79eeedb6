import { expect, it } from 'vitest';
import { random } from '../series/random.ts';
import { Crowd } from './crowd.ts';

it('has who came and has not gone, like a set', () => {
  const draw = random(3);
  const crowd = new Crowd<{ readonly id: number; place: number }>();
  const other = new Crowd<{ readonly id: number; place: number }>();
  const set = new Set<{ readonly id: number; place: number }>();
  const people = Array.from({ length: 50 }, (_, id) => ({ id, place: -1 }));
  for (let i = 0; i < 5000; i++) {
    const one = people[Math.floor(draw.next() * people.length)]!;
    if (draw.next() < 0.5) {
      crowd.add(one);
      set.add(one);
    } else {
      crowd.delete(one);
      set.delete(one);
    }
    expect(crowd.size).toBe(set.size);
  }
  expect(new Set(crowd.all())).toEqual(set);
  const [first] = crowd.all();
  other.delete(first!);
  expect(crowd.all()).toContain(first);
});
