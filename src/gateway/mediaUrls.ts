import { BlockList, isIP } from 'node:net';
import { type Failure, failure } from '../engines/failure.ts';

/** Keys whose text an engine may fetch, in what callers send. */
const FETCHED = new Set(['image_url', 'video_url', 'audio_url', 'file_url', 'url', 'image', 'video', 'audio']);
/** What a model or a tool said, and what describes tools: nobody fetches it. */
const SAID = new Set(['tools', 'functions', 'tool_calls', 'metadata', 'response_format', 'text']);

/** Addresses that are no public host (IANA's registries of special-purpose addresses, RFC 6890), and those that carry such a one inside. */
const SPECIAL = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  SPECIAL.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  SPECIAL.addSubnet(network, bits, 'ipv6');
}

/** Whether a host of a URL, as the URL parser writes it, is no public one by its looks: a special address, or a name of a local network. */
export function isPrivateHost(host: string): boolean {
  const bare = (host.startsWith('[') ? host.slice(1, -1) : host).replace(/\.$/, '').toLowerCase();
  const family = isIP(bare);
  if (family !== 0) return SPECIAL.check(bare, family === 4 ? 'ipv4' : 'ipv6');
  return !bare.includes('.') || /\.(localhost|local|internal|lan|home|corp|intranet|home\.arpa)$/.test(bare);
}

/**
 * Engines fetch the images, sounds and videos whose addresses callers send, from inside the site's network. This keeps callers from
 * reaching what lies there: only http and https, no private host and no user in the address, besides the hosts that the site
 * file names. A public name that points to a private address cannot be told here.
 */
export class MediaUrls {
  #hosts: ReadonlySet<string> = new Set();

  /** @param hosts private hosts that may be fetched from all the same */
  constructor(hosts: readonly string[] = []) {
    this.use(hosts);
  }

  use(hosts: readonly string[]): void {
    this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
  }

  /** Why a body is not passed on to an engine; null when it is. The body is at most as deep as the JSON parser lets through. */
  refusal(value: unknown): Failure | null {
    if (Array.isArray(value)) {
      for (const item of value) {
        const why = this.refusal(item);
        if (why !== null) return why;
      }
      return null;
    }
    if (typeof value !== 'object' || value === null) return null;
    // The arguments of a call are a model's words
    if ('type' in value && value.type === 'tool_use') return null;
    for (const [key, inner] of Object.entries(value)) {
      if (SAID.has(key)) continue;
      const why = typeof inner === 'string' ? this.#address(key, inner) : this.refusal(inner);
      if (why !== null) return why;
    }
    return null;
  }

  #address(key: string, text: string): Failure | null {
    // Without a scheme it is content, such as base64; whitespace before it is dropped by those who parse it
    const scheme = FETCHED.has(key)
      ? /^\s*([a-z][a-z0-9+.-]*):/i.exec(text.slice(0, 100))?.[1]?.toLowerCase()
      : undefined;
    if (scheme === undefined || scheme === 'data') return null;
    const refused = (reason: string): Failure => failure('JW_MEDIA_URL', { key, reason }, { where: key });
    if (scheme !== 'http' && scheme !== 'https') return refused(`has the scheme "${scheme.slice(0, 20)}"`);
    const url = URL.parse(text);
    if (url === null) return refused('is no address');
    if (url.username !== '' || url.password !== '') return refused('names a user');
    if (this.#hosts.has(url.hostname) || this.#hosts.has(url.host)) return null;
    return isPrivateHost(url.hostname) ? refused('does not lead to a public host') : null;
  }
}
