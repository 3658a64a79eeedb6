import { fail } from '../../errors/error.ts';
import { leverRequest } from '../../site/lever.ts';
import { type Call, type Handlers, made, type Operate, ok, wrongField } from './adminCall.ts';
import { SITE_ORGANISATION } from './principal.ts';

/** The controller; throws JW_LEVER where none runs. */
function controller({ parts: { operate } }: Call): Operate {
  return operate ?? fail('JW_LEVER', { reason: 'the site does not run' });
}

/** Levers of the site: what they would do, pulling them, letting them go. Each change stands in the trail before it is asked of the controller. */
export const operateHandlers: Handlers = {
  'GET /operate': async (call) => {
    call.allow('site.read', SITE_ORGANISATION);
    return ok(await controller(call)({ kind: 'look' }));
  },
  'POST /operate/preview': async (call) => {
    call.allow('site.read', SITE_ORGANISATION);
    return ok(await controller(call)({ kind: 'preview', request: call.read(leverRequest) }));
  },
  'POST /operate': async (call) => {
    call.allow('site.operate', SITE_ORGANISATION);
    const request = call.read(leverRequest);
    const ask = controller(call);
    await note(call, 'site.pull', request.lever, request);
    return made(await ask({ kind: 'pull', request, keyId: call.principal.keyId }));
  },
  'DELETE /operate/:id': async (call) => {
    call.allow('site.operate', SITE_ORGANISATION);
    const lever = Number(call.id);
    if (!Number.isSafeInteger(lever) || lever < 1) return wrongField('id', 'is not the number of a lever');
    const ask = controller(call);
    await note(call, 'site.let-go', String(lever), {});
    return ok(await ask({ kind: 'let go', lever, keyId: call.principal.keyId }));
  },
};

function note(call: Call, action: string, lever: string, request: object): Promise<void> {
  const detail = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
  return call.change({ action, target: `lever ${lever}`, organisation: SITE_ORGANISATION, detail }, []);
}
