import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtDashboard } from './built.ts';
import { FixtureServer } from './fixture-server.ts';
import { findChromium, launchBrowser, openContext, type Screen } from './launch.ts';
import { dayToNoon, NOON_MS, noon } from './noon.ts';
import { planFromNoon } from './planFixture.ts';

const executable = await findChromium();
if (executable === undefined) console.warn('no Chromium, Chrome or Edge found: the browser tests are skipped');

const EFFECT = {
  object: 'lever.preview',
  lever: 'batteries held',
  currency: 'USD',
  without: {},
  with: {},
  difference: { import_kwh: 412.5, money: 31.2, co2_kg: -3, output_tokens: 0 },
};

describe.skipIf(executable === undefined)('control room', () => {
  let browser: Browser;
  let server: FixtureServer;

  beforeAll(async () => {
    server = new FixtureServer(await builtDashboard(), dayToNoon(), planFromNoon(), EFFECT);
    await server.start();
    browser = await launchBrowser(executable!);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Opens the page, waits for the first figures, runs, and demands a silent console. */
  async function visit(screen: Screen, run: (page: Page) => Promise<void>, silent = true): Promise<void> {
    server.mend();
    server.play(() => noon());
    const context = await openContext(browser, screen);
    const page = await context.newPage();
    const said: string[] = [];
    page.on('console', (m) => (m.type() === 'error' || m.type() === 'warning' ? said.push(m.text()) : 0));
    page.on('pageerror', (e) => said.push(e.message));
    page.on('request', (r) => (r.url().startsWith(server.url) ? 0 : said.push(`asks for ${r.url()}`)));
    try {
      await page.goto(server.url);
      await page.getByTestId('headline').waitFor();
      await page.locator('.uplot').waitFor();
      await run(page);
      if (silent) expect(said).toEqual([]);
    } finally {
      server.pause();
      await context.close();
    }
  }

  const wide = { width: 1440, height: 900 };

  it('shows the headline of the stream and follows it', async () => {
    await visit(wide, async (page) => {
      const headline = page.getByTestId('headline');
      expect(await headline.textContent()).toMatch(/^0\.402\s*tokens\/J now$/);
      expect(await page.getByText('simulated plant').count()).toBe(1);
      server.play(() => noon({ tokensPerJoule: { now: 0.518, today: 0.39 }, siteMs: NOON_MS + 1000 }));
      await headline.filter({ hasText: '0.518' }).waitFor({ timeout: 3_000 });
      expect(await page.locator('.bar time').textContent()).toBe('12:41:13');
    });
  });

  it('has a real battery, a fallen grid and a shortage in words', async () => {
    await visit(wide, async (page) => {
      const calm = noon();
      server.play(() =>
        noon({
          plant: 'devices',
          grid: { up: false },
          battery: null,
          services: [],
          events: [],
          flows: { ...calm.flows, shortKw: 210 },
        }),
      );
      await page.getByRole('alert').waitFor({ timeout: 3_000 });
      expect(await page.getByRole('alert').textContent()).toContain('210 kW');
      for (const words of [
        'real plant',
        'the site stands alone',
        'none at this site',
        'No service is configured',
        'Nothing has changed yet',
      ]) {
        expect(await page.getByText(words).count(), words).toBe(1);
      }
    });
  });

  it('draws the plan and says why, segment by segment', async () => {
    await visit(wide, async (page) => {
      const picture = page.getByRole('img', { name: /^Plan from 12:30 for 48 hours/ });
      await picture.waitFor();
      const moment = page.locator('.moment');
      expect(await moment.locator('h3').textContent()).toBe('Now, 12:30 to 12:45');
      expect(await moment.textContent()).toContain('bess charges 700 kW');
      await picture.scrollIntoViewIfNeeded();
      const box = (await picture.boundingBox())!;
      await page.mouse.move(box.x + 0.22 * box.width, box.y + 100);
      const told = moment.locator('h3').filter({ hasText: /^Tue 17 Jun 2025, \d\d:30 to \d\d:30$/ });
      await told.waitFor({ timeout: 3_000 });
      const before = await told.textContent();
      expect(await moment.textContent()).toContain('from the battery');
      expect(await moment.textContent()).toContain('0.12 USD');
      await picture.focus();
      await page.keyboard.press('ArrowRight');
      const next = before!.replace(/(\d\d):30 to (\d\d):30/, (_, __, to) => `${to}:30 to ${Number(to) + 1}:30`);
      await moment.locator('h3', { hasText: next }).waitFor({ timeout: 3_000 });
    });
  });

  it('says which faults leave the fast rules in charge, and what a shadow would have saved', async () => {
    await visit(wide, async (page) => {
      expect(await page.getByTestId('decides').textContent()).toBe('The plan is followed');
      const text = 'the power meter of grid gives no number';
      server.play(() =>
        noon({
          mode: 'shadow',
          control: {
            decides: 'rules',
            plan: null,
            faults: [{ id: 'meter grid power', kind: 'meter', sinceMs: NOON_MS - 60_000, text }],
            levers: [
              { id: 3, text: 'batteries held', fromMs: NOON_MS - 60_000, untilMs: NOON_MS + 3_600_000 },
              { id: 4, text: 'import below 9 kW', fromMs: NOON_MS + 7_200_000, untilMs: NOON_MS + 9_000_000 },
            ],
            shadow: {
              sinceMs: NOON_MS - 7_200_000,
              hours: 2,
              savedKwh: 310,
              savedMoney: 12.4,
              savedCo2Kg: -4,
              savedWaterL: 0,
              moreTokens: 1_200_000,
              moreStoredKwh: -50,
              plantTokensPerJoule: 0.31,
              shadowTokensPerJoule: 0.52,
            },
          },
        }),
      );
      const alarm = page.getByRole('alert');
      await alarm.waitFor({ timeout: 3_000 });
      expect(await alarm.textContent()).toContain(`${text} since 12:40`);
      expect(await page.getByTestId('decides').textContent()).toBe('The fast rules decide alone');
      const score = page.getByRole('region', { name: 'Score of the shadow' });
      for (const words of ['electricity saved', '310 kWh', 'CO₂ more', 'less in its battery']) {
        expect(await score.textContent(), words).toContain(words);
      }
      const levers = await page.getByRole('region', { name: 'Levers' }).textContent();
      expect(levers).toContain('batteries helduntil 13:41');
      expect(levers).toMatch(/import below 9 kWfrom .*, 14:41 until 15:11/);
      expect(await page.getByText('No plan is in force: the fast rules').count()).toBe(1);
    });
  });

  it('shows what a lever changes before it is pulled', async () => {
    await visit(wide, async (page) => {
      server.asked.length = 0;
      await page.getByRole('button', { name: 'Pull a lever…' }).click();
      const show = page.getByRole('button', { name: 'Show what it changes' });
      expect(await show.isDisabled()).toBe(true);
      await page.getByLabel('Key of an operator').fill('jw-key');
      await page.locator('.levers select').selectOption({ label: 'Limit import' });
      await page.getByLabel('import up to, kW').fill('150');
      expect(await page.getByRole('button', { name: 'Pull it' }).count()).toBe(0);
      await show.click();
      await page.getByRole('button', { name: 'Pull it' }).waitFor({ timeout: 3_000 });
      const effect = await page.locator('.effect').textContent();
      expect(effect).toContain('+31.2 USD');
      expect(effect).toContain('−3 kg');
      expect(effect).not.toContain('output tokens');
      await page.getByRole('button', { name: 'Pull it' }).click();
      await page.getByText('Pulled.', { exact: true }).waitFor({ timeout: 3_000 });
      const request = '{"lever":"event","import_max_kw":150,"for_s":3600}';
      expect(server.asked).toEqual([
        `POST /api/admin/operate/preview ${request}`,
        `POST /api/admin/operate ${request}`,
      ]);
    });
  });

  it('says how old the data is when the stream falls silent, and comes back', async () => {
    await visit(
      wide,
      async (page) => {
        server.breakStream();
        const state = page.getByRole('status');
        await state.filter({ hasText: /data is \d+ s old, reconnecting/ }).waitFor({ timeout: 9_000 });
        expect(await page.locator('.room.stale').count()).toBe(1);
        expect(await page.getByTestId('headline').textContent()).toContain('0.402');
        server.mend();
        server.play(() => noon({ tokensPerJoule: { now: 0.633, today: 0.4 } }));
        await page.getByTestId('headline').filter({ hasText: '0.633' }).waitFor({ timeout: 15_000 });
        await state.filter({ hasText: 'live' }).waitFor({ timeout: 3_000 });
        expect(await page.locator('.room.stale').count()).toBe(0);
      },
      false,
    );
  });

  it.each([360, 390, 768, 1180, 1440, 1920])('fits a screen of %d px without sideways scrolling', async (width) => {
    await visit({ width, height: 800 }, async (page) => {
      await page.waitForTimeout(300);
      const over = await page.evaluate<string[]>(`(() => {
        const limit = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= limit) return [];
        return [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > limit + 1).map((e) => e.tagName + '.' + e.className);
      })()`);
      expect(over).toEqual([]);
      const clipped = await page.evaluate<string[]>(`[...document.querySelectorAll('.flow text')].filter((t) => {
        const box = t.getBoundingClientRect(), room = t.closest('.card').getBoundingClientRect();
        return box.left < room.left || box.right > room.right || box.top < room.top || box.bottom > room.bottom;
      }).map((t) => t.textContent)`);
      expect(clipped).toEqual([]);
      const beyond = await page.evaluate<string[]>(`[...document.querySelectorAll('.plan text')].filter((t) => {
        const box = t.getBoundingClientRect(), room = t.closest('.card').getBoundingClientRect();
        return box.left < room.left || box.right > room.right;
      }).map((t) => t.textContent)`);
      expect(beyond).toEqual([]);
    });
  });

  it('has landmarks, one heading of the first rank, and a name for everything one can press or look at', async () => {
    await visit(wide, async (page) => {
      for (const role of ['banner', 'main', 'contentinfo'] as const)
        expect(await page.getByRole(role).count(), role).toBe(1);
      expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual(['Bukhara']);
      for (const name of [
        'Tokens per joule',
        'From sun to token',
        'The next two days, as planned',
        'Who decides',
        'Services',
        'What changed, and why',
      ]) {
        expect(await page.getByRole('region', { name, exact: true }).count(), name).toBe(1);
      }
      expect(await page.getByRole('img', { name: /Sun 1\.74 MW.*Computing 760 kW.*Tokens 339 k/ }).count()).toBe(1);
      expect(await page.getByRole('button', { name: 'Copy the example' }).count()).toBe(1);
      await page.getByRole('tab', { name: 'PUE' }).click();
      expect(await page.getByRole('tab', { name: 'PUE' }).getAttribute('aria-selected')).toBe('true');
      const nameless = await page.evaluate<string[]>(
        `[...document.querySelectorAll('button, a, meter, [role=img]')].filter((e) => !(e.textContent.trim() || e.getAttribute('aria-label'))).map((e) => e.outerHTML)`,
      );
      expect(nameless).toEqual([]);
    });
  });

  it('stands still for people who asked for less motion', async () => {
    await visit({ ...wide, reducedMotion: true }, async (page) => {
      const moving = await page.evaluate<number>('document.getAnimations().length');
      expect(moving).toBe(0);
    });
  });
});
