import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from '../../src/errors/error.ts';
import { VERSION } from '../../src/report/version.ts';
import { BUKHARA, command, type Ended, pause, ROOT, scratch } from './running.ts';

const { dir, remove } = scratch();
afterAll(remove);

const at = (name: string): string => path.join(dir, name);
function write(name: string, text: string | Uint8Array): string {
  writeFileSync(at(name), text);
  return at(name);
}
/** The good site with some of its text replaced; every replacement must find its place. */
function changed(name: string, ...changes: readonly (readonly [string, string])[]): string {
  let text = readFileSync(BUKHARA, 'utf8');
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  return write(name, text);
}
/** What every mistake of a user must be: one line per fault with code, nothing of our insides. */
function mistake(ended: Ended, exit: number, code: string): string {
  expect(ended.err).toContain(`[${code}]`);
  expect(ended.err).not.toMatch(/^\s+at /m);
  expect(ended.err).not.toContain('JW_INTERNAL');
  expect(ended.code).toBe(exit);
  return ended.err;
}

describe('the command line', () => {
  it('shows help and version, and the nearest of what it does not know', async () => {
    const [help, version, verb, option] = await Promise.all([
      command(['--help']),
      command(['--version']),
      command(['chek', BUKHARA]),
      command(['check', '--explian', BUKHARA]),
    ]);
    for (const name of ['init', 'check', 'simulate', 'run', 'catalog', 'weather'])
      expect(help.out).toContain(`  ${name}`);
    expect([help.code, version.code, version.out.trim()]).toEqual([0, 0, VERSION]);
    expect(mistake(verb, 64, 'JW_USAGE')).toContain('did you mean "check"?');
    expect(mistake(option, 64, 'JW_USAGE')).toContain('did you mean --explain?');
  });

  it('prints completion scripts', async () => {
    const [script, unknown] = await Promise.all([command(['--completion', 'bash']), command(['--completion', 'tcsh'])]);
    expect(script.code).toBe(0);
    expect(script.out).toMatch(/simulate\) words=".*--weather.*--policy/);
    expect(script.out).toContain('complete -o filenames -F _joulewright joulewright');
    expect(mistake(unknown, 64, 'JW_USAGE')).toContain('bash, zsh or fish, not "tcsh"');
  });
});

describe('check', () => {
  it('explains every default, and what every part costs to own, with the source', async () => {
    const { code, out } = await command(['check', '--explain', BUKHARA]);
    expect(code).toBe(0);
    expect(out).toMatch(/battery\[0\]\.soc_min +20 % +default +NREL REopt/);
    expect(out).toMatch(/^bess +733 k .*turnkey world average/m);
    expect(out).toMatch(/^chat-70b +38.4 M .*site file, 120 nodes/m);
    expect(out).toMatch(/^inference of code-32b +speed x .*power as of NVIDIA chips.*90 % interval: throughput x/m);
  });

  it('passes a good file, and tells all faults of a bad one with their places', async () => {
    const bad = changed(
      'bad.yaml',
      ['limit: 1.6 MW', 'limit: 1.6 MWh'],
      ['\nsolar:', '\nsolr:'],
      ['deployment: code-32b', 'deployment: code-32'],
      ['zone: Asia/Samarkand', 'zone: Asia/Samarkan'],
      ['    tensor_parallel: 4\n    replicas: 240', '    tensor_parallel: 4\n    replicas: 2400'],
    );
    const [good, faulty, json, none] = await Promise.all([
      command(['check', BUKHARA]),
      command(['check', bad]),
      command(['check', '--json', bad]),
      command(['check', at('none.yaml')]),
    ]);
    expect(good.code).toBe(0);
    expect(good.out).toContain('no faults, 0 warnings');
    const text = mistake(faulty, 65, 'JW_SITE_KEY');
    expect(text).toMatch(/bad\.yaml:29:12 feeders\[0\]\.limit: "1\.6 MWh" is not a power/);
    expect(text).toMatch(/bad\.yaml:\d+:1 solr: .*did you mean "solar"\?/);
    expect(text).toMatch(/services\[1\]\.deployment: .*did you mean "code-32b"\?/);
    expect(text).toMatch(/location\.zone: .*did you mean "Asia\/Samarkand"\? \[/);
    expect(text).toMatch(/pools\[0\]\.count: .*need 9600 accelerators; it has 960/);
    expect(text).toContain('5 faults');
    const body = JSON.parse(json.out) as { ok: boolean; faults: Fault[] };
    expect(json.code).toBe(65);
    expect(body.ok).toBe(false);
    expect(body.faults.map((f) => f.code)).toEqual(new Array<unknown>(5).fill(expect.stringMatching(/^JW_SITE_/)));
    mistake(none, 66, 'JW_FILE_MISSING');
  });
});

describe('init', () => {
  it('writes a file that passes its own check, and never over one that is there', async () => {
    const file = at('mine.yaml');
    const made = await command(['init', file, '--climate', 'nukus', '--it', '2 MW', '--wind', 'yes', '--yes']);
    expect([made.code, made.err]).toEqual([0, '']);
    const before = readFileSync(file, 'utf8');
    const [checked, again] = await Promise.all([command(['check', file]), command(['init', file, '--yes'])]);
    expect(checked.out).toContain('no faults, 0 warnings');
    mistake(again, 73, 'JW_FILE_EXISTS');
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

interface Results {
  readonly manifest: { readonly stepMs: number; readonly inputs: readonly { path: string; sha256: string }[] };
  readonly totals: Readonly<Record<string, number>>;
}

describe('simulate', () => {
  const out = at('out');
  let results: Results;
  let ended: Ended;
  const ledger = new Map<string, Float64Array>();
  const columns = (ends: RegExp): string[] => [...ledger.keys()].filter((name) => ends.test(name));
  const sum = (names: readonly string[]): number =>
    names.reduce((all, name) => all + ledger.get(name)!.reduce((a, b) => a + b, 0), 0);

  beforeAll(async () => {
    const period = ['--from', '2026-01-27', '--to', '2026-01-29', '--step', '30m'];
    ended = await command(['simulate', BUKHARA, ...period, '--out', out]);
    results = JSON.parse(readFileSync(path.join(out, 'bukhara-siloed.json'), 'utf8'));
    const lines = readFileSync(path.join(out, 'bukhara-siloed.ledger.csv'), 'utf8').trimEnd().split('\n');
    const rows = lines.slice(1).map((line) => line.split(','));
    lines[0]!.split(',').forEach((name, i) => {
      if (i > 0)
        ledger.set(
          name,
          Float64Array.from(rows, (row) => Number(row[i])),
        );
    });
  }, 30_000);

  it('writes three whole files and leaves nothing else', () => {
    expect([ended.code, ended.err]).toEqual([0, '']);
    const names = ['bukhara-siloed.html', 'bukhara-siloed.json', 'bukhara-siloed.ledger.csv'];
    expect(readdirSync(out).sort()).toEqual(names);
    for (const name of names) expect(ended.out).toContain(name);
    expect(readFileSync(path.join(out, names[0]!), 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/i);
    expect(results.manifest.inputs[0]).toMatchObject({
      path: 'bukhara.yaml',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(ledger.get('site.itKw')).toHaveLength(96);
  });

  it('keeps every bus of the ledger in balance, row by row', () => {
    const powers = columns(/^(pv|wind|gensets|bess|grid)\.powerKw$/);
    expect(powers).toHaveLength(5);
    const [facility, load] = [ledger.get('site.facilityKw')!, ledger.get('site.loadKw')!];
    for (let i = 0; i < load.length; i++) {
      const given = powers.reduce((all, name) => all + ledger.get(name)![i]!, 0);
      const own = powers.reduce((all, name) => all + ledger.get(name.replace('powerKw', 'auxKw'))![i]!, 0);
      // the ledger is written with nine digits
      expect(Math.abs(given - own - facility[i]!)).toBeLessThan(1e-4);
      expect(Math.abs(given - load[i]!)).toBeLessThan(1e-4);
      for (const hall of ['hall-1', 'hall-2']) {
        const of = (column: string) => ledger.get(`${hall}.${column}`)![i]!;
        expect(Math.abs(of('facilityKw') - of('itKw') - of('coolingKw') - of('chainLossKw'))).toBeLessThan(1e-4);
      }
    }
  });

  it('has totals that are the sums of the ledger', () => {
    const h = results.manifest.stepMs / 3_600_000;
    const { totals } = results;
    const pairs: [string, number][] = [
      ['facilityKwh', sum(['site.facilityKw']) * h],
      ['itKwh', sum(columns(/^hall-\d\.itKw$/)) * h],
      ['coolingKwh', sum(columns(/^hall-\d\.coolingKw$/)) * h],
      ['importKwh', sum(['grid.importKw']) * h],
      ['solarUsedKwh', sum(['pv.powerKw']) * h],
      ['curtailedKwh', sum(columns(/^(pv|wind)\.curtailedKw$/)) * h],
      ['fuelKwh', sum(['gensets.fuelKwh'])],
      ['waterL', sum(columns(/\.waterL$/))],
      ['runningCostMoney', sum(columns(/\.costMoney$/))],
      ['co2Kg', sum(columns(/\.co2Kg$/))],
      ['outputTokens', sum(columns(/^service\..*\.outputTokensPerS$/)) * h * 3600],
      ['outputTokens', sum(columns(/^(chat-70b|code-32b)\.outputTokensPerS$/)) * h * 3600],
    ];
    for (const [name, value] of pairs) {
      expect(Math.abs(totals[name]! - value), name).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(value)));
    }
    expect(totals['fuelKwh'], 'a winter week without sun in which the generators run').toBeGreaterThan(0);
  });

  const day = ['simulate', BUKHARA, '--from', '2026-01-10', '--to', '2026-01-11', '--step', '1h'];

  it('takes recorded demand and lengths, and says what it took', async () => {
    const rate = Array.from(
      { length: 2016 },
      (_, i) => `${i < 1008 ? 'code' : 'conv'},${(i % 1008) * 600},${40 + (i % 144)}`,
    );
    const demand = write('week.csv.gz', gzipSync(['service,t_s,rps', ...rate].join('\n')));
    const trace = Array.from({ length: 60 }, (_, i) => `${i * 3},${800 + i},${100 + i}`);
    const lengths = write('requests.csv', ['t_s,input_tokens,output_tokens', ...trace].join('\n'));
    const [ambiguous, chosen] = await Promise.all([
      command([...day, '--demand', `chat=${demand}`]),
      command([
        ...day,
        '--demand',
        `chat=${demand},series=conv,mean=300 req/s`,
        '--lengths',
        `chat=${lengths}`,
        '--json',
      ]),
    ]);
    expect(mistake(ambiguous, 64, 'JW_SERIES_CHOICE')).toContain(`chat=${demand},series=code`);
    expect(chosen.code).toBe(0);
    const { manifest, totals } = JSON.parse(chosen.out) as Results;
    expect(manifest.inputs.map((i) => i.path)).toEqual(['bukhara.yaml', 'week.csv.gz', 'requests.csv']);
    // 300 req/s of chat beside code and batch, 130 output tokens each
    expect(totals['outputTokens']).toBeGreaterThan(300 * 129 * 86_400);
  });

  it('says what is wrong with its inputs', async () => {
    const weather = write(
      'short.csv',
      'day_of_year,hour,temp_c,dew_c,rh_pct,ghi_wm2,dni_wm2,dhi_wm2,wind10_ms\n1,0,1,0,80,0,0,0,3\n',
    );
    const trace = write(
      'back.csv',
      `t_s,input_tokens,output_tokens\n${Array.from({ length: 20 }, (_, i) => `${i === 9 ? 0 : i},10,10`).join('\n')}\n`,
    );
    const [year, back, step, policy] = await Promise.all([
      command([...day, '--weather', weather]),
      command([...day, '--lengths', `chat=${trace}`]),
      command([...day, '--step', '7m']),
      command([...day, '--policy', 'siload', '--json']),
    ]);
    mistake(year, 65, 'JW_WEATHER_ROWS');
    expect(mistake(back, 65, 'JW_TRACE_BACKWARDS')).toContain('back.csv:11:');
    mistake(step, 64, 'JW_PERIOD');
    mistake(policy, 64, 'JW_NO_POLICY');
    expect(JSON.parse(policy.out)).toMatchObject({
      errors: [{ code: 'JW_NO_POLICY', hint: expect.stringContaining('--policy') }],
    });
  });

  it('ends at once where it cannot write, and loses nothing that was there', async () => {
    const file = write('taken', 'mine');
    const ended = await command([...day, '--out', path.join(file, 'deeper')]);
    mistake(ended, 73, 'JW_FILE_UNWRITABLE');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('leaves no half-written file when it is stopped while it writes', async () => {
    const out = at('stopped');
    const words = [path.join(ROOT, 'bin', 'joulewright.cjs'), 'simulate', BUKHARA, '--out', out];
    // Its own process group, as a terminal gives it: Ctrl-C reaches launcher and program.
    const child = spawn(process.execPath, words, { detached: true, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const begun = () => existsSync(out) && readdirSync(out).some((name) => name.endsWith('.tmp'));
    for (let i = 0; i < 3000 && !begun() && child.exitCode === null; i++) await pause(5);
    expect(begun()).toBe(true);
    process.kill(-child.pid!, 'SIGINT');
    expect(await ended).toBe(130);
    expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }, 30_000);
});
