import path from 'node:path';
import { fail, reasonOf } from '../../errors/error.ts';
import { POLICY_NAMES, type PolicyName } from '../../policy/policy.ts';
import { makeFolder } from '../../store/folder.ts';
import type { Typed } from '../command.ts';

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
