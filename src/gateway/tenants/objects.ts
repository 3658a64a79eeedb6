import { z } from 'zod';
import { TRAFFIC_CLASSES } from '../../control/contract.ts';
import { METRICS } from './account.ts';
import { WINDOWS } from './calendar.ts';
import { ROLES, SCOPES } from './principal.ts';

/** What the tenants are made of, as the store keeps them and the administration API shows them (without digests). */

/** Ids of organisations and projects. */
export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'is not 1 to 63 of a-z, 0-9 and "-", no "-" at the ends');
/** Names for people: one line. */
export const label = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'has characters that steer terminals');
/** Labels of sites: a country, a region, an operator's own word, or the id of a site. */
export const residency = z
  .array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'is not a label: a-z, 0-9, ".", "_", "-"'))
  .min(1)
  .max(32);

const instantMs = z.number().int();

export const organisationSchema = z.strictObject({
  id: slug,
  name: label,
  residency: residency.nullable(),
  closed: z.boolean(),
  /** Of the engines' time beside other organisations that wait too. */
  share: z.number().min(0.01).max(100).default(1),
  createdMs: instantMs,
});
export type Organisation = z.infer<typeof organisationSchema>;

export const projectSchema = z.strictObject({
  id: slug,
  organisation: slug,
  name: label,
  /** Narrower than that of the organisation; both must allow a site. */
  residency: residency.nullable(),
  models: z.array(z.string().min(1).max(200)).min(1).max(200).nullable(),
  classes: z.array(z.enum(TRAFFIC_CLASSES)).min(1).nullable(),
  closed: z.boolean(),
  createdMs: instantMs,
});
export type Project = z.infer<typeof projectSchema>;

export const keySchema = z.strictObject({
  id: z.string(),
  project: slug,
  name: label,
  /** SHA-256 of the key, base64. */
  digest: z.string(),
  role: z.enum(ROLES),
  /** Narrower than what the role has; null = all that it has. */
  scopes: z.array(z.enum(SCOPES)).min(1).nullable(),
  expiresMs: instantMs.nullable(),
  revokedMs: instantMs.nullable(),
  createdMs: instantMs,
  createdBy: z.string(),
});
export type KeyRecord = z.infer<typeof keySchema>;

export const limitSchema = z.strictObject({
  metric: z.enum(METRICS),
  window: z.enum(WINDOWS),
  amount: z.number().min(0).max(1e15),
  budget: z.boolean().default(false),
  warn: z.number().gt(0).max(1).nullable().default(null),
});
export const limitsSchema = z.array(limitSchema).max(48);
