import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import { serve } from '@hono/node-server';
import { offstage } from 'offstage/hono';
import { describe } from 'vitest';
import { obeysTheLaws } from './fixtures/web/laws.js';

// The newest version, and the oldest that the package says to support.
describe.each(['hono', 'hono-oldest'])('%s', async (name) => {
  const { Hono }: typeof import('hono') = await import(name);

  obeysTheLaws(async (routes, options) => {
    const requests = offstage(options);
    const app = new Hono().use(requests);
    for (const [path, route] of Object.entries(routes)) {
      app.get(path, async (c) => {
        const body = await route(c);
        // The platform's own streams: one is the other.
        return c.body(
          typeof body === 'string' ? body : (Readable.toWeb(Readable.from(body)) as ReadableStream),
        );
      });
    }
    app.onError((_error, c) => c.text('failed', 500));
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server; // without options it is one
    return { server, close: () => requests.close(server) };
  });
});
