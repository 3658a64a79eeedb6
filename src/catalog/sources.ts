/**
 * The source of one figure of a row. Sources are divided by "; "; one that begins with keys and a colon ("tdpW idleW: ...")
 * belongs to these figures, one without to all others.
 */
export function sourceOf(source: string, key: string): string {
  const parts = source.split('; ');
  const keyed = (part: string) => /^((?:[a-z]+[A-Za-z0-9]* ?)+): /.exec(part);
  const own = parts.find((part) => keyed(part)?.[1]?.split(' ').includes(key));
  if (own !== undefined) return own.slice(own.indexOf(': ') + 2);
  return parts.filter((part) => keyed(part) === null).join('; ');
}
