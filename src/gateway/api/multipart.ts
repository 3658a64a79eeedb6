/** A text field of a form: where its value stands in the body. */
export interface FormField {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** The head of a field by its name. */
const NAMED = {
  model: /content-disposition:[^\r\n]*;\s*name="?model"?(?:\s*(?:;|\r|$))/i,
  service_tier: /content-disposition:[^\r\n]*;\s*name="?service_tier"?(?:\s*(?:;|\r|$))/i,
};
/** Longest head of a part that is looked through. */
const MOST_HEAD = 2048;

/**
 * Finds a text field of a multipart/form-data body (RFC 7578) without reading anything else of it: files of megabytes
 * pass as they are. Undefined when there is none.
 */
export function findField(body: Buffer, contentType: string, name: 'model' | 'service_tier'): FormField | undefined {
  const boundary = /boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  if (boundary === null) return undefined;
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2]}`);
  let at = body.indexOf(mark);
  while (at !== -1) {
    const headStart = at + mark.length;
    const headEnd = body.indexOf('\r\n\r\n', headStart);
    const next = body.indexOf(mark, headStart);
    if (headEnd === -1 || next === -1) return undefined;
    if (headEnd < next && headEnd - headStart <= MOST_HEAD) {
      const head = body.toString('latin1', headStart, headEnd);
      if (NAMED[name].test(head) && !/filename/i.test(head)) {
        const start = headEnd + 4;
        const end = next - 2;
        return end < start ? undefined : { value: body.toString('utf8', start, end), start, end };
      }
    }
    at = next;
  }
  return undefined;
}

/** The body with another value in its field `model`. */
export function withModel(body: Buffer, { start, end }: FormField, model: string): Buffer {
  return Buffer.concat([body.subarray(0, start), Buffer.from(model), body.subarray(end)]);
}
