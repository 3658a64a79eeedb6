/** Tokens of an answer that one request was given in an interval. */
export interface Decoding {
  /** The server that gave them. */
  readonly server: string;
  /** From when to when, ms UTC; not before `fromMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What they are expected to take of that which all sequences of a step share: weights, fixed time; J. */
  readonly sharedJ: number;
}

/** Of one server: when more or fewer sequences decode. */
interface Step {
  readonly atMs: number;
  /** Integral of what a sequence bears of its steps, until then, ms. */
  readonly borneMs: number;
  /** What a sequence bears of its steps from then on: 1 = alone on its replica. */
  readonly bears: number;
}

/**
 * How much dearer than in the mean of the interval the tokens of each decoding were. A step takes about as long and draws about as
 * much whether one sequence is in it or thirty, and they share it: so tokens of a lull are dearer than those of a rush. Sequences of a server
 * are taken to be spread evenly over its replicas.
 *
 * @param replicas of each server, above 0
 * @param others sequences of each server that are not among these, on average
 * @returns factors; weighted by `sharedJ` their mean is 1
 */
export function crowding(decodings: readonly Decoding[], replicas: number, others: number): readonly number[] {
  const servers = Map.groupBy(decodings.filter(isDecoding), ({ server }) => server);
  const steps = new Map([...servers].map(([server, own]) => [server, stepsOf(own, replicas, others)]));
  const borne = decodings.map((one) => (isDecoding(one) ? meanOver(steps.get(one.server) ?? [], one) : 1));
  let [plainJ, borneJ] = [0, 0];
  for (const [i, { sharedJ }] of decodings.entries()) {
    plainJ += sharedJ;
    borneJ += sharedJ * borne[i]!;
  }
  return borneJ > 0 ? borne.map((part) => (part * plainJ) / borneJ) : borne.map(() => 1);
}

/** Whether it was given tokens, or was in the steps at least; a prompt that is still computed is not. */
const isDecoding = ({ fromMs, toMs, sharedJ }: Decoding): boolean => sharedJ > 0 || toMs > fromMs;

/** Tokens that were all told of at one instant are taken to have come in a millisecond. */
const endOf = ({ fromMs, toMs }: Decoding): number => Math.max(toMs, fromMs + 1);

function stepsOf(decodings: readonly Decoding[], replicas: number, others: number): readonly Step[] {
  const turns = decodings.flatMap((one) => [
    { atMs: one.fromMs, more: 1 },
    { atMs: endOf(one), more: -1 },
  ]);
  turns.sort((a, b) => a.atMs - b.atMs);
  const steps: Step[] = [];
  let batch = 0;
  let [lastMs, borneMs, bears] = [turns[0]?.atMs ?? 0, 0, 1];
  for (const { atMs, more } of turns) {
    borneMs += (atMs - lastMs) * bears;
    lastMs = atMs;
    batch += more;
    bears = 1 / Math.max(1, (batch + others) / replicas);
    if (steps.at(-1)?.atMs === atMs) steps.pop();
    steps.push({ atMs, borneMs, bears });
  }
  return steps;
}

function meanOver(steps: readonly Step[], one: Decoding): number {
  const [fromMs, toMs] = [one.fromMs, endOf(one)];
  return (borneAt(stepAt(steps, toMs), toMs) - borneAt(stepAt(steps, fromMs), fromMs)) / (toMs - fromMs);
}

const borneAt = ({ atMs, borneMs, bears }: Step, ms: number): number => borneMs + (ms - atMs) * bears;

/** The last step that began by then. */
function stepAt(steps: readonly Step[], ms: number): Step {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle]!.atMs <= ms) low = middle;
    else high = middle - 1;
  }
  return steps[low]!;
}
