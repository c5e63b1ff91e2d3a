import express, { type ErrorRequestHandler, type Request } from 'express';
import { type Context, Hono } from 'hono';
import { Container, inject, Scope, typeToken } from 'offstage';
import { handler as forExpress, offstage as offstageOfExpress } from 'offstage/express';
import { handler, offstage } from 'offstage/hono';
import { expect, test } from 'vitest';
import { gate } from './fixtures/gate.js';
import { runProgram } from './fixtures/run-program.js';
import { request } from './fixtures/web/client.js';
import { portOf } from './fixtures/web/listen.js';

test('a handler waits for the modules of its types and for what it is injected, and is given factories, not what its framework passes beside', async () => {
  const { stdout, stderr, code } = await runProgram('test/fixtures/programs/handlers.ts');
  expect({ lines: stdout.trim().split('\n').sort(), stderr, code }).toEqual({
    lines: ['200 it costs 7', '200 it is noon', '200 tickets 1 and 2', 'task of /time'],
    stderr: '',
    code: 0,
  });
});

test('a handler has its parameters by their types, in any order, and what its framework passes stands for nothing else', async () => {
  const { stdout, stderr, code } = await runProgram('test/fixtures/programs/handler-parameters.ts');
  expect({ lines: stdout.trim().split('\n'), stderr, code }).toEqual({
    lines: [
      '/response-first: response request next',
      '/no-response: request next',
      '/no-request: response next',
      '/session: Session next',
      '/next-first: next request',
      '/core: next response request',
      '/untyped: Session request response next',
      '/rest: response request next',
      '/default: no attempts',
      '/default: request next',
      '/forgotten: 500 no provider for Forgotten',
      'hono: Session next',
    ],
    stderr: '',
    code: 0,
  });
});

test('types by hand are those of a handler, too, which its framework waits for', async () => {
  class Rate {
    readonly euros = 7;
  }
  const container = Container.create();
  const makeRate = async () => new Rate();
  container.registerProvider(Rate, { useFactory: makeRate, scope: Scope.Resource });
  const app = new Hono().use(offstage({ container }));
  app.get('/', handler(inject([Rate], ({ euros }, c: Context) => c.text(`it costs ${euros}`))));
  expect(await (await app.request('/')).text()).toBe('it costs 7');
});

test('tokens that are given to a handler itself are refused with what to write', () => {
  const given = [Container] as unknown as () => string; // as JavaScript may
  expect(() => handler(given)).toThrow(
    'handler() was given no function\nWrite handler(fn), or handler(inject([A, B], fn)) to name tokens.',
  );
});

test.each([
  ['it takes the request', true],
  ['what it is injected takes the request', false],
])('a handler is served as ever although its client has gone before: %s', async (_, takesRequest) => {
  class Rate {
    readonly euros = 7;
  }
  class Invoice {
    constructor(readonly text: string) {}
  }
  const Asked = typeToken<Request>('express', 'Request');
  await using container = Container.create();
  const makeRate = async () => new Rate();
  container.registerProvider(Rate, { useFactory: makeRate, scope: Scope.Resource });
  const makeInvoice = (rate: Rate, { path }: Request) => new Invoice(`${path} costs ${rate.euros}`);
  container.registerProvider(Invoice, {
    useFactory: makeInvoice,
    deps: [Rate, Asked],
    scope: Scope.Resource,
  });
  const requests = offstageOfExpress({ container });
  const app = express().set('env', 'test').use(requests);
  const gone = gate();
  const done = gate<string>();
  app.use((_request, response, next) => {
    response.once('close', () => {
      setImmediate(next);
      gone.open();
    });
    client.destroy();
  });
  const pay = takesRequest
    ? inject([Invoice, Asked], ({ text }, asked) => done.open(text + asked.path))
    : inject([Invoice], ({ text }) => done.open(text));
  app.use(forExpress(pay));
  app.use(((error, _request, _response, _next) => done.fail(error)) satisfies ErrorRequestHandler);
  const server = app.listen(0, '127.0.0.1');
  const client = request(await portOf(server), '/tea').on('error', () => {});
  await gone.passed;
  expect(await done.passed).toBe(`/tea costs 7${takesRequest ? '/tea' : ''}`);
  await requests.close(server);
});

class Greeter {
  readonly greeting = 'hello';
}
const Next = typeToken<() => Promise<void>>('hono', 'Next');

test('a handler that no middleware of offstage stands before says so', async () => {
  const app = new Hono().onError(({ message }, c) => c.text(message, 500));
  const pass = async (_greeter: Greeter, next: () => Promise<void>) => next();
  app.use(handler(inject([Greeter, Next], pass)));
  const text = await (await app.request('/')).text();
  expect(text).toMatch(
    /^pass\b.* was called where no request is handled\nPut the middleware of offstage first, /,
  );
});

test('an application that another one has called with a request needs none', async () => {
  await using container = Container.create();
  container.registerProvider(Greeter, 'singleton');
  const inner = new Hono();
  inner.get('/', handler(inject([Greeter], ({ greeting }) => new Response(greeting))));
  const app = new Hono().use(offstage({ container })).mount('/inner', inner.fetch);
  expect(await (await app.request('/inner')).text()).toBe('hello');
});

test('outside a request, its objects are arguments like any other, also those of a type without a run time', async () => {
  class Clock {
    now() {
      return 42;
    }
  }
  Container.registerProvider(Clock, Scope.Singleton);
  const page = inject(
    [typeToken<Context>('hono', 'Context'), Clock],
    (c, clock) => `${c.req.path} at ${clock.now()}`,
  );
  const plain = new Hono().get('/there', (c) => c.text(page(c)));
  expect(await (await plain.request('/there')).text()).toBe('/there at 42');
  const ours = new Hono().use(offstage()).get('/there', (c) => c.text(page()));
  expect(await (await ours.request('/there')).text()).toBe('/there at 42');
});
