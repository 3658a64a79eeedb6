import { beforeAll, describe, expect, it } from 'vitest';
import { type Highs, highs } from '../../balance/highs.ts';
import { twoChips } from '../../site/testing/twoChips.ts';
import { LookAheadHere } from './here.ts';
import { readOut } from './readOut.ts';
import { aheadSite } from './site.ts';
import { byHour, mildOutlook, NOON } from './testing/small.ts';

let solver: Highs;
beforeAll(async () => {
  solver = await highs();
});

describe('a look ahead at a service on two chips', () => {
  it('has columns of both on the bus of the service, fills the better one, and says why it takes the other', () => {
    const site = twoChips();
    const ahead = aheadSite(site);
    // 20 requests/s, and 95 from the third hour to the fifth: the better chip serves 75.
    const chat = byHour((h) => (h >= 2 && h < 4 ? 95 : 20));
    const looked = new LookAheadHere(ahead, solver).look(mildOutlook(NOON, { chat, archive: byHour(() => 1) }));
    const plan = readOut(looked, ahead, 'USD');
    for (const segment of plan) {
      for (const { service, servedPerS } of segment.services) {
        const parts = segment.split!.filter((part) => part.service === service);
        expect(parts.map(({ deployment }) => deployment)).toEqual(['on-h200', 'on-ascend']);
        expect(parts.reduce((sum, { perS }) => sum + perS, 0)).toBeCloseTo(servedPerS, 4);
      }
      const hours = (segment.startMs - NOON) / 3_600_000;
      const [better, other] = segment.split!.filter(({ service }) => service === 'chat');
      if (hours >= 2 && hours < 4) {
        expect(better!.perS).toBeGreaterThan(70);
        expect(other!.perS).toBeGreaterThan(15);
        expect(
          segment.reasons.some((r) =>
            /^chat: 7\d requests\/s on on-h200, which is full, and 2\d on on-ascend$/.test(r),
          ),
        ).toBe(true);
      } else expect(other!.perS).toBeCloseTo(0, 4);
    }
  });
});
