import { createServer } from 'node:http';
import {
  AppBackground,
  after,
  Background,
  BackgroundTask,
  BackgroundTasks,
  Container,
  ContainerDisposedError,
  inject,
  Scope,
  token,
  withBackground,
} from 'offstage';
import { offstage } from 'offstage/node';
import { beforeEach, describe, expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { runProgram } from './fixtures/run-program.js';
import { ask } from './fixtures/web/client.js';
import { portOf } from './fixtures/web/listen.js';

const Name = token<string>('Name');
quietLog();
let seen: string[] = [];
const note = inject([Name], async function note(name) {
  seen.push(name);
});

beforeEach(() => {
  seen = [];
  Container.reset();
  Container.registerProvider(Name, { useValue: 'nobody' });
});

function tenantOf(name: string, parent: Container = Container): Container {
  const tenant = Container.create({ parent });
  tenant.registerProvider(Name, { useValue: name });
  return tenant;
}

const add = inject([AppBackground], async (app, task: () => Promise<void>) => {
  await app.add(task);
});

test('what is added in the flow of a child container resolves from it, in every way', async () => {
  const { stdout, code } = await runProgram('test/fixtures/programs/tenants.ts');
  const ways = [
    'added by a thread',
    'after the call',
    'by hand, one',
    'by hand, three',
    'by hand, two',
    'by the process',
    'of a list',
    'on a thread',
    'tried',
    'tried again',
    'with a resource',
  ];
  expect(stdout.split('\n')).toEqual([
    ...['acme', 'zeta'].flatMap((tenant) => ways.map((way) => `${tenant}: ${way}`)),
    '',
  ]);
  expect(code).toBe(0);
});

test('so does a task of a web request, whether its server or its handler knows the child', async () => {
  const [acme, zeta, own] = [tenantOf('acme'), tenantOf('zeta'), tenantOf('own')];
  own.registerProvider(AppBackground, Scope.Singleton);
  const listener = offstage(
    async ({ url }, response) => {
      after(note);
      if (url === '/zeta') zeta.run(() => after(note));
      if (url === '/own') own.run(() => after(note));
      response.end();
    },
    { container: acme },
  );
  const server = createServer(listener).listen(0, '127.0.0.1');
  const port = await portOf(server);
  await ask(port, '/zeta');
  await ask(port, '/own');
  await listener.close(server);
  expect(seen.sort()).toEqual(['acme', 'acme', 'own', 'zeta']);
});

test('a child that is disposed before the response is out waits for the tasks that follow it, and its request cannot', async () => {
  const acme = tenantOf('acme');
  const [added, response] = [gate(), gate()];
  const refusals: unknown[] = [];
  const listener = offstage(async ({ url }, answer) => {
    acme.run(() => {
      after(note);
      withBackground(answer, new BackgroundTasks([new BackgroundTask(note), new BackgroundTask(note)]));
    });
    if (url === '/fails') throw new Error('nothing of it runs');
    await acme.dispose().catch((error: unknown) => refusals.push(error));
    added.open();
    await response.passed;
    answer.end();
  });
  const server = createServer(listener).listen(0, '127.0.0.1');
  const port = await portOf(server);
  await ask(port, '/fails').catch(() => {});
  const answered = ask(port, '/');
  await added.passed;
  const disposing = acme.dispose();
  response.open();
  await disposing;
  expect(seen).toEqual(['acme', 'acme', 'acme']);
  expect(refusals).toMatchObject([{ code: 'ERR_OFFSTAGE_SELF_WAIT' }]);
  await answered;
  await listener.close(server);
});

test('a Background of a child keeps to it where another container runs', async () => {
  const acme = tenantOf('acme');
  acme.registerProvider(AppBackground, Scope.Singleton);
  await acme.resolve(AppBackground).add(note);
  await tenantOf('zeta').run(() => acme.resolve(AppBackground).add(note));
  await tenantOf('below', acme).run(() => acme.resolve(AppBackground).add(note));
  await acme.dispose();
  expect(seen).toEqual(['acme', 'acme', 'below']);
});

test('a child that is disposed waits for its tasks, which go on to resolve from it, and for no others', async () => {
  const [acme, zeta] = [tenantOf('acme'), tenantOf('zeta')];
  const [first, other] = [gate(), gate()];
  let disposed = false;
  await acme.run(() =>
    add(async () => {
      await first.passed;
      await add(note);
    }),
  );
  const others = zeta.run(() => add(() => other.passed));
  const disposing = acme.dispose().then(() => {
    disposed = true;
  });
  await settled();
  expect(disposed).toBe(false);
  first.open();
  await disposing;
  expect(seen).toEqual(['acme']);
  await expect(acme.resolveAsync(Name)).rejects.toThrow(ContainerDisposedError);
  other.open();
  await others;
});

test('a task of a child that waits for its disposal is refused, instead of waiting for ever', async () => {
  const acme = tenantOf('acme');
  const refused = gate<unknown>();
  await acme.run(() => add(() => acme.dispose().catch(refused.open)));
  expect(await refused.passed).toMatchObject({ code: 'ERR_OFFSTAGE_SELF_WAIT' });
  await acme.dispose();
});

describe('what closes waits for tasks that resolve from below it', () => {
  class Database {
    open = true;
    [Symbol.dispose]() {
      this.open = false;
    }
  }

  /** A root with a database, below which a task is added by `begin`; what the task has seen of it in the end. */
  async function sees(
    begin: (root: Container, work: () => Promise<void>) => Promise<Container | undefined>,
  ): Promise<boolean[]> {
    const { passed, open } = gate();
    const states: boolean[] = [];
    const root = Container.create();
    root.registerProvider(Database, Scope.Singleton);
    const work = inject([Database], async (database) => {
      await passed;
      states.push(database.open);
    });
    const closed = await begin(root, work);
    const closing = (closed ?? root).dispose();
    await settled();
    open();
    await closing;
    return states;
  }

  test('in a Background that is made in a child', async () => {
    const states = await sees(async (root, work) => {
      await Container.create({ parent: root }).run(() => new Background().add(work));
      return root;
    });
    expect(states).toEqual([true]);
  });

  test('added by the process in a grandchild', async () => {
    const states = await sees(async (root, work) => {
      const child = Container.create({ parent: root });
      child.registerProvider(Database, Scope.Singleton);
      const bg = root.run(() => new Background());
      await Container.create({ parent: child }).run(() => bg.add(work));
      return child;
    });
    expect(states).toEqual([true]);
  });

  test('that has been cancelled, while its body goes on', async () => {
    const states = await sees(async (root, work) => {
      const child = Container.create({ parent: root });
      child.registerProvider(Database, Scope.Singleton);
      const bg = root.run(() => new Background());
      (await child.run(() => bg.add(work))).cancel();
      return child;
    });
    expect(states).toEqual([true]);
  });

  test('and goes on when one was refused', async () => {
    const root = Container.create();
    const child = Container.create({ parent: root });
    const bg = root.run(() => new Background({ maxConcurrency: 1, capacity: 1, gracePeriod: 0 }));
    const hangs = () => new Promise(() => {});
    const adds = [1, 2, 3].map(() => child.run(() => bg.add(async () => void (await hangs()))));
    const outcomes = Promise.allSettled(adds);
    const closing = child.dispose();
    await bg[Symbol.asyncDispose]();
    await closing;
    expect((await outcomes).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });
});
