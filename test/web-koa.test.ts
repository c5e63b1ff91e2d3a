import { Readable } from 'node:stream';
import { offstage } from 'offstage/koa';
import { describe } from 'vitest';
import { obeysTheLaws } from './fixtures/web/laws.js';

// The newest version, and the oldest that the package says to support.
describe.each(['koa', 'koa-oldest'])('%s', async (name) => {
  const { default: Koa }: { default: typeof import('koa') } = await import(name);

  obeysTheLaws(async (routes, options) => {
    const requests = offstage(options);
    const app = new Koa().use(requests);
    app.use(async (ctx) => {
      const body = await routes[ctx.path]?.(ctx);
      ctx.body = typeof body === 'string' ? body : Readable.from(body ?? []);
    });
    app.silent = true;
    const server = app.listen(0, '127.0.0.1');
    return { server, close: () => requests.close(server) };
  });
});
