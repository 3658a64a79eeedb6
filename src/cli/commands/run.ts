import { fail, fault, JoulewrightError, printFault } from '../../errors/error.ts';
import { runSite } from '../../server/run.ts';
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

export const run: Command = {
  name: 'run',
  about: 'run a site: OpenAI-compatible API, controller and control room, with the embedded twin as plant',
  details:
    'The twin stands in for the plant until real devices do. Real requests are added to its load; simulated\n' +
    'engines say in every answer that they are. State is kept in the data folder and survives a restart or a crash.',
  positionals: [{ name: 'SITE', about: 'the site file', required: true }],
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
  },
  examples: ['joulewright run sites/bukhara.yaml', 'joulewright run sites/bukhara.yaml --speed 3600 --data /tmp/demo'],
  async run(typed) {
    const port = numberOption(typed, 'port', 0, 65_535);
    const host = typed.text('host');
    const data = typed.text('data');
    const site = await runSite({
      siteFile: typed.positionals[0]!,
      speed: numberOption(typed, 'speed', 1, 86_400) ?? 1,
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
      ...(data === undefined ? {} : { data }),
    });
    const model = site.site.deployments[0]!.model;
    const print = (text = '') => process.stdout.write(`${text}\n`);
    for (const warning of site.warnings) process.stderr.write(`warning ${warning}\n`);
    print(
      `${site.site.name} is running, with ${site.site.deployments.some((d) => d.engine.kind === 'openai') ? 'its engines and ' : ''}the embedded twin as its plant (simulated).`,
    );
    print();
    print(`  control room   ${site.url}/`);
    print(`  API            ${site.url}/v1`);
    print(`  metrics        ${site.url}/metrics`);
    print(`  data           ${site.dataDir}`);
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
    // The handlers stay from now on: without one, even for a moment, a signal that arrives twice (from the terminal, npm and the
    // launcher) would end the program on the spot. A second Ctrl-C two seconds later does not wait any longer.
    let sinceMs: number | undefined;
    const signal = new Promise<'signal'>((resolve) => {
      for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
        process.on(name, () => {
          if (sinceMs !== undefined && Date.now() - sinceMs > 2000) process.exit(130);
          sinceMs ??= Date.now();
          resolve('signal');
        });
      }
    });
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
