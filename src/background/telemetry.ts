import type * as OpenTelemetry from '@opentelemetry/api';
import { clock } from '../container/clock.js';
import { guarded, openTelemetry } from '../threads/open-telemetry.js';
import { attempt, classOf, messageOf } from '../thrown.js';
import type { EndedStatus, TaskInfo } from './tasks/task-handle.js';

/** The values of the API's own enumerations, which exist only when it is loaded. */
const consumer: OpenTelemetry.SpanKind.CONSUMER = 4;
const failed: OpenTelemetry.SpanStatusCode.ERROR = 2;

type Attempt = Pick<TaskInfo, 'id' | 'name' | 'attempt'>;

interface Instruments {
  readonly duration: OpenTelemetry.Histogram;
  readonly consumed: OpenTelemetry.Counter;
}
const instruments = new WeakMap<OpenTelemetry.MeterProvider, Instruments>();

/** One attempt of a task as a span, and in the metrics, by the conventions for messaging. */
export class AttemptSpan {
  readonly #api: typeof OpenTelemetry;
  readonly #began = clock.now();
  readonly #attributes: OpenTelemetry.Attributes;
  readonly #span: OpenTelemetry.Span;

  constructor(api: typeof OpenTelemetry, { id, name, attempt }: Attempt) {
    this.#api = api;
    this.#attributes = {
      'messaging.system': 'offstage',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': name,
    };
    const attributes = {
      ...this.#attributes,
      'messaging.message.id': String(id),
      'messaging.offstage.message.delivery_attempt': attempt,
    };
    this.#span = api.trace
      .getTracer('offstage')
      .startSpan(`process ${name}`, { kind: consumer, attributes }, api.context.active());
  }

  /** Runs its body, whose spans are its children. */
  run<T>(body: () => T): T {
    const { context, trace } = this.#api;
    return context.with(trace.setSpan(context.active(), this.#span), body);
  }

  end(status: EndedStatus, error: unknown): void {
    guarded(this.#api, () => this.#end(status, error));
  }

  #end(status: EndedStatus, error: unknown): void {
    this.#span.setAttribute('messaging.offstage.message.status', status);
    const attributes = this.#attributes;
    // What was cancelled ended as somebody wanted.
    if (status !== 'succeeded' && status !== 'cancelled') {
      const message = messageOf(error);
      attributes['error.type'] = typeOf(error);
      this.#span.setAttribute('error.type', attributes['error.type']);
      this.#span.recordException(error instanceof Error ? error : message);
      this.#span.setStatus({ code: failed, message });
    }
    this.#span.end();
    const { duration, consumed } = instrumentsOf(this.#api);
    duration.record((clock.now() - this.#began) / 1_000, attributes);
    consumed.add(1, attributes);
  }
}

/** The span of the attempt that begins; `undefined` unless OpenTelemetry is set up. */
export function startSpan(task: Attempt): AttemptSpan | undefined {
  const api = openTelemetry();
  return api && guarded(api, () => new AttemptSpan(api, task));
}

/** Made again for another provider: one may come after the first task. */
function instrumentsOf({ metrics }: typeof OpenTelemetry): Instruments {
  const provider = metrics.getMeterProvider();
  let made = instruments.get(provider);
  if (!made) {
    const meter = provider.getMeter('offstage');
    made = {
      duration: meter.createHistogram('messaging.process.duration', {
        unit: 's',
        description: 'Duration of processing operation.',
        advice: {
          explicitBucketBoundaries: [
            0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
          ],
        },
      }),
      consumed: meter.createCounter('messaging.client.consumed.messages', {
        unit: '{message}',
        description: 'Number of messages that were delivered to the application.',
      }),
    };
    instruments.set(provider, made);
  }
  return made;
}

/** What has no class that can be told. */
const other = '_OTHER';

/** The class of an error, which may have neither name nor class that can be read. */
function typeOf(error: unknown): string {
  return attempt(() => (error instanceof Error ? classOf(error) : other), other);
}
