import { type Context, Hono } from 'hono';
import { Container, inject, Scope } from 'offstage';
import { handler, offstage } from 'offstage/hono';
import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

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
