import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import {
  Background,
  inject,
  TaskContext,
  type TaskEndEvent,
  type TaskErrorEvent,
  type TaskEvent,
  type TaskHandle,
  type TaskProgressEvent,
} from 'offstage';
import { describe, expect, test, vi } from 'vitest';
import { eachClock } from './fixtures/each-clock.js';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { runProgram } from './fixtures/run-program.js';

const log = quietLog();
const clock = eachClock();

type Event = TaskEvent & Partial<TaskEndEvent & TaskErrorEvent & TaskProgressEvent>;
const kinds = ['start', 'progress', 'error', 'end'] as const;

/** All that is told while a body runs: the kind of each event, and the event. */
async function told(body: (events: [string, Event][]) => unknown): Promise<[string, Event][]> {
  const events: [string, Event][] = [];
  const listeners = kinds.map((kind) => {
    const keep = (message: unknown) => void events.push([kind, message as Event]); // what the types promise
    subscribe(`offstage:task:${kind}`, keep);
    return () => unsubscribe(`offstage:task:${kind}`, keep);
  });
  try {
    await body(events);
  } finally {
    for (const leave of listeners) leave();
  }
  return events;
}

describe('the channels tell', () => {
  test('of a start, of what the task says of itself, and of its end', async () => {
    const bg = new Background();
    const body = gate();
    let task: TaskHandle | undefined;
    const events = await told(async () => {
      task = await bg.add(
        inject([TaskContext], async function resize(context) {
          context.progress(1, 3);
          await body.passed;
          context.progress(2);
        }),
      );
      await clock.advance(250);
      body.open();
      await bg.idle();
    });
    const event = { id: task?.id, name: 'resize', kind: 'async', attempt: 1 };
    expect(events).toEqual([
      ['start', event],
      ['progress', { ...event, done: 1, total: 3 }],
      ['progress', { ...event, done: 2 }],
      ['end', { ...event, status: 'succeeded', duration: 250 }],
    ]);
  });

  test('of each attempt that fails, and when the next one follows', async () => {
    const bg = new Background();
    const problem = new Error('no');
    const events = await told(async () => {
      await bg
        .with({ retries: 1, backoff: { initial: 100, factor: 1 }, name: 'mail' })
        .add(() => Promise.reject(problem));
      await bg.with({ on: 'loop' }).add(function never() {
        throw problem;
      });
      await clock.advance(1_000);
      await bg.idle();
    });
    const of = (name: string) => events.filter(([, event]) => event.name === name);
    expect(of('mail')).toMatchObject([
      ['start', { attempt: 1 }],
      ['error', { attempt: 1, error: problem, retryIn: expect.any(Number) }],
      ['start', { attempt: 2 }],
      ['error', { attempt: 2, error: problem }],
      ['end', { attempt: 2, status: 'failed' }],
    ]);
    expect(of('mail')[3]?.[1]).not.toHaveProperty('retryIn');
    expect(of('never')).toMatchObject([
      ['start', { kind: 'sync' }],
      ['error', { kind: 'sync', error: problem }],
      ['end', { kind: 'sync', status: 'failed' }],
    ]);
  });

  test('once of an attempt that took too long, also if it never makes room for the next', async () => {
    const bg = new Background();
    const body = gate();
    const events = await told(async () => {
      await bg.with({ timeout: 10, retries: 5, backoff: { initial: 10 } }).add(() => body.passed);
      await clock.advance(1_000);
      body.open();
      await bg.idle();
    });
    expect(events).toMatchObject([
      ['start', { attempt: 1 }],
      ['error', { attempt: 1, error: { name: 'TaskTimeoutError' }, retryIn: expect.any(Number) }],
      ['end', { attempt: 1, status: 'timed-out' }],
    ]);
  });

  test('of the end of what never ran; what is cancelled is no error', async () => {
    const bg = new Background({ maxConcurrency: 1, gracePeriod: 100 });
    const events = await told(async () => {
      await bg.add(async function hangs() {
        await new Promise(() => {});
      });
      const cancelled = await bg.add(async function cancelled() {});
      await bg.add(async function waits() {});
      cancelled.cancel();
      const closing = bg[Symbol.asyncDispose]();
      await clock.advance(600);
      await closing;
    });
    const error = { name: 'TaskAbandonedError' };
    expect(events).toMatchObject([
      ['start', { name: 'hangs' }],
      ['end', { name: 'cancelled', attempt: 0, status: 'cancelled' }],
      ['error', { name: 'hangs', attempt: 1, error }],
      ['end', { name: 'hangs', status: 'abandoned' }],
      ['error', { name: 'waits', attempt: 0, error }],
      ['end', { name: 'waits', status: 'abandoned' }],
    ]);
  });

  test('nobody, and then nothing is built', async () => {
    const built: unknown[] = [];
    const publish = (event: unknown) => void built.push(event);
    const channels = kinds.map((kind) => Object.assign(channel(`offstage:task:${kind}`), { publish }));
    const bg = new Background();
    const run = async () => {
      await bg.with({ retries: 1 }).add(
        inject([TaskContext], async (context) => {
          context.progress(1);
          throw new Error('no');
        }),
      );
      await clock.advance(100_000);
      await bg.idle();
    };
    await run();
    expect(built).toEqual([]);
    await told(run);
    expect(built).toHaveLength(7); // the test can fail
    for (const told of channels) Reflect.deleteProperty(told, 'publish');
  });
});

test('a subscriber that throws disturbs no task, and is an uncaught exception', async () => {
  const path = 'test/fixtures/programs/throwing-subscriber.ts';
  expect(await runProgram(path, 'caught')).toMatchObject({
    code: 0,
    stdout: 'the subscriber fails\nthe subscriber fails\none succeeded\ntwo succeeded\n',
  });
  const { code, stderr } = await runProgram(path);
  expect(stderr).toContain('the subscriber fails');
  expect(code).toBe(1);
});

test('tasks() tells where each task stands, how old it is, and how far', async () => {
  const bg = new Background({ maxConcurrency: 1 });
  const body = gate();
  const first = await bg.add(
    inject([TaskContext], async function first(context) {
      context.progress(3, 10);
      await body.passed;
    }),
  );
  await clock.advance(100);
  const second = await bg.with({ name: 'mine' }).add(async () => body.passed);
  await clock.advance(50);
  expect(bg.tasks()).toEqual([
    {
      id: first.id,
      name: 'first',
      status: 'running',
      on: 'loop',
      age: 150,
      running: 150,
      attempt: 1,
      progress: { done: 3, total: 10 },
    },
    { id: second.id, name: 'mine', status: 'waiting', on: 'loop', age: 50, attempt: 0 },
  ]);
  body.open();
  await bg.idle();
  expect(bg.tasks()).toEqual([]);
});

const endings = ['succeeds', 'fails', 'fails once', 'hangs', 'too long', 'is cancelled', 'waits'] as const;

describe('the law of the counts', () => {
  test('accepted = waiting + running + all that have ended, at every moment', async () => {
    let moments = 0;
    const property = fc.asyncProperty(
      fc.array(fc.constantFrom(...endings), { maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      async (plan, maxConcurrency, capacity) => {
        const bg = new Background({
          maxConcurrency,
          gracePeriod: 5_000,
          ...(capacity !== undefined && { capacity }),
        });
        const handles: TaskHandle[] = [];
        const ends: Event[] = [];
        // Kept, since what a subscriber throws goes elsewhere.
        const wrong: unknown[] = [];
        const look = () => {
          moments++;
          const { accepted, ...others } = bg.counts;
          const sum = Object.values(others).reduce((all, count) => all + count, 0);
          const running = bg.tasks().filter(({ status }) => status === 'running').length;
          const holds = sum === accepted && others.running === running && others.waiting >= 0;
          if (!holds) wrong.push({ accepted, ...others });
        };
        await told(async (events) => {
          const keep = events.push.bind(events);
          events.push = (...added) => {
            for (const [kind, event] of added) {
              if (kind === 'end') ends.push(event);
              if (kind !== 'progress') look();
            }
            return keep(...added);
          };
          const adding = plan.map(async (ending) => {
            const task = await add(bg, ending).catch(() => undefined); // refused: it has closed
            if (!task) return;
            handles.push(task);
            look();
            if (ending === 'is cancelled') task.cancel();
            look();
          });
          for (let step = 0; step < 10; step++) {
            await clock.advance(50);
            look();
          }
          const closing = bg[Symbol.asyncDispose]();
          await clock.advance(6_000);
          await closing;
          await Promise.all(adding);
        });
        expect(wrong).toEqual([]);
        const by = (status: string) => handles.filter((task) => task.status === status).length;
        expect(bg.counts).toEqual({
          accepted: handles.length,
          waiting: 0,
          running: 0,
          succeeded: by('succeeded'),
          failed: by('failed'),
          cancelled: by('cancelled'),
          timedOut: by('timed-out'),
          abandoned: by('abandoned'),
        });
        expect(ends.map(({ id }) => id).sort(numerically)).toEqual(
          handles.map(({ id }) => id).sort(numerically),
        );
      },
    );
    await fc.assert(property, { numRuns: 60 });
    expect(moments).toBeGreaterThan(1_000);
  });
});

function numerically(one: number, other: number): number {
  return one - other;
}

function add(bg: Background, ending: (typeof endings)[number]): Promise<TaskHandle> {
  switch (ending) {
    case 'succeeds':
      return bg.add(settled);
    case 'fails':
      return bg.with({ retries: 1, backoff: { initial: 40 } }).add(() => Promise.reject(new Error('no')));
    case 'fails once':
      return bg.with({ retries: 1, backoff: { initial: 40 } }).add(
        inject([TaskContext], async ({ attempt }) => {
          if (attempt === 1) throw new Error('no');
        }),
      );
    case 'too long':
      return bg.with({ timeout: 60, retries: 1 }).add(
        inject([AbortSignal], async (signal) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }),
      );
    case 'hangs':
      return bg.add(async () => new Promise(() => {}));
    case 'is cancelled':
      return bg.add(async () => settled());
    case 'waits':
      return bg.add(
        inject([AbortSignal], async (signal) => {
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        }),
      );
  }
}

test('what a burst of failures logs is formatted in many turns of the event loop, in order and to the end', async () => {
  const bg = new Background();
  for (let n = 0; n < 100; n++) {
    void bg.with({ name: `task ${n}` }).add(async () => {
      throw new Error('the database is down');
    });
  }
  await bg.idle();
  expect(log.lines.length).toBeLessThan(100);
  await vi.waitFor(() => expect(log.lines).toHaveLength(100), 10_000);
  expect(log.lines.map((line) => Number(line.match(/task (\d+)/)?.[1]))).toEqual([...Array(100).keys()]);
});
