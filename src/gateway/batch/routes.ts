import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { failure } from '../../engines/failure.ts';
import { fail, fault, JoulewrightError, reasonOf } from '../../errors/error.ts';
import { sendFailure } from '../send.ts';
import type { Principal } from '../tenants/principal.ts';
import { refusal } from '../tenants/roles.ts';
import type { BatchOffice } from './office.ts';
import { MOST_INPUT_BYTES, MOST_PROJECT_BYTES } from './office.ts';
import { type BatchRecord, type FileRecord, PURPOSES } from './records.ts';
import { takeUpload } from './upload.ts';
import { batchView, fileView, pageOf } from './view.ts';

/** Lifetimes of files that the OpenAI API takes, s. */
const SHORTEST_LIFE_S = 3_600;
const LONGEST_LIFE_S = 2_592_000;

const lifeSchema = z.object({
  anchor: z.literal('created_at'),
  seconds: z.coerce.number().int().min(SHORTEST_LIFE_S).max(LONGEST_LIFE_S),
});
const metadataSchema = z
  .record(z.string().max(64), z.string().max(512))
  .refine((all) => Object.keys(all).length <= 16, 'has more than 16 pairs');
const orderSchema = z.object({
  input_file_id: z.string(),
  endpoint: z.string(),
  completion_window: z.string(),
  metadata: metadataSchema.nullish(),
  output_expires_after: lifeSchema.nullish(),
});
const batchListSchema = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
const fileListSchema = z.object({
  after: z.string().optional(),
  purpose: z.string().optional(),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number().int().min(1).max(10_000).default(10_000),
});
const uploadSchema = z.object({
  purpose: z.enum(PURPOSES),
  'expires_after[anchor]': z.literal('created_at').optional(),
  'expires_after[seconds]': lifeSchema.shape.seconds.optional(),
});

/** What was sent, checked. Throws JW_REQUEST_FIELD. */
function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const param = path.length === 0 ? 'body' : path.join('.');
  return fail('JW_REQUEST_FIELD', { param, reason: message }, param);
}

type ById = { Params: { id: string } };

/** Told of what was done with files and batches, for the audit trail. */
export type Note = (
  principal: Principal,
  action: string,
  target: string,
  detail: Record<string, string | number>,
) => void;

/** Registers `/v1/files` and `/v1/batches`, inside `/v1` where the principal is known. */
export function addBatches(app: FastifyInstance, office: BatchOffice, note: Note): void {
  app.register((own, _options, done) => {
    own.addHook('onRequest', (request, reply, next) => {
      const why = refusal(request.principal, 'batch');
      if (why !== null) sendFailure(reply, why);
      else next();
    });
    // The upload reads its body itself
    own.addContentTypeParser('multipart/form-data', (_request, _payload, parsed) => parsed(null));
    addFiles(own, office, note);
    addFileContent(own, office);
    addBatch(own, office, note);
    done();
  });
}

function addFiles(app: FastifyInstance, office: BatchOffice, note: Note): void {
  app.post('/v1/files', async (request, reply) => {
    const { organisation, project } = request.principal;
    if (office.files.bytesOf(project) >= MOST_PROJECT_BYTES) {
      request.raw.resume();
      const what = `${MOST_PROJECT_BYTES} bytes of files`;
      return sendFailure(reply, failure('JW_BATCH_QUOTA', { project, what, advice: 'delete some' }, { retry: false }));
    }
    return onDisk(async () => {
      const { draft, filename, fields } = await takeUpload(
        request.raw,
        request.headers,
        office.files,
        MOST_INPUT_BYTES,
      );
      try {
        const { purpose, 'expires_after[seconds]': seconds } = read(uploadSchema, Object.fromEntries(fields));
        const createdMs = office.nowMs();
        // As in the OpenAI API, input of batches does not stay for ever
        const lifeS = seconds ?? (purpose === 'batch' ? LONGEST_LIFE_S : null);
        const expiresMs = lifeS === null ? null : createdMs + lifeS * 1000;
        const file = await draft.commit({ organisation, project, createdMs, expiresMs, filename, purpose });
        note(request.principal, 'file.create', `file ${file.id}`, { bytes: file.bytes, purpose });
        return reply.send(fileView(file));
      } catch (error) {
        await draft.discard().catch(() => undefined);
        throw error;
      }
    });
  });
  app.get('/v1/files', (request, reply) => {
    const { after, purpose, order, limit } = read(fileListSchema, request.query);
    const all = office.files
      .of(request.principal.project)
      .filter((file) => purpose === undefined || file.purpose === purpose);
    if (order === 'desc') all.reverse();
    return reply.send(pageOf(all, after ?? null, limit, fileView));
  });
  app.get<ById>('/v1/files/:id', (request, reply) => reply.send(fileView(ownFile(request, office))));
  app.delete<ById>('/v1/files/:id', (request, reply) => {
    const { id } = ownFile(request, office);
    if (office.inUse(id)) return sendFailure(reply, failure('JW_FILE_BUSY', { id }));
    return onDisk(async () => {
      await office.files.remove(id);
      note(request.principal, 'file.delete', `file ${id}`, {});
      return reply.send({ id, object: 'file', deleted: true });
    });
  });
}

function addFileContent(app: FastifyInstance, office: BatchOffice): void {
  app.get<ById>('/v1/files/:id/content', (request, reply) => {
    const { id, bytes, filename } = ownFile(request, office);
    const ascii = filename.replace(/[^\w.-]/g, '_');
    return reply
      .headers({
        'content-type': 'application/octet-stream',
        'content-length': bytes,
        // What tenants have sent is never shown as a page of this site
        'x-content-type-options': 'nosniff',
        'content-disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(filename)}`,
        'cache-control': 'no-store',
      })
      .send(office.files.content(id));
  });
}

function addBatch(app: FastifyInstance, office: BatchOffice, note: Note): void {
  app.post('/v1/batches', (request, reply) => {
    const order = read(orderSchema, request.body);
    const key = request.headers['idempotency-key'];
    return onDisk(async () => {
      const batch = await office.create(request.principal, {
        inputFileId: order.input_file_id,
        endpoint: order.endpoint,
        completionWindow: order.completion_window,
        metadata: order.metadata ?? null,
        outputLifeS: order.output_expires_after?.seconds ?? LONGEST_LIFE_S,
        idempotencyKey: typeof key === 'string' && key !== '' ? key.slice(0, 200) : null,
      });
      const { id, inputFileId, endpoint } = batch;
      note(request.principal, 'batch.create', `batch ${id}`, { file: inputFileId, endpoint });
      return reply.send(batchView(batch));
    });
  });
  app.get('/v1/batches', (request, reply) => {
    const { after, limit } = read(batchListSchema, request.query);
    return reply.send(pageOf(office.batches.of(request.principal.project), after ?? null, limit, batchView));
  });
  app.get<ById>('/v1/batches/:id', (request, reply) => reply.send(batchView(ownBatch(request, office))));
  app.post<ById>('/v1/batches/:id/cancel', (request, reply) => {
    const { id } = ownBatch(request, office);
    return onDisk(async () => {
      const batch = await office.cancel(id);
      note(request.principal, 'batch.cancel', `batch ${id}`, {});
      return reply.send(batchView(batch));
    });
  });
}

/** A file of the caller's project. What belongs to others is answered as if it were not there. */
function ownFile(request: FastifyRequest<ById>, office: BatchOffice): FileRecord {
  const { id } = request.params;
  const file = office.files.get(id);
  if (file === undefined || file.project !== request.principal.project)
    return fail('JW_FILE_UNKNOWN', { id: id.slice(0, 80) });
  return file;
}

function ownBatch(request: FastifyRequest<ById>, office: BatchOffice): BatchRecord {
  const { id } = request.params;
  const batch = office.batches.get(id);
  if (batch === undefined || batch.project !== request.principal.project) {
    return fail('JW_BATCH_UNKNOWN', { id: id.slice(0, 80) });
  }
  return batch;
}

/** Does what needs the disk; what the disk refuses is told without its paths. */
async function onDisk(work: () => Promise<FastifyReply>): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof JoulewrightError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : reasonOf(error);
    throw new JoulewrightError([fault('JW_BATCH_DISK', { reason: code })], { cause: error });
  }
}
