import type { UsageRecord } from './contract.ts';
import type { DirectiveHolder } from './directive.ts';
import { Counter, Histogram, printGauges, type SiteGauge, seriesKey } from './exposition.ts';
import type { LoadMeter } from './load.ts';

/** Bounds of times, s: our choice, fine where targets of services lie. */
const TTFT_BOUNDS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const TPOT_BOUNDS_S = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5];
const DURATION_BOUNDS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
/** OpenTelemetry, semantic conventions for generative AI metrics, `gen_ai.client.token.usage`: powers of four. */
const TOKEN_BOUNDS = Array.from({ length: 14 }, (_, power) => 4 ** power);
const BY_CLASS = ['model', 'class'];
/** Attributes of the same conventions, with the class beside them. */
const BY_OPERATION = ['gen_ai_operation_name', 'gen_ai_provider_name', 'gen_ai_request_model', 'class'];
const PROVIDER = 'joulewright';

/** Keys of the series that a record goes to. */
interface Keys {
  readonly byClass: string;
  readonly byOperation: string;
  readonly input: string;
  readonly output: string;
  /** Of the durations, and of the counts, of requests that were answered with 200. */
  readonly whole: string;
  readonly counted: string;
}

/**
 * The figures of `GET /metrics`, in the Prometheus text format 0.0.4. Where OpenTelemetry's conventions for generative AI have a name, it
 * is that one: dots become underscores and the unit comes last, as its Prometheus exporter has it.
 */
export class GatewayMetrics {
  readonly #requests = new Counter('joulewright_requests_total', 'Requests answered, by HTTP status.', [
    'model',
    'class',
    'status',
  ]);
  readonly #input = new Counter('joulewright_input_tokens_total', 'Input tokens served.', BY_CLASS);
  readonly #output = new Counter('joulewright_output_tokens_total', 'Output tokens served.', BY_CLASS);
  readonly #facility = new Counter(
    'joulewright_facility_joules_total',
    'Predicted energy of requests at the facility boundary.',
    BY_CLASS,
  );
  readonly #it = new Counter(
    'joulewright_it_joules_total',
    'Predicted energy of requests at the IT boundary.',
    BY_CLASS,
  );
  readonly #ttft = new Histogram(
    'gen_ai_server_time_to_first_token_seconds',
    'Time from a stream request to its first event, for streams that came whole.',
    BY_OPERATION,
    TTFT_BOUNDS_S,
  );
  readonly #tpot = new Histogram(
    'gen_ai_server_time_per_output_token_seconds',
    'Mean time per output token after the first, for streams that came whole.',
    BY_OPERATION,
    TPOT_BOUNDS_S,
  );
  readonly #duration = new Histogram(
    'gen_ai_server_request_duration_seconds',
    'Time from a request to the end of its answer; error_type is the HTTP status of one that failed.',
    [...BY_OPERATION, 'error_type'],
    DURATION_BOUNDS_S,
  );
  readonly #tokens = new Histogram(
    'gen_ai_client_token_usage',
    'Tokens of a request.',
    [...BY_OPERATION, 'gen_ai_token_type'],
    TOKEN_BOUNDS,
  );
  readonly #keys = new Map<string, Map<string, Keys>>();

  /** A request that reached an engine and ended. */
  record(record: UsageRecord): void {
    const { status, ttftMs, durationMs, outputTokens } = record;
    const keys = this.#keysOf(record);
    this.#requests.addTo(status === 200 ? keys.counted : seriesKey([keys.byClass, String(status)]), 1);
    this.#input.addTo(keys.byClass, record.inputTokens);
    this.#output.addTo(keys.byClass, outputTokens);
    this.#facility.addTo(keys.byClass, record.facilityJoules);
    this.#it.addTo(keys.byClass, record.itJoules);
    this.#tokens.observeIn(keys.input, record.inputTokens);
    this.#tokens.observeIn(keys.output, outputTokens);
    const duration = status < 400 ? keys.whole : seriesKey([keys.byOperation, String(status)]);
    this.#duration.observeIn(duration, durationMs / 1000);
    if (ttftMs === null || status !== 200) return;
    this.#ttft.observeIn(keys.byOperation, ttftMs / 1000);
    if (outputTokens > 1) this.#tpot.observeIn(keys.byOperation, (durationMs - ttftMs) / 1000 / (outputTokens - 1));
  }

  /** A request that was refused before it reached an engine; an unknown model or class is named `unknown`. */
  refused(model: string, name: string, status: number): void {
    this.#requests.add(1, model, name, String(status));
  }

  #keysOf({ operation, model, class: name }: UsageRecord): Keys {
    const of = `${operation} ${name}`;
    let keys = this.#keys.get(of)?.get(model);
    if (keys !== undefined) return keys;
    const byOperation = seriesKey([operation, PROVIDER, model, name]);
    const [input, output] = ['input', 'output'].map((type) => seriesKey([byOperation, type]));
    const byClass = seriesKey([model, name]);
    const whole = seriesKey([byOperation, '']);
    keys = { byClass, byOperation, input: input!, output: output!, whole, counted: seriesKey([byClass, '200']) };
    const models = this.#keys.get(of);
    if (models === undefined) this.#keys.set(of, new Map([[model, keys]]));
    else models.set(model, keys);
    return keys;
  }

  print(directives: DirectiveHolder, load: LoadMeter, site: readonly SiteGauge[]): string {
    const gauges: SiteGauge[] = [];
    for (const { engine, class: name, running, waiting } of load.tallies) {
      const labels = { engine, class: name };
      gauges.push({ name: 'joulewright_requests_running', help: 'Requests being answered.', value: running, labels });
      const help = 'Requests that an engine holds and has not begun to answer.';
      gauges.push({ name: 'joulewright_requests_waiting', help, value: waiting, labels });
    }
    const seq = directives.newest?.seq ?? 0;
    const age = directives.ageS;
    gauges.push({
      name: 'joulewright_directive_seq',
      help: 'Number of the newest directive; 0 = none yet.',
      value: seq,
    });
    if (age !== null) {
      gauges.push({ name: 'joulewright_directive_age_seconds', help: 'Age of the newest directive.', value: age });
    }
    const stale = directives.stale ? 1 : 0;
    gauges.push({ name: 'joulewright_directive_stale', help: '1 while the safe floor holds.', value: stale });
    const counters = [this.#requests, this.#input, this.#output, this.#facility, this.#it];
    const histograms = [this.#duration, this.#ttft, this.#tpot, this.#tokens];
    return [...counters, ...histograms].map((c) => c.print()).join('') + printGauges([...gauges, ...site]);
  }
}
