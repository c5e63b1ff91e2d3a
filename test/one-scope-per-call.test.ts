import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Container, inject, lazy, Resource, Scope, ScopeClosedError } from 'offstage';
import { beforeEach, expect, test } from 'vitest';
import { gate } from './fixtures/gate.js';
import { runProgram } from './fixtures/run-program.js';

class Session {
  static opened = 0;
  static closed: number[] = [];
  readonly id = ++Session.opened;
  [Resource.exit]() {
    Session.closed.push(this.id);
  }
}
class Repository {
  constructor(readonly session: Session) {}
}
class Service {
  constructor(
    readonly repository: Repository,
    readonly session: Session,
  ) {}
}

beforeEach(async () => {
  await Container.reset();
  Session.opened = 0;
  Session.closed = [];
});

function register(nested?: 'share') {
  Container.registerProvider(Session, {
    useClass: Session,
    scope: Scope.Resource,
    ...(nested && { nested }),
  });
  Container.registerProvider(Repository, {
    useClass: Repository,
    scope: Scope.Transient,
    deps: [Session],
  });
  Container.registerProvider(Service, {
    useClass: Service,
    scope: Scope.Transient,
    deps: [Repository, Session],
  });
}

test('everything that one call needs shares its resources, down the whole graph', async () => {
  register();
  const call = inject([Service, Session], async (service, session) => [
    service.session,
    service.repository.session,
    session,
  ]);
  const sessions = new Set(await call());
  expect(sessions.size).toBe(1);
  expect(Session.closed).toEqual([1]);
});

test('concurrent calls and nested calls have resources of their own', async () => {
  register();
  const inner = inject([Session], async (session) => session.id);
  const outer = inject([Session], async (session) => [session.id, await inner()]);
  const all = (await Promise.all([outer(), outer(), inner()])).flat();
  expect(new Set(all).size).toBe(5);
  expect([...Session.closed].sort()).toEqual([1, 2, 3, 4, 5]);
});

test('a resource that the caller passes is shared by all that the inner call needs, and closed by the outer one', async () => {
  register();
  const inner = inject([Repository, Session], async (repository, session) => {
    expect(repository.session).toBe(session);
    return session;
  });
  const outer = inject([Session], async (session) => {
    expect(await inner(session)).toBe(session);
    expect(Session.closed).toEqual([]);
  });
  await outer();
  expect(Session.closed).toEqual([1]);
});

test("nested: 'share' gives an inner call the resource of the call around it, also through calls that do not need it", async () => {
  register('share');
  const inner = inject([Repository], async (repository) => repository.session.id);
  const between = inject(async () => {
    await Promise.resolve();
    return inner();
  });
  const outer = inject([Session], async (session) => [session.id, await between(), await inner()]);
  expect(await outer()).toEqual([1, 1, 1]);
  expect(Session.closed).toEqual([1]);
  expect(await inner()).toBe(2);
});

test('the outer call waits for a call that joined it and was not awaited', async () => {
  register('share');
  const log: string[] = [];
  const end = gate();
  const inner = inject([Session], async (session) => {
    await end.passed;
    log.push(`inner ends, ${Session.closed.length} closed, ${session.id}`);
  });
  const outer = inject([Session], async () => {
    void inner();
  });
  const ended = outer().then(() => log.push('outer ended'));
  await Promise.resolve();
  end.open();
  await ended;
  expect(log).toEqual(['inner ends, 0 closed, 1', 'outer ended']);
});

test('a continuation after the body has settled opens its own', async () => {
  register('share');
  const end = gate();
  let detached: Promise<number> | undefined;
  const inner = inject([Session], async (session) => session.id);
  const outer = inject([Session], async (session) => {
    detached = end.passed.then(() => inner());
    return session.id;
  });
  expect(await outer()).toBe(1);
  end.open();
  expect(await detached).toBe(2);
  expect(Session.closed).toEqual([1, 2]);
});

test('what an injected function enters of another storage, its caller has', async () => {
  register('share');
  const user = new AsyncLocalStorage<string>();
  await inject([Session], async () => user.enterWith('ada'))();
  expect(user.getStore()).toBe('ada');
  Container.create().run(() => user.enterWith('bob'));
  expect(user.getStore()).toBe('bob');
});

test("{ scope: 'new' } shares nothing", async () => {
  register('share');
  const inner = inject([Session], async (session) => session.id);
  const apart = inject([Session], async (session) => [session.id, await inner()], { scope: 'new' });
  const outer = inject([Session], async (session) => [session.id, ...(await apart())]);
  expect(await outer()).toEqual([1, 2, 2]);
});

test('a hundred keep-alive requests to a server started inside an injected call share nothing', async () => {
  register('share');
  const handle = inject([Session], async (session) => {
    await new Promise(setImmediate);
    return session.id;
  });
  const main = inject([Session], async (session) => {
    const server = createServer((_request, response) => {
      handle().then((id) => response.end(String(id)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo; // it listens on a port
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const ask = () =>
      new Promise<string>((resolve, reject) => {
        get({ port, host: '127.0.0.1', agent }, (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve(text));
        }).on('error', reject);
      });
    const ids = await Promise.all(Array.from({ length: 100 }, ask));
    agent.destroy();
    await new Promise((resolve) => server.close(resolve));
    return { own: session.id, ids };
  });
  const { own, ids } = await main();
  expect(new Set(ids).size).toBe(100);
  expect(ids).not.toContain(String(own));
  expect(Session.closed).toHaveLength(101);
});

test('a scope by hand resolves, and refuses to open more once it has closed', async () => {
  register();
  const scope = Container.openScope();
  const session = scope.resolve(Session);
  expect(scope.resolve(Service).session).toBe(session);
  expect(await scope.resolveAsync(Session)).toBe(session);
  await scope[Symbol.asyncDispose]();
  await scope[Symbol.asyncDispose]();
  expect(Session.closed).toEqual([1]);
  expect(() => scope.resolve(Session)).toThrow(ScopeClosedError);
  expect(() => scope.resolve(Session)).toThrow(
    'Session was asked of an injection scope that has ended\n' +
      'Resolve what you need before the injected call returns, or open a scope of your own.',
  );
});

test('a resource resolved outside any scope closes its own', async () => {
  register();
  const service = Container.resolve(Service) as Service & AsyncDisposable;
  expect(Session.closed).toEqual([]);
  await service[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
  expect(Session.closed).toEqual([1]);
});

test("nested: 'share' holds also where the first to ask is a Lazy", async () => {
  // In a process of its own: here something else has asked before.
  expect(await runProgram('test/fixtures/programs/shared-by-lazy.ts')).toMatchObject({
    stdout: 'true true\n',
    stderr: '',
    code: 0,
  });
});

test("a failure that calls have shared by nested: 'share' is not kept by the inner one", async () => {
  const { passed, fail } = gate();
  let opened = 0;
  const container = Container.create();
  container.registerProvider(Session, {
    scope: Scope.Resource,
    nested: 'share',
    useFactory: async () => {
      if (++opened === 1) await passed;
      return new Session();
    },
  });
  const tries = inject([lazy(Session)], async (session) => {
    const first = session.load();
    fail(new Error('down'));
    await expect(first).rejects.toThrow('down');
    return session.load();
  });
  const outer = inject([lazy(Session)], async (session) => {
    const first = session.load().catch(() => 'failed');
    return [await tries(), await first];
  });
  expect(await container.run(() => outer())).toEqual([expect.any(Session), 'failed']);
  expect(opened).toBe(2);
});
