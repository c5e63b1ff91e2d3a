import { Readable } from 'node:stream';
import { offstage } from 'offstage/fastify';
import { describe } from 'vitest';
import { obeysTheLaws } from './fixtures/web/laws.js';

// The newest version, and the oldest that the package says to support.
describe.each(['fastify', 'fastify-oldest'])('%s', async (name) => {
  const { default: fastify }: typeof import('fastify') = await import(name);

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
});
