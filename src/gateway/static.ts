import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { fail, reasonOf } from '../errors/error.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** Only what the site itself serves may run or be asked; styles may be inline because plots set them on elements. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};

interface StaticFile {
  readonly body: Buffer;
  readonly zipped: Buffer | null;
  readonly type: string;
  readonly etag: string;
  readonly cache: string;
}

/**
 * The control room's files, read once into a fixed map from exact URL path to content. Nothing is looked up on the disk
 * while serving, so no path in a request can reach outside the folder.
 */
export class StaticFiles {
  readonly #files = new Map<string, StaticFile>();

  /** Reads a folder; throws JW_FILE_UNREADABLE. Hidden files are left out. */
  constructor(dir: string) {
    try {
      for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath, entry.name);
        const path = `/${relative(dir, file).split(sep).join('/')}`;
        if (!entry.isFile() || path.includes('/.')) continue;
        this.#files.set(encodeURI(path), staticFile(path, readFileSync(file)));
      }
    } catch (error) {
      fail('JW_FILE_UNREADABLE', { file: dir, reason: reasonOf(error) }, '', error);
    }
    const index = this.#files.get('/index.html');
    if (index !== undefined) this.#files.set('/', index);
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Answers GET and HEAD of a known path; false when the path is not known. */
  serve(path: string, request: IncomingMessage, response: ServerResponse, requestId: string): boolean {
    const file = this.#files.get(path);
    if (file === undefined) return false;
    const headers: Record<string, string> = {
      ...SECURITY_HEADERS,
      'x-request-id': requestId,
      etag: file.etag,
      'cache-control': file.cache,
      vary: 'accept-encoding',
    };
    if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304, headers).end();
      return true;
    }
    const zip = file.zipped !== null && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = zip && file.zipped !== null ? file.zipped : file.body;
    if (zip) headers['content-encoding'] = 'gzip';
    headers['content-type'] = file.type;
    headers['content-length'] = String(body.length);
    response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : body);
    return true;
  }
}

function staticFile(path: string, body: Buffer): StaticFile {
  const type = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const packs = /^text|json|svg/.test(type) && body.length > 1024;
  // Built assets carry a hash in their name
  const hashed = /-[\w-]{8,}\.\w+$/.test(path);
  return {
    body,
    zipped: packs ? gzipSync(body) : null,
    type,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    cache: hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}
