import { createServer } from 'node:http';
import { after, Container, inject } from 'offstage';
import { offstage } from 'offstage/node';
import { expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { quietLog } from './fixtures/quiet-log.js';
import { ask } from './fixtures/web/client.js';
import { portOf } from './fixtures/web/listen.js';

const { lines } = quietLog();

test('a container that is disposed serves the requests in flight, and waits for their tasks', async () => {
  class Session {
    [Symbol.dispose]() {
      log.push('closed');
    }
  }
  const log: string[] = [];
  const came = gate();
  const goOn = gate();
  const finish = gate();
  const container = Container.create();
  container.registerProvider(Session, 'resource');
  const record = inject([Session], async () => {
    await finish.passed;
    log.push('task');
  });
  const helper = inject([Session], async () => 'answer');
  const listener = offstage(
    async (_request, response) => {
      came.open();
      await goOn.passed;
      after(record);
      response.end(await helper());
    },
    { container },
  );
  const server = createServer(listener).listen(0, '127.0.0.1');
  const port = await portOf(server);
  const asking = ask(port, '/');
  await came.passed;
  const disposed = container.dispose().then(() => log.push('disposed'));
  await settled();
  expect((await ask(port, '/')).status).toBe(500); // the next one comes too late
  goOn.open();
  expect(await asking).toEqual({ status: 200, text: 'answer' });
  await settled();
  expect(log).toEqual(['closed']);
  finish.open();
  await disposed;
  expect(log).toEqual(['closed', 'task', 'closed', 'disposed']);
  await listener.close(server);
});

test('what is asked behind that is refused, and nothing is made again', async () => {
  let made = 0;
  class Store {
    readonly number = ++made;
  }
  const container = Container.create();
  container.registerProvider(Store, 'singleton');
  const use = inject([Store], ({ number }: Store) => `store ${number}`);
  const listener = offstage((_request, response) => response.end(use()), { container });
  const server = createServer(listener).listen(0, '127.0.0.1');
  const port = await portOf(server);
  expect(await ask(port, '/')).toEqual({ status: 200, text: 'store 1' });
  await container.dispose();
  expect((await ask(port, '/')).status).toBe(500);
  expect(made).toBe(1);
  expect(lines).toEqual([expect.stringContaining('the container has been disposed')]);
  await listener.close(server);
});
