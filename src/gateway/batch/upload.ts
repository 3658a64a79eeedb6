import type { IncomingHttpHeaders } from 'node:http';
import { finished, type Readable } from 'node:stream';
import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import { fail, fault, JoulewrightError, reasonOf } from '../../errors/error.ts';
import type { Draft, FileStore } from './files.ts';

export interface Uploaded {
  /** Not yet a file: commit or discard it. */
  readonly draft: Draft;
  readonly filename: string;
  readonly fields: ReadonlyMap<string, string>;
}

const MOST_FIELDS = 20;
const MOST_FIELD_BYTES = 4096;
const MOST_NAME = 255;

/**
 * The name of a file as its sender called it, for people: the last part of its path, without control characters and marks that turn
 * text around. It is never used as a path here, and cannot be one where somebody saves the file under it.
 */
export function plainName(sent: string): string {
  const last = sent.toWellFormed().split(/[/\\]/).at(-1)!;
  const plain = last.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '').trim();
  const short = [...plain].slice(0, MOST_NAME).join('');
  return short === '' || short === '.' || short === '..' ? 'file' : short;
}

/**
 * Takes an upload: the file goes to the disk as it comes, and no more than a piece of it is held. Throws JW_UPLOAD,
 * JW_UPLOAD_TOO_LARGE, and what the disk says; then nothing is left of it.
 */
export async function takeUpload(
  source: Readable,
  headers: IncomingHttpHeaders,
  store: FileStore,
  mostBytes: number,
): Promise<Uploaded> {
  const type = headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;.*boundary=/i.test(type)) {
    fail('JW_REQUEST_TYPE', { type: type === '' ? 'missing' : type.slice(0, 100) });
  }
  const draft = await store.draft();
  try {
    return await receive(source, { ...headers, 'content-type': type }, draft, mostBytes);
  } catch (error) {
    await draft.discard().catch(() => undefined);
    // What still comes must not fill the connection: it is read and thrown away
    source.unpipe();
    source.resume();
    throw error;
  }
}

function receive(
  source: Readable,
  headers: IncomingHttpHeaders & { 'content-type': string },
  draft: Draft,
  mostBytes: number,
): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let filename: string | null = null;
    let writing: Promise<void> = Promise.resolve();
    const broken = (error: unknown): void => {
      if (error instanceof JoulewrightError) reject(error);
      else reject(uploadError(reasonOf(error)));
    };
    let parser: BusboyInstance;
    try {
      parser = new Busboy({
        headers,
        limits: { fields: MOST_FIELDS, fieldSize: MOST_FIELD_BYTES, files: 1, fileSize: mostBytes, headerPairs: 50 },
      });
    } catch (error) {
      broken(error);
      return;
    }
    parser.on('field', (name, value) => fields.set(name, value));
    parser.on('file', (name, stream, sent) => {
      if (name !== 'file') {
        stream.resume();
        broken(uploadError(`the file stands in the field ${name.slice(0, 40)} in place of file`));
        return;
      }
      filename = plainName(sent ?? '');
      writing = keep(stream, draft, mostBytes);
      writing.catch((error: unknown) => {
        stream.resume();
        reject(error);
      });
    });
    parser.on('filesLimit', () => broken(uploadError('there is more than one file')));
    parser.on('fieldsLimit', () => broken(uploadError(`there are more than ${MOST_FIELDS} fields`)));
    parser.on('error', broken);
    parser.on('finish', () => {
      writing.then(() => {
        if (filename === null) broken(uploadError('the field file is missing'));
        else resolve({ draft, filename, fields });
      }, reject);
    });
    finished(source, { writable: false }, (error) => {
      if (error !== undefined && error !== null) {
        parser.destroy();
        broken(uploadError('the upload was broken off'));
      }
    });
    source.pipe(parser);
  });
}

function uploadError(reason: string): JoulewrightError {
  return new JoulewrightError([fault('JW_UPLOAD', { reason })]);
}

async function keep(stream: BusboyFileStream, draft: Draft, mostBytes: number): Promise<void> {
  for await (const part of stream as AsyncIterable<Buffer>) await draft.write(part);
  if (stream.truncated || draft.bytes > mostBytes) fail('JW_UPLOAD_TOO_LARGE', { limit: mostBytes }, 'file');
}
