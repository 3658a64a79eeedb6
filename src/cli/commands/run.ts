import { fail, fault, JoulewrightError, printFault } from '../../errors/error.ts';
import { controlRoom } from '../../server/gatewayConfig.ts';
import { runSite } from '../../server/run.ts';
import { runModel } from '../../server/runModel.ts';
import { LIVE_POLICIES } from '../../server/solver.ts';
import type { Command, Typed } from '../command.ts';

function numberOption(typed: Typed, name: string, low: number, high: number): number | undefined {
  const text = typed.text(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value >= low && value <= high)) {
    fail('JW_USAGE', { reason: `--${name} takes a number from ${low} to ${high}, not "${text}"`, command: 'run' });
  }
  return value;
}

/**
 * Resolves when the program is told to stop.
 * @param reload done at SIGHUP instead of stopping, where no terminal is closed by it
 */
function untilSignal(reload?: () => void): Promise<'signal'> {
  // The handlers stay from now on: without one, even for a moment, a signal that arrives twice (from the terminal, npm and the
  // launcher) would end the program on the spot. A second Ctrl-C two seconds later does not wait any longer.
  let sinceMs: number | undefined;
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => {
        if (name === 'SIGHUP' && reload !== undefined && !process.stdin.isTTY) {
          reload();
          return;
        }
        if (sinceMs !== undefined && Date.now() - sinceMs > 2000) process.exit(130);
        sinceMs ??= Date.now();
        resolve('signal');
      });
    }
  });
}

const print = (text = ''): void => {
  process.stdout.write(`${text}\n`);
};

/** Serves a model file without a site. */
async function serveFile(file: string, typed: Typed): Promise<number> {
  for (const name of ['speed', 'data', 'policy']) {
    if (typed.text(name) !== undefined)
      fail('JW_USAGE', { reason: `--${name} is for a site, not for --gguf`, command: 'run' });
  }
  const host = typed.text('host') ?? '127.0.0.1';
  const threads = numberOption(typed, 'threads', 1, 1024);
  const running = await runModel({
    file,
    host,
    port: numberOption(typed, 'port', 0, 65_535) ?? 8787,
    slots: numberOption(typed, 'slots', 1, 64) ?? 4,
    contextTokens: numberOption(typed, 'context', 128, 1_048_576) ?? 4096,
    ...(threads === undefined ? {} : { threads }),
  });
  const signal = untilSignal();
  print(`${running.model} is served by the built-in engine (${running.backend}), without a site.`);
  print();
  print(`  API            ${running.url}/v1`);
  print(`  metrics        ${running.url}/metrics`);
  print(`  context        ${running.contextTokens} tokens per request`);
  print();
  print('Try:');
  print();
  print(`  curl ${running.url}/v1/chat/completions -H 'content-type: application/json' \\`);
  print(`    -d '{"model":"${running.model}","messages":[{"role":"user","content":"Salom!"}],"max_tokens":40}'`);
  print();
  print('Ctrl-C stops it.');
  await signal;
  await running.stop();
  return 0;
}

export const run: Command = {
  name: 'run',
  about: 'run a site: OpenAI-compatible API, controller and control room, with the embedded twin as plant',
  details:
    'The twin stands in for the plant until real devices do. Real requests are added to its load; simulated\n' +
    'engines say in every answer that they are. State is kept in the data folder and survives a restart or a crash.\n' +
    'A change of the site file is checked and taken over while it runs, a renewed certificate (gateway.tls) too; SIGHUP\n' +
    'does the same for the other files that it names.\n' +
    '\n' +
    'With --gguf it serves one model file instead, with the engine built in: real tokens on a laptop, by the package\n' +
    'node-llama-cpp (npm install node-llama-cpp). Nothing is downloaded or compiled.',
  positionals: [{ name: 'SITE', about: 'the site file; left out with --gguf', required: false }],
  options: {
    port: {
      type: 'string',
      value: 'PORT',
      about: 'port of the API and the control room (default: the site file’s, 8787)',
    },
    host: { type: 'string', value: 'ADDRESS', about: 'address to listen on (default: the site file’s, 127.0.0.1)' },
    data: { type: 'string', value: 'DIR', about: 'folder for what must survive (default: the site file’s)' },
    speed: {
      type: 'string',
      value: 'N',
      about: 'site seconds per second, for demonstration (default 1; 3600 = an hour a second)',
    },
    policy: {
      type: 'string',
      value: 'NAME',
      about: `by whose plans it is run: ${LIVE_POLICIES.join(', ')} (default: the site file’s, joint)`,
      words: LIVE_POLICIES,
    },
    gguf: {
      type: 'string',
      value: 'FILE',
      about: 'serve this model file in one process, without a site; needs the package node-llama-cpp',
    },
    slots: { type: 'string', value: 'N', about: 'with --gguf: requests answered at once (default 4)' },
    context: {
      type: 'string',
      value: 'TOKENS',
      about: 'with --gguf: input and answer together, per request (default 4096, the model’s own at most)',
    },
    threads: {
      type: 'string',
      value: 'N',
      about: 'with --gguf: threads of the processor (default: what the engine finds best)',
    },
  },
  examples: [
    'joulewright run --gguf model.gguf',
    'joulewright run sites/bukhara.yaml',
    'joulewright run sites/bukhara.yaml --speed 3600 --data /tmp/demo',
  ],
  async run(typed) {
    const gguf = typed.text('gguf');
    const [siteFile] = typed.positionals;
    if (gguf !== undefined) {
      if (siteFile !== undefined) fail('JW_USAGE', { reason: 'give a site file or --gguf, not both', command: 'run' });
      return serveFile(gguf, typed);
    }
    if (siteFile === undefined) fail('JW_USAGE', { reason: 'SITE is missing', command: 'run' });
    for (const name of ['slots', 'context', 'threads']) {
      if (typed.text(name) !== undefined) fail('JW_USAGE', { reason: `--${name} is for --gguf`, command: 'run' });
    }
    const port = numberOption(typed, 'port', 0, 65_535);
    const host = typed.text('host');
    const data = typed.text('data');
    const named = typed.text('policy');
    const policy = LIVE_POLICIES.find((name) => name === named);
    if (named !== undefined && policy === undefined) {
      fail('JW_USAGE', { reason: `--policy is one of ${LIVE_POLICIES.join(', ')}, not "${named}"`, command: 'run' });
    }
    const site = await runSite({
      siteFile,
      speed: numberOption(typed, 'speed', 1, 86_400) ?? 1,
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
      ...(data === undefined ? {} : { data }),
      ...(policy === undefined ? {} : { policy }),
      onChange: (text) => print(`${new Date().toISOString()} ${text}`),
    });
    const model = site.site.deployments[0]!.model;
    for (const warning of site.warnings) process.stderr.write(`warning ${warning}\n`);
    print(
      `${site.site.name} is running, with ${site.site.deployments.some((d) => d.engine.kind !== 'simulated') ? 'its engines and ' : ''}the embedded twin as its plant (simulated).`,
    );
    print();
    print(
      `  control room   ${site.url}/${controlRoom() === null ? '   (not built: npm run build -- --dashboard)' : ''}`,
    );
    print(`  API            ${site.url}/v1`);
    print(`  metrics        ${site.url}/metrics`);
    print(`  data           ${site.dataDir}`);
    if (site.certificate !== null) {
      const { names, untilMs } = site.certificate;
      print(`  certificate    ${names}, until ${new Date(untilMs).toISOString().slice(0, 10)}`);
    }
    print();
    if (site.firstKey !== null) {
      print('The admin key of this site, shown this once only; it makes the keys of others:');
      print();
      print(`  ${site.firstKey}`);
      print();
    }
    print('Try:');
    print();
    const key = site.site.gateway.open ? '' : ` -H "authorization: Bearer $JOULEWRIGHT_KEY"`;
    print(`  curl ${site.url}/v1/chat/completions -H 'content-type: application/json'${key} \\`);
    print(`    -d '{"model":"${model}","messages":[{"role":"user","content":"Salom!"}],"max_tokens":40}'`);
    print();
    print('Ctrl-C stops it; the state stays.');
    const signal = untilSignal(() => void site.reload());
    const ended = await Promise.race([signal, site.failed]);
    print();
    print('stopping ...');
    await site.stop();
    if (ended === 'signal') {
      print('stopped; the state is kept.');
      return 0;
    }
    if (ended instanceof JoulewrightError) throw ended;
    process.stderr.write(
      `${ended.stack ?? ''}\nerror ${printFault(fault('JW_INTERNAL', { reason: ended.message }))}\n`,
    );
    return 70;
  },
};
