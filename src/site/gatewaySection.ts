import { isIP } from 'node:net';
import { z } from 'zod';
import { byDefault, choice, text, whole } from '../units/schema.ts';

const modelRow = z.strictObject({
  id: text('name that callers may give as the model'),
  deployment: text('id of the deployment that answers'),
  adapter: text('name of an adapter (LoRA) that its engine holds, which answers in place of the model').optional(),
});

/** Whether a text is an IP address, with or without the length of a prefix. */
function isNetwork(value: string): boolean {
  const [address = '', bits, more] = value.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

const tlsSection = z.strictObject({
  cert: text('PEM file with the certificate of the site, then those that lead to a root, relative to this file'),
  key: text('PEM file with its private key, without a passphrase, relative to this file'),
});

const retentionSection = z.strictObject({
  requests: byDefault(
    whole('days for which single requests are kept', { min: 2, max: 36_600 }),
    400,
    'our choice: a month can be held against that of the year before',
  ),
  sums: byDefault(
    whole('days for which sums of usage by day are kept', { min: 62, max: 36_600 }),
    3660,
    'our choice: ten years',
  ),
  readings: byDefault(whole('days for which single readings are kept', { min: 1, max: 36_600 }), 7, 'our choice'),
  minutes: byDefault(
    whole('days for which means of minutes are kept', { min: 1, max: 36_600 }),
    92,
    'our choice: a quarter',
  ),
  five_minutes: byDefault(
    whole('days for which means of five minutes are kept', { min: 1, max: 36_600 }),
    3660,
    'our choice: ten years',
  ),
  events: byDefault(
    whole('days for which events of the site are kept; the audit trail of the tenants stays for good', {
      min: 1,
      max: 36_600,
    }),
    3660,
    'our choice: ten years',
  ),
});

export const gatewaySection = z.strictObject({
  host: byDefault(
    text('address that the gateway listens on'),
    '127.0.0.1',
    'our choice: this machine only, until told otherwise',
  ),
  port: byDefault(whole('port of the gateway', { min: 0, max: 65535 }), 8787, 'our choice'),
  tls: tlsSection.optional(),
  data: byDefault(
    text('folder of databases, relative to this file; {id} stands for the site’s id'),
    '.joulewright/{id}',
    'our choice: sites in one folder keep apart',
  ),
  access: byDefault(
    choice('who may send requests: holders of keys, or whoever reaches the port (for demonstrations)', [
      'keys',
      'open',
    ]),
    'keys',
    'our choice: nobody gets in unasked',
  ),
  hosts: byDefault(
    z.array(text('name under which callers reach the gateway, besides localhost and addresses')),
    [],
    'our choice: a name must be said, so that no other name can be pointed at the site',
  ),
  trusted_proxies: byDefault(
    z.array(
      text(
        'address or network (CIDR) of a proxy in front, whose X-Forwarded-For tells the address of the caller',
      ).refine(isNetwork, { error: 'is no address or network such as 10.0.0.0/8' }),
    ),
    [],
    'our choice: anybody can write that header',
  ),
  media_hosts: byDefault(
    z.array(
      text('private host, with or without a port, from which engines may fetch images and sounds that callers name'),
    ),
    [],
    'our choice: engines fetch from inside the network, so callers may name public hosts only',
  ),
  residency: byDefault(
    z.array(text('label of this site for keys whose data is pinned: a region, a jurisdiction, a word of your own')),
    [],
    'our choice: the id of the site and its country are labels anyway',
  ),
  models: byDefault(z.array(modelRow), [], 'our choice: models, deployments and services have their names anyway'),
  log: byDefault(
    choice('what is written to standard error: what goes wrong, or a line for every request too', [
      'warnings',
      'requests',
    ]),
    'warnings',
    'our choice: usage is in the database anyway',
  ),
  retention: retentionSection.prefault({}),
});
