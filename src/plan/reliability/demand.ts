import { fail } from '../../errors/error.ts';

/** @throws JW_RELIABILITY when `ok` is false */
export function demand(ok: boolean, name: string, value: number, rule: string): void {
  if (!ok) fail('JW_RELIABILITY', { name, value, rule });
}
