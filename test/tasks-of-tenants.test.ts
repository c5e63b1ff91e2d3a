import { createServer } from 'node:http';
import {
  AppBackground,
  after,
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
import { beforeEach, expect, test } from 'vitest';
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
