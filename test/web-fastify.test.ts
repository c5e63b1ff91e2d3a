import { Readable } from 'node:stream';
import fastify from 'fastify';
import { offstage } from 'offstage/fastify';
import { obeysTheLaws } from './fixtures/web/laws.js';

obeysTheLaws(async (routes, options) => {
  const app = fastify();
  await app.register(offstage, options);
  for (const [path, route] of Object.entries(routes)) {
    app.get(path, async (request) => {
      const body = await route(request);
      return typeof body === 'string' ? body : Readable.from(body);
    });
  }
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { server: app.server, close: () => app.close() };
});
