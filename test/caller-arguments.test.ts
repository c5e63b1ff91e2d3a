import {
  ArgumentError,
  all,
  Container,
  inject,
  optional,
  ProviderNotFoundError,
  Scope,
  token,
} from 'offstage';
import { beforeEach, describe, expect, test } from 'vitest';

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

  test('left-over arguments are dropped, as JavaScript does, and `this` is kept', () => {
    const call = inject([Clock], function (this: unknown, _clock, n: number, more = 'nothing') {
      return [this, n, more];
    }) as (this: unknown, ...args: unknown[]) => unknown;
    expect(each(() => call.call('me', 1, 'next', 'more'))).toEqual(['me', 1, 'nothing']);
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
