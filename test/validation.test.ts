import {
  CaptiveDependencyError,
  CircularDependencyError,
  Container,
  factory,
  inject,
  lazy,
  ProviderNotFoundError,
  Scope,
  token,
  ValidationError,
} from 'offstage';
import { beforeEach, describe, expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

class Session {
  [Symbol.dispose]() {}
}
class Repository {
  constructor(readonly session: Session) {}
}
class Left {
  constructor(readonly right: unknown) {}
}
class Right {
  constructor(readonly left: unknown) {}
}
const Clock = token<object>('Clock');
const Watch = token<object>('Watch');

beforeEach(() => Container.reset());

async function problems(): Promise<readonly Error[]> {
  try {
    await Container.validate();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ValidationError);
    return (error as ValidationError).problems; // just checked
  }
}

test('a sound container is valid, and nothing of it is made', async () => {
  let made = 0;
  Container.registerProvider(Session, {
    scope: Scope.Resource,
    useFactory: () => {
      made++;
      return new Session();
    },
  });
  Container.registerProvider(Repository, { useClass: Repository, scope: Scope.Transient, deps: [Session] });
  const use = inject([Repository], (repository) => repository);
  await Container.validate();
  expect(made).toBe(0);
  expect(use.name).toBe('');
});

test('every problem is told at once, each once', async () => {
  Container.registerProvider(Session, Scope.Resource);
  Container.registerProvider(Repository, { useClass: Repository, deps: [Session] });
  Container.registerProvider(Left, { useClass: Left, deps: [Right] });
  Container.registerProvider(Right, { useClass: Right, deps: [Left] });
  Container.registerProvider(Watch, { useFactory: (clock: object) => clock, deps: [Clock] });
  const found = await problems();
  expect(found.map((problem) => problem.constructor)).toEqual([
    CaptiveDependencyError,
    CircularDependencyError,
    ProviderNotFoundError,
  ]);
  await expect(Container.validate()).rejects.toThrow(
    [
      'the container has 3 problems',
      '',
      'CaptiveDependencyError: the singleton Repository would keep the resource Session beyond the scope that closes it',
      'Make Repository a @resource or @transient, or have it take Session as an argument of the methods that need it.',
      '',
      'CircularDependencyError: Left needs itself',
      '  Left',
      '   └─ Right',
      '      └─ Left   (again)',
      'Move what they share into a class of its own, or have one of them take the other as Lazy.',
      '',
      'ProviderNotFoundError: no provider for Clock',
      '  Watch by useFactory',
      '   └─ Clock',
      'Registered: Container, Left, Repository, Right, Session, Watch.',
      'Call Container.registerProvider(Clock, { useValue | useFactory | useClass }).',
      '',
      'Mend each of them: its own last line says how.',
    ].join('\n'),
  );
});

test('a resource is found behind transients, lazy values and factories', async () => {
  Container.registerProvider(Session, Scope.Resource);
  Container.registerProvider(Repository, { useClass: Repository, scope: Scope.Transient, deps: [Session] });
  Container.registerProvider(Left, { useClass: Left, deps: [lazy(Repository)] });
  Container.registerProvider(Right, { useClass: Right, deps: [factory(Repository)] });
  expect((await problems()).map(({ message }) => message.split('\n')[0])).toEqual([
    'the singleton Left would keep the resource Session beyond the scope that closes it',
    'the singleton Right would keep the resource Session beyond the scope that closes it',
  ]);
});

test('the graph shows providers and functions, and what needs what', async () => {
  Container.registerProvider(Session, Scope.Resource);
  Container.registerProvider(Repository, { useClass: Repository, scope: Scope.Transient, deps: [Session] });
  Container.aliasProvider(Clock, Watch);
  Container.registerProvider(Watch, { useValue: {} });
  const signUp = inject([Repository, lazy(Watch)], function signUp(repository, _watch) {
    return repository;
  });
  expect(signUp.name).toBe('signUp');
  const graph = await Container.graph();
  const names = new Map(graph.nodes.map(({ id, name }) => [id, name]));
  const edges = graph.edges.map(({ from, to, label }) => `${names.get(from)} -${label}-> ${names.get(to)}`);
  expect(edges).toEqual(
    expect.arrayContaining([
      'Repository -#1-> Session',
      'Clock --> Watch',
      'signUp -#1-> Repository',
      'signUp -#2-> Lazy<Watch>',
      'Lazy<Watch> -lazy-> Watch',
    ]),
  );
  expect(graph.nodes.find(({ name }) => name === 'Session')).toMatchObject({
    kind: 'class',
    scope: 'resource',
  });
  expect(graph.toMermaid()).toMatch(/^flowchart LR\n/);
  expect(graph.toMermaid()).toContain('["Lazy#lt;Watch#gt;"]');
  expect(graph.toDot()).toMatch(/^digraph offstage \{\n[\s\S]+\}\n$/);
});

describe('in a child container', () => {
  class Config {}
  class Mailer {
    constructor(readonly config: Config) {}
  }
  const mailer = { useClass: Mailer, deps: [Config] };

  test('what a parent keeps takes what the parent provides', async () => {
    const parent = Container.create();
    parent.registerProvider(Config, Scope.Singleton);
    parent.registerProvider(Mailer, mailer);
    const child = Container.create({ parent });
    child.registerProvider(Config, Scope.Resource);
    await child.validate();
    expect(child.resolve(Mailer).config).toBe(parent.resolve(Config));
  });

  test('and so lacks what only the child provides', async () => {
    const parent = Container.create();
    parent.registerProvider(Mailer, mailer);
    const child = Container.create({ parent });
    child.registerProvider(Config, Scope.Singleton);
    await expect(child.validate()).rejects.toThrow('Config');
    expect(() => child.resolve(Mailer)).toThrow(ProviderNotFoundError);
  });
});

test('what factories make may take arguments of their callers, and is looked at whoever has them', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/validates-factories.ts');
  expect(stdout).toBe('Ada\ndaily\nfirst class red\nValidationError: Missing\n');
  expect(code).toBe(0);
});

test('a parameter that nothing can be injected for hides nothing of the others', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/validates-plain-parameters.ts');
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/Repository.*: nothing can be injected for name: string, /),
    expect.stringMatching(/Repository.*: nothing can be injected for size: number, /),
    'no provider for Db',
    'Repository needs Clock',
    '',
  ]);
  expect(code).toBe(0);
});
