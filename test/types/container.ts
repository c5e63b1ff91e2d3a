import {
  all,
  type CallArguments,
  Container,
  type Factory,
  factory,
  inject,
  type Lazy,
  lazy,
  optional,
  Resource,
  resource,
  Scope,
  singleton,
  type Token,
  token,
  transient,
} from 'offstage';

abstract class Store {
  abstract get(key: string): string;
}
class Memory extends Store {
  get(key: string) {
    return key;
  }
}
class Clock {
  now() {
    return 1;
  }
}
class Sundial extends Clock {
  shade = 1;
}
interface Mailer {
  send(to: string): Promise<void>;
}
const Mailer = token<Mailer>('Mailer');
const Url = token<string>('Url');
const Port = token<number>('Port');

// What resolves has the type of its token.
Container.resolve(Store) satisfies Store;
Container.resolve(Url) satisfies string;
Container.resolve(all(Mailer)) satisfies Mailer[];
Container.resolve(lazy(Clock)) satisfies Lazy<Clock>;
Container.resolve(lazy(Clock)).value satisfies Clock;
Container.resolve(optional(Mailer)) satisfies Mailer | undefined;
Container.resolve(factory<Clock, [at: number]>(Clock)) satisfies Factory<Clock, [at: number]>;
Container.resolveAsync(Mailer) satisfies Promise<Mailer>;
// error: Type 'string' does not satisfy the expected type 'number'
Container.resolve(Url) satisfies number;
// error: Argument of type 'string' is not assignable to parameter of type 'Token<unknown>'
Container.resolve('Url');

// A class is a token for its instances, whatever its static members; what merely looks like a token is none.
class Created {
  static readonly type = 'order.created';
  id = 1;
}
abstract class Shape {
  static readonly type = 'shape';
  abstract area(): number;
}
Container.resolve(Created) satisfies Created;
inject([Created, Shape], (created, shape) => created.id + shape.area())() satisfies number;
// error: Property 'mark' is missing in type '{ type: number; name: string; }' but required in type 'TypedToken<number>'
Container.resolve({ type: 5, name: 'not a token' });
Container.restore(Container.snapshot()) satisfies Promise<void>;
// error: Argument of type '{}' is not assignable to parameter of type 'Snapshot'
Container.restore({});

// Providers fit their token.
Container.registerProvider(Clock, Scope.Singleton);
Container.registerProvider(Store, { useClass: Memory, scope: Scope.Resource, nested: 'share' });
Container.registerProvider(Url, { useValue: 'http://localhost' });
Container.registerProvider(Url, { useFactory: async () => 'http://localhost' });
Container.registerProvider(Store, {
  useFactory: (clock: Clock) => (clock.now() ? new Memory() : new Memory()),
});
Container.registerProvider(Store, {
  scope: Scope.Resource,
  async *useFactory(clock: Clock) {
    clock.now();
    yield new Memory();
  },
});
Container.registerProvider(Mailer, { useValue: { send: async () => {} } }, { many: true });
Container.override(Clock, { useValue: new Clock() })[Symbol.dispose]();
Container.aliasProvider(Store, Memory);
Container.decorateProvider(Clock, (inner, mailer: Mailer) => (mailer ? inner : new Clock()));

// A factory, and what wraps a value, may give a literal, a member of a union or a tuple.
const Config = token<{ level: 'info' | 'debug' }>('Config');
const Level = token<'info' | 'debug'>('Level');
const Event = token<{ kind: 'sent'; to: string } | { kind: 'failed'; why: Error }>('Event');
const Pair = token<[name: string, size: number]>('Pair');
Container.registerProvider(Config, { useFactory: () => ({ level: 'info' }) });
Container.registerProvider(Config, { useFactory: async () => ({ level: 'info' }) });
Container.registerProvider(Config, {
  *useFactory(clock: Clock) {
    yield { level: clock.now() ? 'info' : 'debug' };
  },
});
Container.registerProvider(Config, {
  async *useFactory() {
    yield { level: 'info' };
  },
});
Container.registerProvider(Level, { useFactory: () => 'info' });
Container.registerProvider(Level, { useFactory: async (clock: Clock) => (clock.now() ? 'info' : 'debug') });
Container.registerProvider(Event, { useFactory: () => ({ kind: 'sent', to: 'ada' }) });
Container.registerProvider(Event, { useFactory: async () => ({ kind: 'sent', to: 'ada' }) });
Container.registerProvider(Pair, { useFactory: () => ['a', 1] });
Container.registerProvider(Mailer, { useFactory: () => ({ send: async (to) => void to.length }) });
Container.override(Config, { useFactory: () => ({ level: 'debug' }) });
Container.decorateProvider(Config, (config) => ({ ...config, level: 'debug' }));
Container.decorateProvider(Config, async (config) => ({ ...config, level: 'debug' }));
Container.decorateProvider(Level, () => 'debug');
Container.decorateProvider(Pair, ([name, size]) => [name, size + 1]);
export function provideForTest<T>(token: Token<T>, value: T) {
  Container.registerProvider(token, { useFactory: async () => value });
  Container.decorateProvider(token, (inner) => inner ?? value);
  return Container.override(token, { useValue: value });
}
// error: Type '"warn"' is not assignable to type
Container.registerProvider(Level, { useFactory: () => 'warn' });
// error: Type '"warn"' is not assignable to type '"info" | "debug"'
Container.registerProvider(Config, { useFactory: () => ({ level: 'warn' }) });
// error: Type '"warn"' is not assignable to type '"info" | "debug"'
Container.decorateProvider(Config, (config) => ({ ...config, level: 'warn' }));

// error: Type 'number' is not assignable to type 'string'
Container.registerProvider(Url, { useValue: 1 });
// error: Property 'get' is missing in type 'Clock' but required in type 'Store'
Container.registerProvider(Store, { useClass: Clock });
// error: Type 'number' is not assignable to type
Container.registerProvider(Url, { useFactory: () => 1 });
// error: not assignable
Container.registerProvider(Store, Scope.Singleton);
// error: Property 'shade' is missing in type 'Clock' but required in type 'Sundial'
Container.registerProvider(Sundial, { useFactory: () => new Clock() });
// error: Property 'shade' is missing in type 'Clock' but required in type 'Sundial'
Container.registerProvider(token<Sundial>('Sundial'), { useFactory: async () => new Clock() });
// error: Property 'shade' is missing in type 'Clock' but required in type 'Sundial'
Container.registerProvider(Sundial, { useClass: Clock });
// error: Property 'shade' is missing in type 'Clock' but required in type 'Sundial'
Container.decorateProvider(Sundial, () => new Clock());
// error: Type '"private"' is not assignable to type '"share"'
Container.registerProvider(Clock, { useClass: Clock, nested: 'private' });
// error: Argument of type 'TypedToken<number>' is not assignable to parameter of type 'Token<string>'
Container.aliasProvider(Url, Port);
// error: Type 'string' is not assignable to type
Container.override(Clock, { useValue: 'noon' });
// error: Type 'string' is not assignable to type
Container.decorateProvider(Clock, () => 'noon');

// Injected functions keep what is left of their parameters.
const greet = inject((clock: Clock, name: string, times?: number) => `${name}${times}${clock.now()}`);
greet('a') satisfies string;
greet('a', 2) satisfies string;
greet(new Clock(), 'a', 2) satisfies string;
inject(function (this: { prefix: string }, clock: Clock, n: number) {
  return this.prefix + clock.now() + n;
}).call({ prefix: 'p' }, 1) satisfies string;
const named = inject([Clock, Url], (clock, url, path: string) => `${url}${path}${clock.now()}`);
named('/a') satisfies string;
named(new Clock(), '/a') satisfies string;
// error: Type '["/a", "/b"]' is not assignable to type '[clock: Clock, path: string]'
named('/a', '/b');
// error: Argument of type '[]' is not assignable to parameter of type '[
greet();
// error: Type 'number' is not assignable to type 'string'
greet(1);
// error: not assignable
inject([Clock], (clock: string) => clock);
// error: Property 'shade' is missing in type 'Clock' but required in type 'Sundial'
inject([Clock], (sundial: Sundial) => sundial.shade);
// error: Type 'undefined' is not assignable to type 'Clock'
inject([optional(Clock)], (clock: Clock) => clock);
// error: not assignable to type '"http"'
inject([Url], (url: 'http') => url);
inject([Sundial, optional(Clock)], (wide: Clock, some?: Clock, ...rest: number[]) => [wide, some, rest])(
  1,
  2,
);
inject([Mailer, optional(Clock)], (mailer, clock) => [mailer, clock?.now()])() satisfies unknown[];
inject([Mailer, optional(Clock)], (mailer, clock?: Clock) => [mailer, clock?.now()])() satisfies unknown[];
inject([optional(Clock)], (clock, text: string) => [clock?.now(), text])('a') satisfies unknown[];
inject([optional(Clock)], (clock: Clock | undefined, ...rest: string[]) => [clock, rest])('a', 'b');
inject([optional(Url), optional(Port)], (url = 'http', port = 80, path = '/') => url + port + path)('/a');
// error: Type 'undefined' is not assignable to type 'Clock'
inject([Mailer, optional(Clock)], (mailer, clock: Clock) => [mailer, clock]);
// error: Type 'undefined' is not assignable to type 'Clock'
inject([optional(Clock)], (clock: Clock, text: string) => [clock, text]);
// error: Property 'shade' is missing in type 'Clock' but required in type 'Sundial'
inject([optional(Clock)], (sundial?: Sundial, text = 'a') => [sundial, text]);
// error: Type 'undefined' is not assignable to type 'Clock'
inject([Clock, optional(Clock)], (...clocks: Clock[]) => clocks);
const bound = inject([Clock], function (this: { prefix: string }, clock) {
  return this.prefix + clock.now();
});
bound.call({ prefix: 'p' }) satisfies string;
// error: The 'this' context of type 'void' is not assignable
bound();
// error: Argument of type 'number' is not assignable to parameter of type
inject(1);
// error: Type '"old"' is not assignable to type '"new"'
inject(() => 1, { scope: 'old' });

type Left = CallArguments<[clock: Clock, list: string[], on: boolean]>;
[true] satisfies Left;
[['a'], true] satisfies Left;
[new Clock(), ['a'], true] satisfies Left;

// Decorators stand on classes, with or without options.
@singleton
class A {}
@transient()
class B {}
@resource({ nested: 'share' })
class C {
  [Resource.enter]() {}
  [Resource.exit](error?: unknown) {
    return error;
  }
}
@singleton({ provide: Store, deps: [Url] })
class D extends Memory {
  constructor(readonly url: string) {
    super();
  }
}
class E {
  // error: not assignable
  @singleton
  method() {}
}

export { A, B, C, D, E };
