import type { FastifyReply } from 'fastify';
import type { Failure } from '../engines/failure.ts';
import { errorFor, retryHeaders, styleOf } from './answer.ts';

/** Answers with a failure, in the shape that the request's path has for them. */
export function sendFailure(reply: FastifyReply, why: Failure): FastifyReply {
  const { url, id } = reply.request;
  const style = styleOf(url);
  if (why.http === 401) reply.header('www-authenticate', 'Bearer');
  if (style === 'anthropic') reply.header('request-id', id);
  return reply
    .code(why.http)
    .headers(retryHeaders(why))
    .send(errorFor(style, why, id));
}
