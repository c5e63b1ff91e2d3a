import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { Container, inject, Scope } from 'offstage';
import { handler, offstage } from 'offstage/hono';
import { expect, test } from 'vitest';
import { ask } from './fixtures/web/client.js';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { portOf } from './fixtures/web/listen.js';
import { load } from './fixtures/web/starts/hono.js';

const First = Request; // no server has begun yet

obeysTheLaws(await load('hono'));

test('the Request is given by the class that serve() has made the global one', async () => {
  const container = Container.create();
  const requests = offstage({ container });
  const app = new Hono().use(requests);
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server; // without options it is one
  class Locale {
    constructor(readonly path: string) {}
  }
  const makeLocale = ({ url }: Request) => new Locale(new URL(url).pathname);
  container.registerProvider(Locale, { useFactory: makeLocale, deps: [Request], scope: Scope.Resource });
  const paths = inject([Request, First, Locale], (request, first, { path }, c: Context) =>
    c.text(`${path} ${request === first}`),
  );
  app.get('/ada', handler(paths));
  expect(await ask(await portOf(server), '/ada')).toEqual({ status: 200, text: '/ada true' });
  await requests.close(server);
});
