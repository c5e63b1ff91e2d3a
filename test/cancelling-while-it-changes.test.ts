import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { Background, inject, type TaskEndEvent, type TaskHandle } from 'offstage';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eachClock } from './fixtures/each-clock.js';
import { quietLog } from './fixtures/quiet-log.js';

quietLog();
const clock = eachClock();

/** How tasks end, until the test has finished. */
function toldEnds(): string[] {
  const ends: string[] = [];
  hears('end', (message) => ends.push((message as TaskEndEvent).status));
  return ends;
}

function hears(event: string, hear: (message: unknown) => void) {
  subscribe(`offstage:task:${event}`, hear);
  onTestFinished(() => void unsubscribe(`offstage:task:${event}`, hear));
}

/** A body that ends when its signal is aborted, and tells of that. */
function until(aborted: () => void) {
  let runs = 0;
  const body = inject([AbortSignal], async function page(signal) {
    runs++;
    await new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        aborted();
        reject(signal.reason);
      });
    });
  });
  return Object.assign(body, { runs: () => runs });
}

describe.each([0, 2])('what cancels a task with %i retries in the middle of its timeout', (retries) => {
  test.each(['its signal', 'its handle'])('by %s ends it, once and for all', async (by) => {
    const ends = toldEnds();
    const batch = new AbortController();
    let handle: TaskHandle | undefined;
    const page = until(() => (by === 'its signal' ? batch.abort('one is too slow') : handle?.cancel()));
    const bg = new Background();
    const options = { timeout: 50, retries, backoff: { initial: 10 }, signal: batch.signal };
    handle = await bg.with(options).add(page);
    const ended = expect(handle.result).rejects.toThrow('page was cancelled');
    await clock.advance(50);
    await ended;
    expect(handle.status).toBe('cancelled');
    await clock.advance(1_000);
    await bg.idle();
    expect([handle.status, page.runs(), ends]).toEqual(['cancelled', 1, ['cancelled']]);
    expect(bg.counts).toMatchObject({ accepted: 1, waiting: 0, running: 0, cancelled: 1, timedOut: 0 });
  });
});

describe('where spans are watched', () => {
  function watched() {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const spans = { begun: 0, ended: 0, at: (_: 'begins' | 'ends') => {} };
    const nothing = async () => {};
    const processor = {
      onStart: () => {
        spans.begun++;
        spans.at('begins');
      },
      onEnd: () => {
        spans.ended++;
        spans.at('ends');
      },
      forceFlush: nothing,
      shutdown: nothing,
    };
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [processor] }));
    onTestFinished(() => {
      trace.disable();
      context.disable();
    });
    return spans;
  }

  test.each([
    ['begins', 0],
    ['ends', 0],
    ['ends', 2],
  ] as const)(
    'who is told that one %s may cancel a task of %i retries: both end once',
    async (moment, retries) => {
      const spans = watched();
      const batch = new AbortController();
      const ends = toldEnds();
      spans.at = (now) => {
        if (now === moment) batch.abort();
      };
      const bg = new Background();
      const fails = async () => {
        throw new Error('no');
      };
      await bg.with({ retries, signal: batch.signal }).add(fails);
      await clock.advance(10_000);
      await bg.idle();
      expect(ends).toHaveLength(1);
      expect(spans).toMatchObject({ begun: 1, ended: 1 });
      expect(bg.counts).toMatchObject({ accepted: 1, waiting: 0, running: 0 });
    },
  );

  test('one that is cancelled when its start is told begins none', async () => {
    const spans = watched();
    const batch = new AbortController();
    hears('start', () => batch.abort());
    const bg = new Background();
    await bg.with({ signal: batch.signal }).add(async () => {});
    await bg.idle();
    expect([spans.begun, spans.ended]).toEqual([0, 0]);
  });
});
