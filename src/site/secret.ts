import { z } from 'zod';
import { fail } from '../errors/error.ts';

/** Where a secret lies: in an environment variable, never in the file. */
export interface SecretRef {
  readonly env: string;
}

/** A secret in a site file: `{env: NAME}`. Plain text is refused with the reason. */
export function secret(about: string) {
  return z
    .unknown()
    .transform((value, context): SecretRef => {
      const parsed = z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }).safeParse(value);
      if (parsed.success) return parsed.data;
      const reason = typeof value === 'string' ? 'a secret is never written in the site file' : 'this is not a secret';
      context.addIssue({
        code: 'custom',
        message: `${reason}; put it in an environment variable and write {env: NAME}`,
      });
      return z.NEVER;
    })
    .meta({ about, description: `${about}, as {env: NAME}` });
}

/** The secret itself, looked up only when it is used. @throws JW_SECRET_UNSET */
export function revealSecret(ref: SecretRef, env: Readonly<Record<string, string | undefined>> = process.env): string {
  const value = env[ref.env];
  if (value === undefined || value === '') return fail('JW_SECRET_UNSET', { name: ref.env });
  return value;
}
