import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import {
  AppBackground,
  Background,
  BackgroundDisabledError,
  Container,
  inject,
  Scope,
  TaskCancelledError,
  TaskContext,
  type TaskEvent,
  token,
} from 'offstage';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';

const log = quietLog();

test('at most maxConcurrency async tasks run at one time, and one that fails leaves its place', async () => {
  const bg = new Background({ maxConcurrency: 3 });
  let running = 0;
  let most = 0;
  for (let index = 0; index < 50; index++) {
    await bg.add(async () => {
      most = Math.max(most, ++running);
      await settled();
      running--;
      if (index % 3 === 0) throw new Error('third');
    });
  }
  await bg.idle();
  expect(most).toBe(3);
  expect(bg.counts).toEqual({
    accepted: 50,
    waiting: 0,
    running: 0,
    succeeded: 33,
    failed: 17,
    cancelled: 0,
    timedOut: 0,
    abandoned: 0,
  });
});

test.each([
  ['takes nothing', []],
  ['takes what needs no closing', [AbortSignal, TaskContext]],
])(
  'the next one begins when one that %s has ended: never are more counted, and its end is told first',
  async (_, takes) => {
    const bg = new Background({ maxConcurrency: 1 });
    const told: string[] = [];
    for (const event of ['start', 'end']) {
      const hear = (message: unknown) => told.push(`${event} ${(message as TaskEvent).name}`);
      subscribe(`offstage:task:${event}`, hear);
      onTestFinished(() => void unsubscribe(`offstage:task:${event}`, hear));
    }
    const seen: unknown[] = [];
    const look = inject(takes, async () => {
      seen.push([bg.counts.running, ...bg.tasks().map(({ status }) => status)]);
      if (seen.length === 2) throw new Error('second');
    });
    for (const name of ['first', 'second', 'third']) void bg.with({ name }).add(look);
    await bg.idle();
    expect(seen).toEqual([
      [1, 'running'],
      [1, 'running', 'waiting'],
      [1, 'running'],
    ]);
    expect(told).toEqual(['first', 'second', 'third'].flatMap((name) => [`start ${name}`, `end ${name}`]));
  },
);

test('draining what a task added holds no place', async () => {
  const bg = new Background({ maxConcurrency: 1 });
  const inner = gate();
  const outer = await bg.add(
    inject([Background], async (own) => {
      await own.add(async () => inner.passed);
    }),
  );
  const next = await bg.add(async () => 'next');
  await expect(next.result).resolves.toBe('next');
  expect(outer.status).toBe('running');
  inner.open();
  await outer.result;
});

test('a disabled one refuses every task, and a refusal that nobody awaits is only logged', async () => {
  const bg = new Background({ enabled: false });
  await expect(bg.add(async function mail() {})).rejects.toThrow(BackgroundDisabledError);
  void bg.add(async function mail() {});
  await settled();
  expect(log.lines).toHaveLength(2);
  expect(log.lines[1]).toMatch(
    /^error: A task was not accepted: mail was added to a Background that is disabled/,
  );
  expect(bg.counts).toMatchObject({ accepted: 0 });
});

test('closures: reject refuses what no thread can have', async () => {
  const outside = { count: 0 };
  const bg = new Background({ closures: 'reject' });
  await expect(bg.add(() => outside.count++)).rejects.toThrow(
    /cannot run on a worker thread: a worker thread has no way to find it/,
  );
  await expect((await bg.with({ on: 'loop' }).add(() => 'on the loop')).result).resolves.toBe('on the loop');
  await expect(bg.with({ on: 'thread' }).add(async () => outside.count)).rejects.toThrow(
    'cannot run on a worker',
  );
});

test("on: 'thread' says of an async function that this is why, and what to do", async () => {
  const refused = new Background().with({ on: 'thread' }).add(async function asks() {});
  await expect(refused).rejects.toThrow(
    "asks cannot run on a worker thread: it is async\nLeave out on: 'thread', make it sync, or name it by task(import.meta.url, 'name', fn).",
  );
});

test('a method is refused without its object, if it uses it', async () => {
  const key = 'computed';
  class Service {
    greeting = 'hello';
    greet(name: string) {
      return `${this.greeting} ${name}`;
    }
    async greetLater(name: string) {
      return `${this.greeting} ${name}`;
    }
    async [key](name: string) {
      return this.greet(name);
    }
    plain(name: string) {
      return `hi ${name}`;
    }
    said(name: string) {
      return ['this: ', "this's ", `this\` `, `this ${name}`, /'this'/.test(name)].join('');
    }
    inTemplate(name: string) {
      return `hi ${name} of ${[this.greeting].map((it) => `${it}`)}`;
    }
    besidePatterns(name: string) {
      const quoted = [/'/.test(name), name.replace(/"/g, ''), this.greeting, "'"];
      return quoted.join('');
    }
    readonly arrow = async (name: string) => `${this.greeting} ${name}`;
  }
  // The compiler of the tests leaves out comments.
  const commented = new Function('return { said(name) { /* this */ return name; // of this\n} }')();
  const bg = new Background();
  const service = new Service();
  type Greeting = (name: string) => unknown;
  const unbound: Greeting[] = [
    service.greet,
    service.greetLater,
    service[key],
    service.inTemplate,
    service.besidePatterns,
  ];
  for (const method of unbound) {
    await expect(bg.add(method, 'ada')).rejects.toThrow(
      /is a method that uses "this", and was added without its object\nAdd a function that takes the object/,
    );
  }
  const usable: Greeting[] = [
    service.greet.bind(service),
    service.plain,
    service.said,
    commented.said,
    service.arrow,
    inject([], service.arrow),
  ];
  const results = usable.map(async (method) => (await bg.add(method, 'ada')).result);
  expect(await Promise.all(results)).toEqual([
    'hello ada',
    'hi ada',
    "this: this's this` this adafalse",
    'ada',
    'hello ada',
    'hello ada',
  ]);
});

test('a function whose types nobody told takes what it is passed, also by rest and default parameters', async () => {
  const bg = new Background();
  const sum = async (...numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  const greet = async (name = 'you') => `hello ${name}`;
  const tasks = [
    await bg.add(sum, 1, 2, 3),
    await bg.add(sum),
    await bg.add(greet, 'ada'),
    await bg.add(greet),
  ];
  expect(await Promise.all(tasks.map(({ result }) => result))).toEqual([6, 0, 'hello ada', 'hello you']);
});

test('a generator function is refused, since a call of it runs nothing', async () => {
  const bg = new Background();
  const generators: (() => unknown)[] = [function* letters() {}, async function* letters() {}];
  for (const letters of generators)
    await expect(bg.add(letters)).rejects.toThrow('was given a generator function, letters, whose body');
});

test('onError is told of each task that fails, once; what it throws is logged', async () => {
  const told: string[] = [];
  const bg = new Background({
    onError: (error, task) => {
      told.push(`${task.name} ${task.status}: ${String(error)}`);
      if (told.length === 2) throw new Error('not now');
    },
  });
  await bg.with({ name: 'a' }).add(async () => Promise.reject(1));
  await bg.with({ name: 'b' }).add(async () => Promise.reject(2));
  const cancelled = await bg.with({ name: 'c' }).add(() => new Promise(() => {}));
  cancelled.cancel();
  await settled();
  expect(told).toEqual(['a failed: 1', 'b failed: 2']);
  expect(log.lines.at(-1)).toBe('error: onError failed for the task b: not now');
  const later = new Background({
    onError: async () => {
      throw new Error('not now either');
    },
  });
  await later.with({ name: 'd' }).add(async () => Promise.reject(4));
  await settled();
  expect(log.lines.at(-1)).toBe('error: onError failed for the task d: not now either');
});

test('a subclass with other options, aliased over Background, is used everywhere', async () => {
  class Careful extends Background {
    constructor() {
      super({ maxConcurrency: 1 });
    }
  }
  const container = Container.create();
  container.registerProvider(Careful, Scope.Resource);
  container.aliasProvider(Background, Careful);
  const call = inject([Background], async (bg) => {
    const inner = await bg.add(inject([Background], async (own) => own instanceof Careful));
    return [bg instanceof Careful, await inner.result];
  });
  expect(await container.run(call)).toEqual([true, true]);
  expect(container.resolve(AppBackground)).not.toBeInstanceOf(Careful);
});

test('views keep the options of the one they are made of', async () => {
  const bg = new Background();
  const name = inject([TaskContext], async (context) => context.name);
  const view = bg.with({ name: 'outer', priority: 3 }).with({ name: 'inner' });
  await expect((await view.add(name)).result).resolves.toBe('inner');
  await expect((await bg.add(name)).result).resolves.toBe('anonymous');
});

test('map gives results in order, and keeps the first failure when all have ended', async () => {
  const bg = new Background({ maxConcurrency: 2, capacity: 3 });
  const double = async (value: number) => {
    await settled();
    return value * 2;
  };
  async function* numbers() {
    for (let value = 0; value < 20; value++) yield value;
  }
  expect(await bg.map(double, numbers())).toEqual(Array.from({ length: 20 }, (_, index) => index * 2));
  expect(await bg.map(double, [])).toEqual([]);
  const ended: number[] = [];
  const failing = async (value: number) => {
    if (value === 3) await settled();
    ended.push(value);
    if (value >= 2 && value < 5) throw new Error(`no ${value}`);
  };
  await expect(bg.map(failing, [0, 1, 2, 3, 4, 5, 6])).rejects.toThrow('no 2');
  expect(ended.sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  function* broken() {
    yield 1;
    throw new Error('no more items');
  }
  await expect(bg.map(double, broken())).rejects.toThrow('no more items');
  const loud = async (letter: string) => letter.toUpperCase();
  expect(await bg.map(loud, 'abc')).toEqual(['A', 'B', 'C']);
  await bg.idle();
});

test('map lets the event loop have its turns, so that items without an end can be stopped', async () => {
  const bg = new Background({ maxConcurrency: 1 });
  const stop = new AbortController();
  let taken = 0;
  function* endless() {
    // The bound lets the test end where nothing can stop it.
    while (taken < 200_000) yield taken++;
  }
  const timer = setTimeout(() => stop.abort(), 1);
  const wait = async (_: number) => {
    await once(stop.signal, 'abort');
  };
  await expect(bg.with({ signal: stop.signal }).map(wait, endless())).rejects.toThrow(TaskCancelledError);
  expect(taken).toBeLessThan(200_000);
  clearTimeout(timer);
});

test('map fails when its signal aborts, though its source is quiet, and leaves the source', async () => {
  const bg = new Background();
  const stop = new AbortController();
  const mapped: number[] = [];
  let left = 0;
  const quiet: AsyncIterableIterator<number> = {
    [Symbol.asyncIterator]: () => quiet,
    next: () => (mapped.length === 0 ? Promise.resolve({ value: 1, done: false }) : new Promise(() => {})),
    return: () => {
      left++;
      return new Promise(() => {});
    },
  };
  const run = bg.with({ signal: stop.signal }).map(async (n: number) => mapped.push(n), quiet);
  await vi.waitFor(() => expect(mapped).toEqual([1]));
  stop.abort('enough');
  await expect(run).rejects.toMatchObject({ name: 'TaskCancelledError', cause: 'enough' });
  expect(left).toBe(1);
  async function* unasked() {
    yield left++;
  }
  const late = bg.with({ signal: stop.signal }).map(async (_: number) => {}, unasked());
  await expect(late).rejects.toThrow(TaskCancelledError);
  expect(left).toBe(1);
});

test('map with a signal ends its source as a loop would', async () => {
  const { signal } = new AbortController();
  const log: string[] = [];
  async function* numbers(fails: boolean) {
    try {
      yield 1;
      if (fails) throw new Error('no more items');
      yield 2;
    } finally {
      await settled();
      log.push('closed');
    }
  }
  const bg = new Background({ maxConcurrency: 1 }).with({ signal });
  expect(await bg.map(async (n: number) => n * 2, numbers(false))).toEqual([2, 4]);
  await expect(bg.map(async (n: number) => n, numbers(true))).rejects.toThrow('no more items');
  const refused = token<never>('Refused');
  const misfit = inject([refused], async (_, n: number) => n);
  await expect(bg.map(misfit, numbers(false))).rejects.toThrow('no argument for #2');
  expect(log).toEqual(['closed', 'closed', 'closed']);
});

test.each([{}, { signal: new AbortController().signal }])(
  'map takes a source that gives no promises, and one that throws, without a signal or with one: %o',
  async (options) => {
    const ends: string[] = [];
    const source = (last: number) => ({
      [Symbol.asyncIterator]() {
        let count = 0;
        return {
          next() {
            if (count === 2) throw new Error('no more items');
            return { value: ++count, done: count === last };
          },
          return() {
            ends.push('closed');
            return { value: undefined, done: true };
          },
        };
      },
    });
    const bg = new Background().with(options);
    const map = (fn: (n: number) => Promise<unknown>, last: number) =>
      bg.map(fn, source(last) as unknown as AsyncIterable<number>); // its type wants promises, no loop does
    expect(await map(async (n) => n * 2, 2)).toEqual([2]);
    await expect(map(async (n) => n, 9)).rejects.toThrow('no more items');
    expect(ends).toEqual([]);
    const misfit = inject([token<never>('Refused')], async (_, n: number) => n);
    await expect(map(misfit, 2)).rejects.toThrow('no argument for #2');
    expect(ends).toEqual(['closed']);
  },
);

test('a source that gives no promises is left when the signal aborts', async () => {
  const stop = new AbortController();
  const source = {
    [Symbol.asyncIterator]: () => source,
    asked: 0,
    left: 0,
    next: () => (source.asked++ === 0 ? { value: 1, done: false } : new Promise(() => {})),
    return: () => source.left++,
  };
  const run = new Background()
    .with({ signal: stop.signal })
    .map(async (n: number) => n, source as unknown as AsyncIterable<number>);
  await vi.waitFor(() => expect(source.asked).toBe(2));
  stop.abort('enough');
  await expect(run).rejects.toMatchObject({ name: 'TaskCancelledError', cause: 'enough' });
  expect(source.left).toBe(1);
});

test('map does not wait for a turn of timers that a test has replaced', async () => {
  vi.useFakeTimers();
  try {
    await using bg = new Background();
    const numbers = Array.from({ length: 1_100 }, (_, n) => n);
    await expect(bg.map(async (n: number) => n, numbers)).resolves.toEqual(numbers);
  } finally {
    vi.useRealTimers();
  }
});

test('nor does a sync task on the loop', async () => {
  vi.useFakeTimers();
  try {
    await using bg = new Background();
    const { result } = await bg.with({ on: 'loop' }).add(() => 'done');
    await expect(result).resolves.toBe('done');
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  [{ maxConcurrency: 0 }, 'new Background({ maxConcurrency: 0 }): it must be a whole number from 1 on'],
  [{ maxWorkers: 1.5 }, 'maxWorkers: 1.5'],
  [{ maxWorkerMemory: 3 }, 'maxWorkerMemory: 3'],
  [{ capacity: -1 }, 'capacity: -1'],
  [{ gracePeriod: '5s' }, 'gracePeriod: 5s'],
  [{ onError: 'log' }, 'onError: log }): it must be a function'],
  [{ enabled: 'false' }, 'enabled: false }): it must be true or false'],
  [{ closures: 'ignore' }, "closures: ignore }): it must be 'loop' or 'reject'"],
])('%j is refused', (options, message) => {
  expect(() => new Background(options as object)).toThrow(message);
});
