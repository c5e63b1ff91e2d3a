import { EventEmitter } from 'node:events';
import {
  ArgumentError,
  all,
  Background,
  Container,
  factory,
  inject,
  optional,
  ProviderNotFoundError,
  Resource,
  Scope,
  token,
} from 'offstage';
import { beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

class Clock {
  now() {
    return 1;
  }
}
class Mailer {}
const Url = token<string>('Url');

beforeEach(async () => {
  await Container.reset();
  Container.registerProvider(Clock, Scope.Singleton);
});

/** The same answers from the general way, and from generated code. */
function each<T>(call: () => T): T {
  const first = call();
  for (let i = 0; i < 20; i++) expect(call()).toEqual(first);
  return first;
}

describe('what a caller passes goes, in its order, to the parameters that are not injected', () => {
  test('injected first, in between and last', () => {
    const clock = Container.resolve(Clock);
    const first = inject([Clock], (clock, text: string) => [clock, text]);
    expect(each(() => first('a'))).toEqual([clock, 'a']);
    const between = inject([Clock, optional(Mailer), Clock], (a, b, c, text: string) => [a, b, c, text]);
    expect(each(() => between('a'))).toEqual([clock, undefined, clock, 'a']);
  });

  test("an instance of the parameter's class, or its provider's value, goes before injection", () => {
    const own = new Clock();
    const call = inject([Clock], (clock, n: number) => [clock, n]);
    expect(each(() => call(own, 2))).toEqual([own, 2]);
    expect(each(() => call(2))).toEqual([Container.resolve(Clock), 2]);
    class Fake {
      now() {
        return 2;
      }
    }
    Container.registerProvider(Fake, Scope.Singleton);
    Container.aliasProvider(Clock, Fake);
    const fake = Container.resolve(Fake);
    expect(each(() => call(fake, 2))).toEqual([fake, 2]);
  });

  test('what is primitive and named by a token comes from the container alone', () => {
    Container.registerProvider(Url, { useValue: 'http://a' });
    const call = inject([Url], (url, path: string) => url + path);
    expect(each(() => call('/b'))).toBe('http://a/b');
  });

  test('an optional dependency without provider stays undefined, and takes what fits it', () => {
    const call = inject([optional(Mailer)], (mailer, n: number) => [mailer, n]);
    const mailer = new Mailer();
    expect(each(() => call(1))).toEqual([undefined, 1]);
    expect(each(() => call(mailer, 1))).toEqual([mailer, 1]);
  });

  test('what is left over goes on, to parameters with a default, too, and `this` is kept', () => {
    const call = inject([Clock], function (this: unknown, _clock, n: number, more = 'nothing') {
      return [this, n, more];
    }) as (this: unknown, ...args: unknown[]) => unknown;
    expect(each(() => call.call('me', 1))).toEqual(['me', 1, 'nothing']);
    expect(each(() => call.call('me', 1, 'next', 'more'))).toEqual(['me', 1, 'next']);
    const rest = inject([Clock], (_clock, ...texts: string[]) => texts);
    expect(each(() => rest('a', 'b'))).toEqual(['a', 'b']);
    expect(each(() => rest())).toEqual([]);
  });

  test('to a Factory and a task, too', async () => {
    class Note {
      constructor(
        readonly clock: Clock,
        readonly text: string,
        readonly size = 1,
      ) {}
    }
    Container.registerProvider(Note, { useClass: Note, deps: [Clock] });
    const Notes = factory<Note, [text: string, size?: number]>(Note);
    const call = inject([Notes, Background], async (note, bg) => {
      const add = inject([Clock], async (_clock, n: number, more = 1) => n + more);
      const tasks = [await bg.add(add, 1), await bg.add(add, 1, 3)];
      return [note('a').size, note('a', 2).size, ...(await Promise.all(tasks.map(({ result }) => result)))];
    });
    expect(await call()).toEqual([1, 2, 2, 4]);
  });
});

describe('what its type does not tell apart stands for what is injected if all arguments have a place then', () => {
  const clock = () => Container.resolve(Clock);

  test('undefined leaves what is optional to the container, null goes before it', () => {
    const call = inject([optional(Clock), optional(Mailer)], (clock, mailer, text: string, n: number) => {
      return [clock, mailer, text, n];
    }) as (...args: unknown[]) => unknown[];
    expect(each(() => call('a', 2))).toEqual([clock(), undefined, 'a', 2]);
    expect(each(() => call(undefined, undefined, 'a', 2))).toEqual([clock(), undefined, 'a', 2]);
    expect(each(() => call(undefined, 'a', 2))).toEqual([clock(), undefined, 'a', 2]);
    expect(each(() => call(null, null, 'a', undefined))).toEqual([null, null, 'a', undefined]);
    const [own, mailer] = [new Clock(), new Mailer()];
    expect(each(() => call(undefined, mailer, 'a', 2))).toEqual([clock(), mailer, 'a', 2]);
    expect(each(() => call(own, undefined, 'a', 2))).toEqual([own, undefined, 'a', 2]);
  });

  test('a function for a Factory, an empty list for what has many providers', () => {
    const call = inject([factory(Clock), all(Mailer)], (make, mailers, done: () => unknown) => {
      return [make().now(), mailers?.length, done()];
    }) as (...args: unknown[]) => unknown[];
    Container.registerProvider(Mailer, { useValue: new Mailer() }, { many: true });
    const done = () => 'done';
    const make = () => ({ now: () => 2 });
    expect(each(() => call(done))).toEqual([1, 1, 'done']);
    expect(each(() => call(make, done))).toEqual([2, 1, 'done']);
    expect(each(() => call(make, [], done))).toEqual([2, 0, 'done']);
  });

  test('a resource that is passed as null is neither opened nor shared', async () => {
    class Session {
      [Resource.exit]() {}
    }
    class Repository {
      constructor(readonly session: Session) {}
    }
    Container.registerProvider(Session, Scope.Resource);
    Container.registerProvider(Repository, { useClass: Repository, deps: [Session], scope: Scope.Transient });
    const call = inject([optional(Session), Repository], async (session, { session: other }, n: number) => {
      return [session, other instanceof Session, n];
    }) as (...args: unknown[]) => Promise<unknown[]>;
    expect(await call(null, 1)).toEqual([null, true, 1]);
  });

  test('a callback that is passed more than it has parameters takes the first ones', () => {
    const call = inject([optional(Clock)], (clock, item: unknown, index: number) => [clock, item, index]);
    const callback = call as (...args: unknown[]) => unknown[];
    expect(each(() => [undefined, 'a'].map((item, index, list) => callback(item, index, list, 0)))).toEqual([
      [clock(), undefined, 0],
      [clock(), 'a', 1],
    ]);
  });
});

describe('what does not fit is refused, with the name of what is missing', () => {
  test('a required class without provider is not taken for the next argument', () => {
    const call = inject([Mailer], (mailer, to: string) => [mailer, to]) as (...args: unknown[]) => unknown;
    expect(() => call('ada')).toThrow(ProviderNotFoundError);
    expect(() => call('ada')).toThrow(/^no provider for Mailer\n/);
    expect(call({ fake: true }, 'ada')).toEqual([{ fake: true }, 'ada']);
  });

  test('nor is a list that nobody has registered', () => {
    const call = inject([all(Mailer)], (mailers, text: string) => [mailers, text]) as (
      ...args: unknown[]
    ) => unknown;
    expect(() => call('text')).toThrow(/^no provider for Mailer\[\]\n/);
    expect(call([1], 'text')).toEqual([[1], 'text']);
  });

  test('an argument that is missing', () => {
    const call = inject([Clock], (_clock, n: number) => n) as () => unknown;
    expect(() => call()).toThrow(ArgumentError);
    expect(() => call()).toThrow(
      'anonymous: no argument for #2\nPass it, make it optional, say its type (compiled JavaScript has none), or name what provides it: inject([A, B], fn).',
    );
  });
});

test('what a caller passes that has not the methods of a dependency is not taken for it', async () => {
  const tick = inject([Clock], (clock) => clock.now());
  const listener = tick as (...args: unknown[]) => number;
  expect(each(() => listener({ type: 'event' }))).toBe(1);
  const emitter = new EventEmitter().on('order', listener);
  expect(emitter.emit('order', { id: 7 })).toBe(true);
  expect(each(() => listener({ now: () => 2 }))).toBe(2);
});

test('what a program passes by hand goes where its type says, also a fake, a brand, null and data', async () => {
  const { stdout } = await runProgram('test/fixtures/programs/passed-by-hand.ts');
  expect(stdout.split('\n')).toEqual([
    'a fake: ["fake"]',
    'none: ["really sent to ada"]',
    'a fake alone: ["fake"]',
    'of an interface: ["2 on day 3"]',
    'data: ["3"]',
    'a fake before a primitive: ["fake at debug"]',
    'another container: ["true"]',
    'a primitive: ["mine undefined"]',
    'a primitive of several: ["mine /a undefined"]',
    'a primitive before a rest: ["mine /a"]',
    'a brand: ["cc ada"]',
    'a brand that is needed: ["to ada"]',
    'null: ["undefined undefined"]',
    'null before data: ["undefined undefined"]',
    'null for data: ["cache null"]',
    'a Lazy: ["reader writer"]',
    'null by its type where nobody provides it: ["null,null,undefined,null,key"]',
    'what may be null and has none: ["[object Object],null,undefined,null,key"]',
    'null of a primitive: ["named null"]',
    expect.stringMatching(
      /^a primitive that may be null, left out: \["ArgumentError: .* no argument for text: string \| null"\]$/,
    ),
    '',
  ]);
});
