import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

/** Switches for a machine without a screen, also as root, that keep the browser from talking to anybody. */
const SWITCHES = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const INSTALLED: Readonly<Record<string, readonly string[]>> = {
  linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/microsoft-edge'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) =>
    ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'].map((tail) =>
      path.join(process.env[name] ?? 'C:/', tail),
    ),
  ),
};

/** Path of a Chromium: the one from npm on Linux x64, an installed Chrome, Edge or Chromium elsewhere; undefined when none is found. */
export async function findChromium(): Promise<string | undefined> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    const { default: packaged } = await import('@sparticuz/chromium');
    return packaged.executablePath();
  }
  return INSTALLED[process.platform]?.find((file) => existsSync(file));
}

/** Starts the browser. Close it when done. */
export async function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: [...SWITCHES], headless: true });
}

/** What a page is shown on. */
export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly reducedMotion?: boolean;
  /** Device px per CSS px; default 1. */
  readonly scale?: number;
}

/** A fresh context. The locale is named because without it Intl gets "en-US@posix" here, which it refuses. */
export async function openContext(browser: Browser, screen: Screen): Promise<BrowserContext> {
  return browser.newContext({
    locale: 'en-US',
    viewport: { width: screen.width, height: screen.height },
    colorScheme: screen.dark === true ? 'dark' : 'light',
    reducedMotion: screen.reducedMotion === true ? 'reduce' : 'no-preference',
    deviceScaleFactor: screen.scale ?? 1,
  });
}
