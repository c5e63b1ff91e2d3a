import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import {
  Background,
  BackgroundClosedError,
  Container,
  inject,
  TaskCancelledError,
  type TaskEndEvent,
  type TaskHandle,
} from 'offstage';
import { fakeClock } from 'offstage/testing';
import { expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';

const log = quietLog();

const milliseconds = fc.integer({ min: 0, max: 300 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** What a task does, once it runs. */
const deed = fc.oneof(
  fc.constantFrom('succeeds', 'throws', 'throws null', 'hangs', 'hangs and ignores its signal', 'waits'),
  fc.constantFrom('adds another and ends', 'adds one that hangs', 'closes its own', 'closes the outer one'),
);

const taskOptions = fc.record({
  timeout: maybe(milliseconds),
  retries: maybe(fc.integer({ min: 0, max: 3 })),
  backoff: fc.record({ initial: milliseconds, max: milliseconds }),
  priority: maybe(fc.integer({ min: -1, max: 1 })),
});

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('add' as const),
      deed,
      options: taskOptions,
      signal: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('advance' as const), by: milliseconds }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('open' as const), which: fc.nat(30) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'abort' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'drain' as const }) },
);

const program = fc.record({
  options: fc.record({
    maxConcurrency: maybe(fc.integer({ min: 1, max: 3 })),
    capacity: maybe(fc.integer({ min: 1, max: 3 })),
    gracePeriod: milliseconds,
  }),
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
});

/** `undefined` options are left out, as a caller does. */
function given<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

test('whatever is added, fails, hangs, is cancelled, times out and closes: every accepted task ends exactly once', async () => {
  await fc.assert(
    fc.asyncProperty(program, async ({ options, steps }) => {
      using clock = fakeClock();
      const ended: TaskEndEvent[] = [];
      const onEnd = (event: unknown) => {
        const end = event as TaskEndEvent; // as the channel says
        if (end.name !== 'of another') ended.push(end);
      };
      subscribe('offstage:task:end', onEnd);
      const failed: TaskHandle[] = [];
      const scope = Container.openScope();
      const bg = new Background({ ...given(options), onError: (_, task) => void failed.push(task) });
      Container.registerProvider(Background, { useFactory: () => bg, scope: 'resource' as never });
      scope.resolve(Background);
      const gates: ReturnType<typeof gate<void>>[] = [];
      const bodies = new Set<string>();
      const handles: TaskHandle[] = [];
      const refused: unknown[] = [];
      const adds: Promise<unknown>[] = [];
      const controller = new AbortController();
      let attempts = 0;

      const perform = (name: string) =>
        inject([AbortSignal], async (signal) => {
          const body = `${name} ${++attempts}`;
          bodies.add(body);
          try {
            await act(name, signal);
          } finally {
            bodies.delete(body);
          }
        });
      const act = async (name: string, signal: AbortSignal) => {
        const hangs = new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        );
        hangs.catch(() => {});
        switch (name) {
          case 'throws':
            throw new Error('as it does');
          case 'throws null':
            throw null;
          case 'hangs':
            return hangs;
          case 'hangs and ignores its signal':
            return new Promise(() => {});
          case 'waits': {
            const own = gate<void>();
            gates.push(own);
            return Promise.race([own.passed, hangs]);
          }
          case 'adds another and ends':
            return void add('succeeds', bg);
          case 'adds one that hangs':
            return void add('hangs', bg);
          case 'closes its own': {
            await using own = new Background();
            await own.with({ name: 'of another' }).add(async () => {});
            return undefined;
          }
          case 'closes the outer one':
            return bg[Symbol.asyncDispose](); // refused
        }
        return undefined;
      };
      const add = (name: string, to: Pick<Background, 'add'>) => {
        const adding = to.add(perform(name)).then(
          (handle) => handles.push(handle),
          (error: unknown) => refused.push(error),
        );
        adds.push(adding);
      };
      const conserved = () => {
        const { accepted, ...others } = bg.counts;
        expect(Object.values(others).reduce((sum, count) => sum + count, 0)).toBe(accepted);
        expect(Math.min(...Object.values(others))).toBeGreaterThanOrEqual(0);
        if (options.maxConcurrency !== undefined)
          expect(bodies.size).toBeLessThanOrEqual(options.maxConcurrency);
      };

      for (const one of steps) {
        if (one.do === 'add') {
          const signal = one.signal ? { signal: controller.signal } : {};
          add(one.deed, bg.with({ ...given(one.options), backoff: one.options.backoff, ...signal }));
        } else if (one.do === 'cancel') handles[one.which]?.cancel('as asked');
        else if (one.do === 'advance') await clock.advance(one.by);
        else if (one.do === 'open') gates[one.which]?.open();
        else if (one.do === 'abort') controller.abort();
        else void bg[Symbol.asyncDispose]();
        conserved();
      }
      let closed = false;
      const closing = scope[Symbol.asyncDispose]().then(() => {
        // What still runs was given up, or had ended before its body.
        const live = bg.tasks();
        expect(live).toEqual([]);
        closed = true;
      });
      // Attempts and grace periods are over by then.
      await clock.advance(5_000);
      expect(closed).toBe(true);
      await closing;
      await Promise.all(adds);
      unsubscribe('offstage:task:end', onEnd);

      conserved();
      const { accepted, waiting, running } = bg.counts;
      expect({ waiting, running, accepted }).toEqual({ waiting: 0, running: 0, accepted: handles.length });
      expect(ended.map(({ id }) => id).sort()).toEqual(handles.map(({ id }) => id).sort());
      for (const handle of handles) {
        expect(ended.find(({ id }) => id === handle.id)?.status).toBe(handle.status);
        const result = await handle.result.then(
          () => 'fulfilled',
          () => 'rejected',
        );
        expect(result).toBe(handle.status === 'succeeded' ? 'fulfilled' : 'rejected');
        const told = failed.filter((task) => task.id === handle.id).length;
        expect(told).toBe(['succeeded', 'cancelled'].includes(handle.status) ? 0 : 1);
      }
      for (const error of refused) {
        expect(error instanceof BackgroundClosedError || error instanceof TaskCancelledError).toBe(true);
      }
      await expect(bg.add(async () => {})).rejects.toThrow(BackgroundClosedError);
      expect(clock.waits).toBe(0);
      await settled();
      log.lines.length = 0;
    }),
    { numRuns: 1_000 },
  );
}, 120_000);
