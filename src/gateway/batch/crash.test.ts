import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type Random, random } from '../../series/random.ts';
import { realDisk } from './disk.ts';
import { FaultyDisk, type Mishap } from './fixtures/faultyDisk.ts';
import {
  answered,
  durable,
  type Execute,
  idOf,
  line,
  linesIn,
  openOffice,
  order,
  overOf,
  refused,
  shop,
  temporary,
  upload,
  work,
} from './fixtures/office.ts';
import type { BatchOffice } from './office.ts';

const LINES = 12;
const ALL = Array.from({ length: LINES }, (_, i) => `r${i}`);
const DEATHS: readonly Mishap[] = ['die', 'die half', 'power cut'];
const INPUT = ALL.map((id) => line(id)).join('\n');

/** Every id has exactly one line in one of the two files, and every line of them is whole. */
async function expectWhole(office: BatchOffice, id: string): Promise<void> {
  const over = await overOf(office, id);
  expect(over.status).toBe('completed');
  const found = [...linesIn(office, over.outputFileId), ...linesIn(office, over.errorFileId)];
  expect(found.map((one) => String(one['custom_id'])).toSorted()).toEqual(ALL.toSorted());
  expect(over.completed + over.failed).toBe(LINES);
}

/** Engines that fail in all the ways they have: no room, broken, hung until given up, a long wait. */
function unreliable(draw: Random, onRun: (id: string) => void): Execute {
  return async ({ body }) => {
    const id = idOf(body);
    onRun(id);
    if (draw.next() < 0.3) await new Promise((wake) => setTimeout(wake, draw.next() * 3));
    const luck = draw.next();
    if (luck < 0.05) return refused(429, false);
    if (luck < 0.1) return refused(502, true);
    if (luck < 0.13) return refused(504, true);
    return answered(id);
  };
}

/** Runs a batch over crashes until it is over. `mishaps` gives the fate of the disk of each life. Returns how often it was killed. */
async function live(
  seed: number,
  mishaps: (life: number, draw: Random) => (operation: number) => Mishap,
): Promise<number> {
  const { folder, remove } = temporary();
  const draw = random(seed);
  let accepted: string | undefined;
  let uploaded: string | undefined;
  let kills = 0;
  try {
    for (let life = 0; ; life++) {
      const disk = new FaultyDisk(realDisk, life < 12 ? mishaps(life, draw) : () => 'none');
      const running = (async () => {
        const office = await openOffice(folder, disk);
        // What was acknowledged is there, and what was half done is not
        if (uploaded !== undefined) expect(office.files.get(uploaded)?.bytes).toBe(INPUT.length);
        if (accepted !== undefined) expect(office.batches.get(accepted)).toBeDefined();
        const before = new Set(accepted === undefined ? [] : await durable(office, accepted));
        const paid = new Set<string>();
        const answering = unreliable(draw, (id) => {
          // Knowingly paid twice: its result is on the disk already
          if (!disk.dead) expect(before.has(id), `${id} was run again`).toBe(false);
        });
        office.start(
          work(async (asked, who, signal) => {
            const id = idOf(asked.body);
            expect(paid.has(id), `${id} was answered already in this life`).toBe(false);
            const came = await answering(asked, who, signal);
            if (came.status === 200) paid.add(id);
            return came;
          }),
        );
        uploaded ??= await upload(office, INPUT);
        accepted ??= office.batches.all[0]?.id ?? (await office.create(shop, order(uploaded))).id;
        await expectWhole(office, accepted);
        await office.close();
        return 'over';
      })();
      const end = await Promise.race([running.catch((error: unknown) => error), disk.died.then(() => 'died')]);
      if (end === 'over') return kills;
      // A disk that refuses at the start lets the program end, and be started again
      const refuses =
        end instanceof Error && 'code' in end && ['ENOSPC', 'EIO', 'JW_STORE_FOLDER'].includes(String(end.code));
      if (end !== 'died' && !refuses) throw end;
      if (end === 'died') kills += 1;
      disk.die();
      // Writes that it had begun are the system's to end
      await new Promise((wake) => setTimeout(wake, 5));
      await disk.bury();
    }
  } finally {
    remove();
  }
}

it('has one line per id after a kill at every operation on the disk, and after a loss of power there', async () => {
  let kills = 0;
  // Until a run ends before the operation comes
  for (let at = 0, before = -1; kills > before; at++) {
    before = kills;
    for (const fate of ['die', 'die half', 'power cut'] as const) {
      kills += await live(at, (life) => (operation) => (life === 0 && operation === at ? fate : 'none'));
    }
  }
  expect(kills).toBeGreaterThan(120);
}, 240_000);

it('has one line per id after kills again and again, with a disk that refuses between them', async () => {
  let kills = 0;
  for (let seed = 0; seed < 50; seed++) {
    kills += await live(1000 + seed, (_life, draw) => {
      const diesAt = Math.floor(draw.next() * 60);
      return (operation) => {
        if (operation === diesAt) return DEATHS[Math.floor(draw.next() * DEATHS.length)]!;
        const luck = draw.next();
        return luck < 0.03 ? 'refuse' : luck < 0.06 ? 'half' : 'none';
      };
    });
  }
  expect(kills).toBeGreaterThan(120);
}, 240_000);

it('has one line per id after kill -9, again and again, of a program whose disk refuses now and then', async () => {
  const RUNNER = fileURLToPath(new URL('./fixtures/runner.ts', import.meta.url));
  const { folder, remove } = temporary();
  const ids = Array.from({ length: 3000 }, (_, i) => `k${i}`);
  const draw = random(7);
  let office = await openOffice(folder);
  office.start(work(async () => refused(503, false)));
  const { id } = await office.create(shop, order(await upload(office, ids.map((one) => line(one)).join('\n'))));
  await office.close();
  let kills = 0;
  let refusals = 0;
  for (let run = 0; ; run++) {
    const known = new Set(await durable(await openOffice(folder), id));
    const paidFile = join(folder, `paid-${run}`);
    const killed = await new Promise<boolean>((resolve, reject) => {
      const child = spawn(process.execPath, [RUNNER, folder, String(run), paidFile], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let dots = 0;
      const most = draw.next() * 60;
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        dots += part.length;
        refusals += part.split('!').length - 1;
        // Killed a random time after a random line
        if (dots > most && kills < 20) setTimeout(() => child.kill('SIGKILL'), draw.next() * 10);
      });
      child.on('error', reject);
      child.on('close', (_code, signal) => {
        resolve(signal === 'SIGKILL' || process.platform === 'win32');
      });
    });
    const paid = readFileSync(paidFile, 'utf8').split('\n');
    expect(paid.filter((one) => known.has(one))).toEqual([]);
    if (!killed) break;
    kills += 1;
  }
  expect(kills).toBeGreaterThanOrEqual(10);
  expect(refusals).toBeGreaterThan(0);
  office = await openOffice(folder);
  const over = office.batches.get(id)!;
  expect(over.status).toBe('completed');
  const found = [...linesIn(office, over.outputFileId), ...linesIn(office, over.errorFileId)];
  expect(found.map((one) => String(one['custom_id'])).toSorted()).toEqual(ids.toSorted());
  remove();
}, 240_000);
