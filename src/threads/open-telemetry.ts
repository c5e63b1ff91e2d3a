import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as OpenTelemetry from '@opentelemetry/api';
import { messageOf } from '../thrown.js';

/** Where every copy of `@opentelemetry/api` finds what an SDK has set up. */
const registered = Symbol.for('opentelemetry.js.api.1');
let found: typeof OpenTelemetry | 'nowhere' | undefined;

/** Whether OpenTelemetry is set up. */
export function isTracing(): boolean {
  return registered in globalThis;
}

/** The API, loaded when an SDK has been set up. Not before: most programs have none. */
export function openTelemetry(): typeof OpenTelemetry | undefined {
  if (!isTracing()) return undefined;
  found ??= load();
  return found === 'nowhere' ? undefined : found;
}

/** At once, since a task that starts right now has its span. */
function load(): typeof OpenTelemetry | 'nowhere' {
  for (const from of [process.argv[1] ?? join(process.cwd(), '_'), import.meta.url]) {
    try {
      return createRequire(from)('@opentelemetry/api');
    } catch {
      // then the next place
    }
  }
  process.emitWarning(
    'OpenTelemetry is set up, but offstage does not find @opentelemetry/api: tasks have no spans. Install it.',
  );
  return 'nowhere';
}

/** What an SDK throws, or an error that cannot be read, must not harm the task. */
export function guarded<T>({ diag }: typeof OpenTelemetry, body: () => T): T | undefined {
  try {
    return body();
  } catch (error) {
    diag.error('offstage', messageOf(error));
    return undefined;
  }
}

/** The present trace context, for another thread. */
export function traceCarrier(): Record<string, string> | undefined {
  const api = openTelemetry();
  if (!api) return undefined;
  const carrier = {};
  guarded(api, () => api.propagation.inject(api.context.active(), carrier));
  return carrier;
}

/** Runs a body in the trace context that another thread has sent. */
export function inCarried<T>(carrier: Record<string, string>, body: () => T): T {
  const api = openTelemetry();
  if (!api) return body();
  return api.context.with(api.propagation.extract(api.ROOT_CONTEXT, carrier), body);
}
