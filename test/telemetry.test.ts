import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { Background, inject, TaskContext } from 'offstage';
import { fakeClock } from 'offstage/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { runNode } from './fixtures/run-program.js';

quietLog();
const spans = new InMemorySpanExporter();
const points = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const reader = new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 2 ** 30 });
let processorFails = false;
const processor = new SimpleSpanProcessor(spans);
const tracer = trace.getTracer('test');
let clock: ReturnType<typeof fakeClock>;

beforeAll(async () => {
  // Before anything is set up, a task leaves nothing that would keep later ones from being seen.
  const bg = new Background();
  await bg.add(async function early() {});
  await bg.idle();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const onEnd = processor.onEnd.bind(processor);
  processor.onEnd = (span) => {
    if (processorFails) throw new Error('the processor fails');
    onEnd(span);
  };
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
  // The meters come after the first span.
  await bg.add(async function traced() {});
  await bg.idle();
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
});
afterAll(async () => {
  await reader.shutdown();
  trace.disable();
  metrics.disable();
  context.disable();
  propagation.disable();
});
beforeEach(async () => {
  await reader.forceFlush();
  points.reset();
  spans.reset();
  clock = fakeClock();
});
afterEach(() => {
  processorFails = false;
  clock[Symbol.dispose]();
});

function named(name: string): ReadableSpan {
  const found = spans.getFinishedSpans().filter((span) => span.name === name);
  expect(found.map((span) => span.name)).toEqual([name]);
  return found[0] as ReadableSpan; // just checked
}

const base = {
  'messaging.system': 'offstage',
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
};

describe('a task is a span', () => {
  test('named and described by the conventions for messaging, below the span of its caller', async () => {
    const bg = new Background();
    const caller = tracer.startSpan('caller');
    const task = await context.with(trace.setSpan(ROOT_CONTEXT, caller), () =>
      bg.add(async function resize() {
        await settled();
        tracer.startSpan('inner').end();
      }),
    );
    await bg.idle();
    const span = named('process resize');
    expect(span.kind).toBe(SpanKind.CONSUMER);
    expect(span.instrumentationScope.name).toBe('offstage');
    expect(span.attributes).toEqual({
      ...base,
      'messaging.destination.name': 'resize',
      'messaging.message.id': String(task.id),
      'messaging.offstage.message.delivery_attempt': 1,
      'messaging.offstage.message.status': 'succeeded',
    });
    expect(span.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(span.parentSpanContext?.spanId).toBe(caller.spanContext().spanId);
    expect(named('inner').parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  });

  test('below its own caller, however long it has waited and whoever made room for it', async () => {
    const bg = new Background({ maxConcurrency: 1, capacity: 1 });
    const body = gate();
    const before = context.active(); // the root of whichever build of the API the SDK has loaded
    const adding = ['one', 'two', 'three'].map((name) => {
      const caller = tracer.startSpan(`caller of ${name}`);
      const added = context.with(trace.setSpan(ROOT_CONTEXT, caller), () =>
        bg.with({ name }).add(async () => {
          await body.passed;
          tracer.startSpan(`inside ${name}`).end();
        }),
      );
      caller.end();
      return added;
    });
    await settled();
    body.open();
    await Promise.all(adding);
    await bg.idle();
    for (const name of ['one', 'two', 'three']) {
      const span = named(`process ${name}`);
      expect(span.parentSpanContext?.spanId).toBe(named(`caller of ${name}`).spanContext().spanId);
      expect(named(`inside ${name}`).parentSpanContext?.spanId).toBe(span.spanContext().spanId);
    }
    expect(context.active()).toBe(before);
  });

  test('once for each attempt; one that fails keeps its error', async () => {
    clock[Symbol.dispose](); // a wait of this test's own would lose the caller
    class MailError extends Error {}
    const bg = new Background();
    const caller = tracer.startSpan('caller');
    const problem = new MailError('no');
    await context.with(trace.setSpan(ROOT_CONTEXT, caller), () =>
      bg.with({ retries: 1, backoff: { initial: 1 }, name: 'mail' }).add(
        inject([TaskContext], async ({ attempt }) => {
          if (attempt === 1) throw problem;
        }),
      ),
    );
    await bg.idle();
    const [first, second] = spans.getFinishedSpans();
    expect(first?.attributes).toMatchObject({
      'messaging.offstage.message.delivery_attempt': 1,
      'messaging.offstage.message.status': 'failed',
      'error.type': 'MailError',
    });
    expect(first?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no' });
    expect(first?.events).toMatchObject([{ name: 'exception', attributes: { 'exception.message': 'no' } }]);
    expect(second?.attributes).toMatchObject({
      'messaging.offstage.message.delivery_attempt': 2,
      'messaging.offstage.message.status': 'succeeded',
    });
    expect(second?.attributes).not.toHaveProperty('error.type');
    for (const span of [first, second])
      expect(span?.parentSpanContext?.spanId).toBe(caller.spanContext().spanId);
  });

  test('that ends when the task does, whenever its body ends', async () => {
    const bg = new Background({ gracePeriod: 100 });
    const body = gate();
    const hanging = (name: string) => bg.with({ name }).add(() => body.passed);
    await bg.with({ timeout: 50, name: 'slow' }).add(() => body.passed);
    const cancelled = await hanging('cancelled');
    await hanging('abandoned');
    cancelled.cancel();
    await clock.advance(50);
    const closing = bg[Symbol.asyncDispose]();
    await clock.advance(600);
    await closing;
    const told = spans
      .getFinishedSpans()
      .map(({ name, attributes, status }) => [name, attributes['error.type'], status.code]);
    expect(told).toEqual([
      ['process cancelled', undefined, SpanStatusCode.UNSET],
      ['process slow', 'TaskTimeoutError', SpanStatusCode.ERROR],
      ['process abandoned', 'TaskAbandonedError', SpanStatusCode.ERROR],
    ]);
    body.open();
    await settled();
    expect(spans.getFinishedSpans()).toHaveLength(3);
  });

  test('what never ran has none', async () => {
    const bg = new Background({ maxConcurrency: 1 });
    const body = gate();
    await bg.add(() => body.passed);
    const task = await bg.add(async function unwanted() {});
    task.cancel();
    body.open();
    await bg.idle();
    expect(spans.getFinishedSpans()).toHaveLength(1);
  });
});

const unreadable = Object.defineProperty(new Error(), 'message', {
  get: () => {
    throw new Error('no message');
  },
});
test.each([['text'], [undefined], [Object.create(null)], [unreadable]])(
  'whatever is thrown, the task ends',
  async (thrown) => {
    const bg = new Background();
    const task = await bg.add(() => Promise.reject(thrown));
    await bg.idle();
    expect(task.status).toBe('failed');
  },
);

test('nor does an SDK that throws harm it', async () => {
  processorFails = true;
  const bg = new Background();
  const task = await bg.add(async () => 'done');
  await expect(task.result).resolves.toBe('done');
  await bg.idle();
});

test('the metrics count attempts, and how long they took', async () => {
  const bg = new Background();
  const body = gate();
  await bg.add(async function measured() {
    await body.passed;
  });
  await bg.with({ name: 'measured' }).add(() => Promise.reject(new RangeError('no')));
  await clock.advance(1_500);
  body.open();
  await bg.idle();
  await reader.forceFlush();
  const found = points.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics[0]?.metrics ?? []);
  const of = (name: string) => found.find(({ descriptor }) => descriptor.name === name);
  const attributes = { ...base, 'messaging.destination.name': 'measured' };
  const failure = { ...attributes, 'error.type': 'RangeError' };
  const duration = of('messaging.process.duration');
  const [failed, done] = (duration?.dataPoints ?? []) as DataPoint<Histogram>[]; // it is a histogram
  expect(duration?.descriptor.unit).toBe('s');
  expect(failed).toMatchObject({ attributes: failure, value: { count: 1, sum: 0 } });
  expect(done).toMatchObject({ attributes, value: { count: 1, sum: 1.5 } });
  expect(done?.value.buckets.boundaries[0]).toBe(0.005);
  expect(of('messaging.client.consumed.messages')?.dataPoints).toMatchObject([
    { attributes: failure, value: 1 },
    { attributes, value: 1 },
  ]);
});

describe('the trace goes on in worker threads', () => {
  const relations = 'process report < request\nquery < process report\nrequest < nothing\n';
  const program = 'test/fixtures/programs/traced.ts';
  const register = ['--import', 'offstage/register'];

  test('what a task does on the main thread belongs to its span', async () => {
    expect(await runNode([...register, program])).toMatchObject({
      stderr: '',
      stdout: `${relations}on the thread: nothing\n`,
    });
  });

  test('and what it does on its thread, where OpenTelemetry is set up there, too', async () => {
    const setUp = ['--import', './test/fixtures/programs/tracing.mjs'];
    expect(await runNode([...register, ...setUp, program])).toMatchObject({
      stderr: '',
      stdout: `${relations}on the thread: process report\n`,
    });
  });
});

describe('without OpenTelemetry', () => {
  test('nothing of it is loaded', async () => {
    const program = `
      import { createRequire } from 'node:module';
      import { Background } from 'offstage';
      const bg = new Background();
      await bg.add(async function work() { console.log('works'); });
      await bg.idle();
      console.log(Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('opentelemetry')));
    `;
    expect(await runNode(['--input-type=module', '-e', program])).toMatchObject({
      stderr: '',
      stdout: 'works\n[]\n',
    });
  });

  describe('where it is not installed', () => {
    const root = fileURLToPath(new URL('../', import.meta.url));
    const folder = mkdtempSync(join(tmpdir(), 'offstage-untraced-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const packages = join(folder, 'node_modules');
    cpSync(join(root, 'dist'), join(packages, 'offstage/dist'), { recursive: true });
    cpSync(join(root, 'package.json'), join(packages, 'offstage/package.json'));
    for (const name of ['consola', 'inversify', 'reflect-metadata', 'tinypool', '@inversifyjs']) {
      symlinkSync(join(root, 'node_modules', name), join(packages, name));
    }
    writeFileSync(
      join(folder, 'app.mjs'),
      `import { Background } from 'offstage';
      if (process.argv[2]) globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.0' };
      const bg = new Background();
      for (const n of [1, 2]) await bg.add(async function work() { console.log('works'); });
      await bg.idle();`,
    );

    test('tasks run as ever', async () => {
      expect(await runNode([join(folder, 'app.mjs')])).toMatchObject({
        code: 0,
        stderr: '',
        stdout: 'works\nworks\n',
      });
    });

    test('and where it is set up all the same, one warning says what is missing', async () => {
      const { code, stdout, stderr } = await runNode([join(folder, 'app.mjs'), 'set up']);
      expect({ code, stdout }).toEqual({ code: 0, stdout: 'works\nworks\n' });
      expect(stderr.match(/offstage does not find @opentelemetry\/api/g)).toHaveLength(1);
    });
  });
});
