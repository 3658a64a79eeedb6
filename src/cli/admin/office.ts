import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { TRAFFIC_CLASSES } from '../../control/contract.ts';
import { fail, reasonOf } from '../../errors/error.ts';
import type { AdminAnswer } from '../../gateway/tenants/adminCall.ts';
import { type Principal, SCOPES, SITE_ORGANISATION } from '../../gateway/tenants/principal.ts';
import { openTenancy } from '../../gateway/tenants/tenancy.ts';
import { systemClock } from '../../series/clock.ts';
import { reviveTrail, TRAIL_KEY } from '../../server/state.ts';
import { loadSite } from '../../site/load.ts';
import { openStore } from '../../store/store.ts';
import type { OptionDef, Typed } from '../command.ts';

/** Options of every command of the administration. */
export const OFFICE_OPTIONS: Readonly<Record<string, OptionDef>> = {
  url: {
    type: 'string',
    value: 'URL',
    about:
      'address of a running site (default: JOULEWRIGHT_URL, else http://127.0.0.1:8787); the key is read from JOULEWRIGHT_KEY',
  },
  site: {
    type: 'string',
    value: 'SITE',
    about: 'work on the data of this site file’s stopped site instead; needs no key',
  },
  data: { type: 'string', value: 'DIR', about: 'with --site: its data folder, where it is not the site file’s' },
  json: { type: 'boolean', about: 'print the answer as JSON' },
};

/** The administration, wherever it is: asked over HTTP, or done here on the data of a stopped site. */
export interface Office {
  /** Body of the answer. Throws JW_SITE_SILENT, JW_SITE_REFUSED, or what the administration itself throws. */
  ask(method: string, path: string, body?: object): Promise<AdminAnswer['body']>;
  /** The newest entry of the trail as the main process kept it, apart from the trail; undefined where that cannot be seen. */
  keptTrail(): Promise<{ readonly seq: number; readonly hash: string } | undefined>;
  /** Names of the models that a running site serves; undefined where that cannot be seen. */
  models(): Promise<readonly string[] | undefined>;
  close(): Promise<void>;
}

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Whoever can write the data folder may do everything: the operating system has let them in. */
function root(name: string): Principal {
  return {
    organisation: SITE_ORGANISATION,
    project: SITE_ORGANISATION,
    keyId: 'local',
    name,
    role: 'admin',
    scopes: new Set(SCOPES),
    residency: null,
    classes: new Set(TRAFFIC_CLASSES),
    models: null,
  };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in containers
    return String(process.getuid?.() ?? 'unknown');
  }
}

async function localOffice(siteFile: string, data: string | undefined): Promise<Office> {
  const site = loadSite(siteFile);
  const dataDir = data === undefined ? site.gateway.data : path.resolve(data);
  const store = await openStore(path.join(dataDir, 'usage.db'));
  try {
    const { zone } = site.context;
    const { currency } = site.money;
    const { admin } = await openTenancy(store, { zone, currency, clock: systemClock, firstKey: false });
    const principal = root(userName());
    return {
      async ask(method, where, body) {
        const url = new URL(where, 'http://site');
        const { pathname, searchParams: query } = url;
        const actor = `command line (${principal.name})`;
        return (await admin.answer({ method, path: pathname, query, body, principal, actor })).body;
      },
      keptTrail: () => keptTrail(path.join(dataDir, 'site.db')),
      models: async () => undefined,
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function keptTrail(file: string): Promise<{ seq: number; hash: string } | undefined> {
  if (!existsSync(file)) return undefined;
  const store = await openStore(file);
  try {
    return reviveTrail((await store.lastCheckpoint(TRAIL_KEY))?.value);
  } finally {
    await store.close();
  }
}

function remoteOffice(url: string, key: string): Office {
  return {
    async ask(method, where, body) {
      const answer = await fetch(`${url}/api/admin${where}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
      }).catch((error: unknown) => {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
        return fail('JW_SITE_SILENT', { url, reason: reasonOf(cause) });
      });
      const text = await answer.text();
      if (answer.ok) return answer.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text;
      const { message, code } = errorIn(text);
      return fail('JW_SITE_REFUSED', { status: answer.status, reason: message, code });
    },
    keptTrail: async () => undefined,
    async models() {
      const headers = { authorization: `Bearer ${key}` };
      const answer = await fetch(`${url}/v1/models`, { headers, redirect: 'error' }).catch(() => undefined);
      const found = modelList.safeParse(answer?.ok === true ? await answer.json() : undefined);
      return found.success ? found.data.data.map(({ id }) => id) : undefined;
    },
    close: async () => undefined,
  };
}

function errorIn(text: string): { message: string; code: string } {
  try {
    const { error } = JSON.parse(text) as { error: { message: string; code: string } };
    return { message: String(error.message), code: String(error.code) };
  } catch {
    return { message: text.slice(0, 200), code: 'it' };
  }
}

/** Opens the administration that the options name. Throws JW_USAGE, JW_SECRET_UNSET, or what opening the data throws. */
export async function openOffice(typed: Typed, command: string): Promise<Office> {
  const site = typed.text('site');
  if (site !== undefined) {
    if (typed.text('url') !== undefined) fail('JW_USAGE', { reason: '--url and --site exclude each other', command });
    return localOffice(site, typed.text('data'));
  }
  if (typed.text('data') !== undefined) fail('JW_USAGE', { reason: '--data goes with --site', command });
  const url = typed.text('url') ?? process.env['JOULEWRIGHT_URL'] ?? 'http://127.0.0.1:8787';
  if (!/^https?:\/\/[^/]+/.test(url)) fail('JW_USAGE', { reason: `"${url}" is no address of a site`, command });
  const key = process.env['JOULEWRIGHT_KEY'];
  if (key === undefined || key === '') return fail('JW_SECRET_UNSET', { name: 'JOULEWRIGHT_KEY' });
  return remoteOffice(url.replace(/\/+$/, ''), key);
}

/** Runs a piece of work with an office and closes it. */
export async function atOffice<T>(typed: Typed, command: string, work: (office: Office) => Promise<T>): Promise<T> {
  const office = await openOffice(typed, command);
  try {
    return await work(office);
  } finally {
    await office.close();
  }
}
