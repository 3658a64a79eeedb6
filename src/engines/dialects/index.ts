import { chatDialect } from './chat.ts';
import { completionsDialect } from './completions.ts';
import type { Dialect } from './dialect.ts';
import { embeddingsDialect } from './embeddings.ts';
import { messagesDialect } from './messages.ts';
import { responsesDialect } from './responses.ts';

/** Every path whose answers are known in detail. */
const DIALECTS: ReadonlyMap<string, Dialect> = new Map(
  [chatDialect, completionsDialect, embeddingsDialect, responsesDialect, messagesDialect].map((d) => [d.path, d]),
);

/** The dialect of a path that `Engine.start` takes. Throws for any other: that is a defect of the caller. */
export function dialectOf(path: string): Dialect {
  const found = DIALECTS.get(path);
  if (found === undefined) throw new Error(`no dialect for ${path}`);
  return found;
}
