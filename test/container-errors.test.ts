import {
  AliasLoopError,
  all,
  BackgroundTask,
  Container,
  inject,
  lazy,
  MissingParameterTypesError,
  ProviderNotFoundError,
  Scope,
  singleton,
  token,
} from 'offstage';
import { beforeEach, expect, test, vi } from 'vitest';

class Clock {}
class Cloak {}
class Mailer {
  constructor(readonly clock: Clock) {}
}

beforeEach(() => Container.reset());

/** What an action throws. */
function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('a missing provider is told with the whole chain, what is registered and the nearest name', () => {
  Container.registerProvider(Cloak, Scope.Singleton);
  Container.registerProvider(Mailer, { useFactory: (clock: Clock) => new Mailer(clock), deps: [Clock] });
  const signUp = inject([Mailer], (mailer) => mailer);
  const error = thrown(() => signUp());
  expect(error).toBeInstanceOf(ProviderNotFoundError);
  expect(error).toMatchObject({
    code: 'ERR_OFFSTAGE_PROVIDER_NOT_FOUND',
    message: [
      'no provider for Clock',
      '  anonymous',
      '   └─ Mailer by useFactory',
      '      └─ Clock',
      'Registered: Cloak, Container, Mailer. Did you mean Cloak?',
      'Decorate Clock with @singleton, @transient or @resource, or call Container.registerProvider(Clock, …).',
    ].join('\n'),
  });
});

test('what is missing is told where a child has names of its own for what a singleton of its parent needs', () => {
  class Page {}
  const parent = Container.create();
  parent.registerProvider(Cloak, Scope.Singleton);
  parent.registerProvider(Mailer, { useFactory: () => new Mailer(new Clock()), deps: [Cloak] });
  const child = Container.create({ parent });
  child.registerProvider(Cloak, { useFactory: () => new Cloak(), deps: [Mailer] });
  child.registerProvider(Page, { useClass: Page, deps: [Mailer, Clock] });
  expect(child.resolve(Cloak)).toBeInstanceOf(Cloak);
  expect(thrown(() => child.resolve(Page))).toMatchObject({
    message: expect.stringMatching(/^no provider for Clock\n {2}Page.*\n {3}└─ Clock\n/),
  });
});

test('and where a singleton was made before what it needs came to need it', () => {
  class Page {}
  Container.registerProvider(Cloak, Scope.Singleton);
  Container.registerProvider(Mailer, { useFactory: () => new Mailer(new Clock()), deps: [Cloak] });
  Container.resolve(Mailer);
  Container.registerProvider(Cloak, { useFactory: () => new Cloak(), deps: [Mailer] });
  Container.registerProvider(Page, { useClass: Page, deps: [Mailer, Clock] });
  expect(thrown(() => Container.resolve(Page))).toBeInstanceOf(ProviderNotFoundError);
});

test('where a registered class extends what is missing, it is told how that provides it', () => {
  abstract class Repo {}
  class SqlRepo extends Repo {}
  Container.registerProvider(SqlRepo, Scope.Singleton);
  for (const token of [Repo, lazy(Repo)]) {
    const error = thrown(() => inject([token], (repo) => repo)());
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /\nSqlRepo extends it: call Container\.aliasProvider\(Repo, SqlRepo\), or write @singleton\(\{ provide: Repo \}\) before SqlRepo\. Or, .*Decorate Repo with/,
      ),
    });
  }
});

test('the nearest name may be one that no registration tells', () => {
  const signUp = inject([BackgroundTask], (task) => task);
  expect(thrown(() => signUp())).toMatchObject({
    message: expect.stringContaining('Did you mean BackgroundTasks?'),
  });
});

test('a loop of aliases is an error at once', () => {
  Container.registerProvider(Cloak, Scope.Singleton);
  Container.aliasProvider(Clock, Cloak);
  expect(() => Container.aliasProvider(Cloak, Clock)).toThrow(AliasLoopError);
  expect(Container.resolve(Clock)).toBe(Container.resolve(Cloak));
});

test('a function whose types nobody told is refused when it is wrapped, with the three ways', () => {
  vi.stubEnv('VITEST', '');
  const error = thrown(() => inject((mailer: Mailer) => mailer));
  expect(error).toBeInstanceOf(MissingParameterTypesError);
  expect(error).toHaveProperty(
    'message',
    [
      'anonymous: nothing tells the types of its 1 parameter',
      'Compiled JavaScript has no types: run its sources with "node --import offstage/register", build them with a plugin of offstage (which sees functions at the top level, and in place in inject(…) and bg.add(…)), or compile with emitDecoratorMetadata (classes only), or name them: inject([A, B], fn).',
    ].join('\n'),
  );
  vi.unstubAllEnvs();
});

test('reset forgets decorated classes, and the error says so', async () => {
  const { singleton } = await import('offstage');
  @singleton
  class Known {}
  expect(Container.resolve(Known)).toBeInstanceOf(Known);
  await Container.reset();
  expect(() => Container.resolve(Known)).toThrow(/reset\(\) has forgotten it/);
});

test('a class whose static members hide its name is told of without it', () => {
  class Odd {
    static readonly name = () => 'odd';
    readonly value = 1;
  }
  Container.registerProvider(Odd, Scope.Singleton);
  expect(() => Container.resolve(Clock)).toThrow('Registered: Container, anonymous class.');
});

test('a token by hand that is undefined is refused at once, since the import may be circular', () => {
  const later = undefined as unknown as typeof Clock; // as in a cycle of modules
  const refused = expect.objectContaining({
    code: 'ERR_OFFSTAGE_REGISTRATION',
    message: expect.stringContaining('look for an import cycle'),
  });
  expect(() => inject([later], () => {})).toThrow(refused);
  expect(() => singleton({ deps: [later] })(Mailer)).toThrow(refused);
  expect(() => Container.registerProvider(Mailer, { useClass: Mailer, deps: [later] })).toThrow(refused);
  Container.registerProvider(Clock, Scope.Singleton);
  expect(() => Container.decorateProvider(Clock, (clock) => clock, [later])).toThrow(refused);
});

test('a derived token without provider says what to register', () => {
  expect(() => Container.resolve(all(Clock))).toThrow(
    'Call Container.registerProvider(Clock, …, { many: true }) for each of them.',
  );
  expect(() => Container.resolve(lazy(Clock))).toThrow('or call Container.registerProvider(Clock, …).');
});

test('what is not a snapshot is refused, and nothing is forgotten', async () => {
  Container.registerProvider(Clock, Scope.Singleton);
  for (const other of [{}, undefined, { registry: {}, made: new Set() }]) {
    // As never, since the compiler refuses it, too.
    await expect(Container.restore(other as never)).rejects.toMatchObject({
      code: 'ERR_OFFSTAGE_REGISTRATION',
      message:
        'restore(…) was given something that is not a snapshot\n' +
        'Pass what snapshot() has given, of this container or another one.',
    });
  }
  expect(Container.resolve(Clock)).toBeInstanceOf(Clock);
});

test('what a container of its own lacks is registered there, or comes from a parent', () => {
  const Zone = token<string>('Zone');
  expect(() => Container.create().resolve(Zone)).toThrow(
    'Call registerProvider(Zone, { useValue | useFactory | useClass }) of this container, or create it with a parent that has one.',
  );
  expect(() => Container.create({ parent: Container }).resolve(Zone)).toThrow(
    /Call registerProvider\(Zone, \{ useValue \| useFactory \| useClass \}\) of this container\.$/,
  );
  expect(() => Container.resolve(Zone)).toThrow(/Call Container\.registerProvider\(Zone, /);
});

test('a list, or what is made later, has no provider of its own, and the error says what has', () => {
  const Zone = token<string>('Zone');
  const container = Container.create();
  container.registerProvider(Zone, { useValue: 'a' }, { many: true });
  const uses: Record<string, () => unknown> = {
    decorateProvider: () => container.decorateProvider(all(Zone), (zones) => zones),
    override: () => container.override(all(Zone), { useValue: [] }),
    registerProvider: () => container.registerProvider(all(Zone), { useValue: [] }),
    aliasProvider: () => container.aliasProvider(all(Zone), all(Zone)),
  };
  for (const [name, use] of Object.entries(uses))
    expect(use).toThrow(
      `${name}() was given all(Zone), which has no provider of its own\nIt has what is registered for Zone with { many: true }`,
    );
  expect(() => container.decorateProvider(lazy(Zone), (zone) => zone)).toThrow('Name Zone instead.');
});
