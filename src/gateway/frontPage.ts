import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECURITY_HEADERS } from './static.ts';

/** Where things lie, for whoever opens the address of a gateway that has no control room. */
const PLACES = { api: '/v1', health: '/healthz', metrics: '/metrics' };

/** What to do about it; a published package always has the control room. */
export const BUILD_HINT =
  'the control room is not built here: `npm run build -- --dashboard`, then start the site again';

const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Joulewright</title>
<h1>Joulewright</h1>
<p>The gateway runs, but ${BUILD_HINT.replaceAll(/`([^`]+)`/g, '<code>$1</code>')}.</p>
<p>The API lies under <code>${PLACES.api}</code>; see also <a href="${PLACES.health}">health</a> and <a href="${PLACES.metrics}">metrics</a>.</p>
</html>
`;

/** Answers `GET /` where no control room was built: a page to a browser, JSON to everything else. */
export function sendFrontPage(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({ ...SECURITY_HEADERS, vary: 'accept' });
  if (request.headers.accept?.includes('text/html') !== true) {
    return reply.send({ name: 'joulewright', ...PLACES, hint: BUILD_HINT });
  }
  return reply.type('text/html; charset=utf-8').send(page);
}
