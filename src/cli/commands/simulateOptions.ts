import path from 'node:path';
import { fail, JoulewrightError, reasonOf } from '../../errors/error.ts';
import { POLICY_NAMES, type PolicyName } from '../../policy/policy.ts';
import type { DemandText } from '../../simulate/substitutes.ts';
import { makeFolder } from '../../store/folder.ts';
import { parseQuantity } from '../../units/quantity.ts';
import type { OptionDef, Typed } from '../command.ts';

/** Options of `simulate` about demand. */
export const DEMAND_OPTIONS = {
  demand: { type: 'string', value: 'SERVICE=FILE', about: 'recorded request rate of a service', multiple: true },
  lengths: {
    type: 'string',
    value: 'SERVICE=FILE',
    about: 'recorded requests of a service: lengths and burstiness',
    multiple: true,
  },
  'demand-share': {
    type: 'string',
    value: '30%',
    about: 'scale demand so that its busiest hour is this share of what the replicas serve within their targets',
  },
  vary: {
    type: 'string',
    value: '34%',
    about:
      'have every week stray from the demand by this, as recorded weeks do: 19, 34 and 62 % in three services of ServeGen',
  },
} as const satisfies Readonly<Record<string, OptionDef>>;

const MOST_SHARE = 2;

function shareOf(option: string, text: string, most: number): number {
  try {
    const { value } = parseQuantity(text, 'share');
    if (value > 0 && value <= most) return value;
  } catch (error) {
    if (!(error instanceof JoulewrightError)) throw error;
  }
  return fail('JW_USAGE', {
    reason: `--${option} takes a share above 0 up to ${100 * most} %, such as 30%, not "${text}"`,
    command: 'simulate',
  });
}

/** What is said of demand. @throws JW_USAGE */
export function demandText(typed: Typed): DemandText {
  const share = typed.text('demand-share');
  const vary = typed.text('vary');
  return {
    demand: typed.raw('demand'),
    lengths: typed.raw('lengths'),
    ...(share === undefined ? {} : { share: shareOf('demand-share', share, MOST_SHARE) }),
    ...(vary === undefined ? {} : { vary: shareOf('vary', vary, 1) }),
  };
}

const MOST_JOBS = 64;

/** Threads of `--jobs`; `usual` without it. @throws JW_USAGE */
export function jobsOf(typed: Typed, usual: number): number {
  const text = typed.text('jobs');
  if (text === undefined) return usual;
  const jobs = Number(text);
  if (/^\d+$/.test(text) && jobs >= 1 && jobs <= MOST_JOBS) return jobs;
  return fail('JW_USAGE', { reason: `--jobs takes 1 to ${MOST_JOBS}, not "${text}"`, command: 'simulate' });
}

/** Policies as typed, each once; `siloed` without any. @throws JW_NO_POLICY */
export function policiesOf(typed: Typed): PolicyName[] {
  const asked = typed.texts('policy');
  const names = asked.length === 0 ? ['siloed'] : [...new Set(asked)];
  return names.map((name) => {
    const found = POLICY_NAMES.find((p) => p === name);
    if (found === undefined) fail('JW_NO_POLICY', { policy: name, policies: POLICY_NAMES.join(', ') });
    return found;
  });
}

/** The folder of `--out`, made where it is missing; undefined without it. @throws JW_FILE_UNWRITABLE */
export function outFolder(typed: Typed): string | undefined {
  const out = typed.text('out');
  if (out === undefined) return undefined;
  const folder = path.resolve(out);
  try {
    makeFolder(folder);
  } catch (error) {
    fail('JW_FILE_UNWRITABLE', { file: folder, reason: reasonOf(error) });
  }
  return folder;
}
