import type { UsageRecord } from './contract.ts';
import type { DirectiveHolder } from './directive.ts';
import { Counter, Histogram, printGauges, type SiteGauge } from './exposition.ts';
import type { LoadMeter } from './load.ts';

const TTFT_BOUNDS_S = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const DURATION_BOUNDS_S = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const BY_CLASS = ['model', 'class'];

/** The figures of `GET /metrics`, in the Prometheus text format 0.0.4. */
export class GatewayMetrics {
  readonly #requests = new Counter('joulewright_requests_total', 'Chat requests answered, by HTTP status.', [
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
    'joulewright_time_to_first_token_seconds',
    'Time from a stream request to its first event.',
    BY_CLASS,
    TTFT_BOUNDS_S,
  );
  readonly #duration = new Histogram(
    'joulewright_request_duration_seconds',
    'Time from a request to the end of its answer.',
    BY_CLASS,
    DURATION_BOUNDS_S,
  );

  /** A request that reached an engine and ended. */
  record(record: UsageRecord): void {
    const { model } = record;
    this.#requests.add(1, model, record.class, String(record.status));
    this.#input.add(record.inputTokens, model, record.class);
    this.#output.add(record.outputTokens, model, record.class);
    this.#facility.add(record.facilityJoules, model, record.class);
    this.#it.add(record.itJoules, model, record.class);
    if (record.ttftMs !== null) this.#ttft.observe(record.ttftMs / 1000, model, record.class);
    this.#duration.observe(record.durationMs / 1000, model, record.class);
  }

  /** A request that was refused before it reached an engine; an unknown model or class is named `unknown`. */
  refused(model: string, name: string, status: number): void {
    this.#requests.add(1, model, name, String(status));
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
    const counters = [this.#requests, this.#input, this.#output, this.#facility, this.#it, this.#ttft, this.#duration];
    return counters.map((c) => c.print()).join('') + printGauges([...gauges, ...site]);
  }
}
