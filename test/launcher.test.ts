import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface Where {
  readonly version: string;
  readonly execPath: string;
  readonly platform: string;
  readonly arch: string;
  readonly root: string;
}
interface Finder {
  findNode(where: Where): string | null;
  adviceFor(where: Where): string;
  here(): Where;
  readonly ROOT: string;
  readonly PACKAGES: Readonly<Record<string, readonly [string, string]>>;
  readonly WANTED_MAJOR: number;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const finder: Finder = createRequire(import.meta.url)('../bin/find-node.cjs');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const runtime = JSON.parse(readFileSync(join(ROOT, 'tools/node-runtime/package.json'), 'utf8'));
const EXACT = /^\d+\.\d+\.\d+$/;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'joulewright-launcher-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A Node as it might be found on a user's machine. */
function machine(over: Partial<Where> = {}): Where {
  return { version: '20.19.0', execPath: '/usr/bin/node', platform: 'linux', arch: 'x64', root: folder, ...over };
}

function install(place: string, platform: string): string {
  const [name, binary] = finder.PACKAGES[platform]!;
  const file = join(place, 'node_modules', name, binary);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '');
  return file;
}

describe('finding Node', () => {
  it.each(['24.0.0', '24.21.0', '25.1.0', '100.0.0'])('uses the running Node %s', (version) => {
    install(folder, 'linux-x64');
    expect(finder.findNode(machine({ version }))).toBe('/usr/bin/node');
  });

  it.each(Object.keys(finder.PACKAGES))(
    'uses the one that npm installed on %s when the running one is too old',
    (key) => {
      const [platform, arch] = key.split('-');
      const where = machine({ platform: platform!, arch: arch! });
      expect(finder.findNode(where)).toBeNull();
      const nested = install(join(folder, 'tools', 'node-runtime'), key);
      expect(finder.findNode(where)).toBe(nested);
      const hoisted = install(folder, key);
      expect(finder.findNode(where)).toBe(hoisted);
    },
  );

  it('finds none on a platform that npm has no Node for, and says what to install', () => {
    const where = machine({ platform: 'freebsd', arch: 'x64' });
    expect(finder.findNode(where)).toBeNull();
    expect(finder.adviceFor(where)).toMatch(
      /Node\.js 24 or newer.*20\.19\.0 on freebsd-x64.*nodejs\.org.*JW_NODE_TOO_OLD/,
    );
    expect(finder.adviceFor(where)).not.toContain('npm ci');
    expect(finder.adviceFor(machine())).toContain('npm ci');
  });

  it('knows this very machine', () => {
    expect(finder.here()).toMatchObject({
      version: process.versions.node,
      platform: process.platform,
      arch: process.arch,
    });
  });
});

describe('what npm installs', () => {
  it('carries a Node for every platform that the launcher knows, new enough and pinned exactly', () => {
    const carried: Record<string, string> = runtime.optionalDependencies;
    expect(Object.keys(carried).sort()).toEqual(
      Object.values(finder.PACKAGES)
        .map(([name]) => name)
        .sort(),
    );
    for (const version of Object.values(carried)) {
      expect(version).toMatch(EXACT);
      expect(Number.parseInt(version, 10)).toBeGreaterThanOrEqual(finder.WANTED_MAJOR);
    }
  });

  it('is pinned exactly, and gives a user of the package no second Node', () => {
    for (const [name, version] of Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies })) {
      if (name !== '@joulewright/node-runtime') expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+$/);
    }
    const carriers = new Set(Object.keys(runtime.optionalDependencies));
    const wanted = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies };
    expect(Object.keys(wanted).filter((name) => carriers.has(name) || name.startsWith('@joulewright/'))).toEqual([]);
    expect(manifest.files).not.toContain('tools');
  });
});

describe('running', () => {
  function launcherIn(root: string, body: string): string {
    cpSync(join(ROOT, 'bin'), join(root, 'bin'), { recursive: true });
    mkdirSync(join(root, 'dist', 'src', 'cli'), { recursive: true });
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    writeFileSync(join(root, 'dist', 'src', 'cli', 'main.js'), body);
    return join(root, 'bin', 'joulewright.cjs');
  }

  it('runs the built JavaScript of a package, with its arguments and its exit code', () => {
    const launcher = launcherIn(folder, 'console.log(JSON.stringify(process.argv.slice(2))); process.exit(3);');
    const ran = spawnSync(process.execPath, [launcher, 'check', 'a file.yaml', '--x=1'], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(JSON.parse(ran.stdout)).toEqual(['check', 'a file.yaml', '--x=1']);
    expect(ran.status).toBe(3);
  });

  it('prefers the source in a checkout', () => {
    const launcher = launcherIn(folder, 'console.log("built");');
    mkdirSync(join(folder, 'src', 'cli'), { recursive: true });
    writeFileSync(join(folder, 'src', 'cli', 'main.ts'), 'const text: string = "source"; console.log(text);');
    expect(spawnSync(process.execPath, [launcher], { encoding: 'utf8' }).stdout).toBe('source\n');
  });

  it.skipIf(process.platform === 'win32').each(['SIGTERM', 'SIGINT'] as const)(
    'passes %s on and ends as the program does',
    async (signal) => {
      const body = `process.on('${signal}', () => { console.log('tidy'); process.exit(7); }); setInterval(() => {}, 1000); console.log('up');`;
      const child = spawn(process.execPath, [launcherIn(folder, body)], { stdio: ['ignore', 'pipe', 'inherit'] });
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text === 'up\n') child.kill(signal);
      });
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect(text).toBe('up\ntidy\n');
      expect(code).toBe(7);
    },
  );
});
