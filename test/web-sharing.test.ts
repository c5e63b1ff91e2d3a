import { createServer, IncomingMessage, ServerResponse } from 'node:http';
import { Container, inject, Scope, token } from 'offstage';
import { handler, offstage } from 'offstage/node';
import { expect, test } from 'vitest';
import { gate } from './fixtures/gate.js';
import { ask } from './fixtures/web/client.js';
import { portOf } from './fixtures/web/listen.js';

// Alone in its file: only the first use of sharing in a process can come in the middle of a request.
test('a request shares its resources from its beginning, also if another one is the first to share any', async () => {
  class Unit {
    readonly number = ++made;
  }
  let made = 0;
  const Slow = token<object>('Slow');
  const [began, slow] = [gate(), gate<object>()];
  await using container = Container.create();
  const waitForSlow = () => {
    began.open();
    return slow.passed;
  };
  container.registerProvider(Slow, { useFactory: waitForSlow });
  container.registerProvider(Unit, {
    useFactory: () => new Unit(),
    scope: Scope.Resource,
    nested: 'share',
  });
  const ofRequest = inject([Unit, IncomingMessage], async ({ number }, _request) => number);
  const ofFlow = inject([Unit], async ({ number }) => number);
  const first = inject([Slow, IncomingMessage, ServerResponse], async (_slow, request, response) => {
    response.end(`${await ofRequest(request)} ${await ofFlow()}`);
  });
  const second = inject([ServerResponse], async (response) => {
    response.end(`${await ofFlow()}`);
  });
  const [one, other] = [handler(first), handler(second)];
  const listener = offstage((request, response) => (request.url === '/1' ? one : other)(request, response), {
    container,
  });
  const server = createServer(listener).listen(0, '127.0.0.1');
  const port = await portOf(server);
  const asking = ask(port, '/1');
  await began.passed;
  expect((await ask(port, '/2')).text).toBe('1');
  slow.open({});
  expect((await asking).text).toBe('2 2');
  await listener.close(server);
});
