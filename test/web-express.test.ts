import { Readable } from 'node:stream';
import { offstage } from 'offstage/express';
import { describe } from 'vitest';
import { obeysTheLaws } from './fixtures/web/laws.js';

// The newest version, and the oldest that the package says to support.
describe.each(['express', 'express-oldest'])('%s', async (name) => {
  const { default: express }: { default: typeof import('express') } = await import(name);

  obeysTheLaws(async (routes, options) => {
    const requests = offstage(options);
    const app = express().set('env', 'test').use(requests);
    for (const [path, route] of Object.entries(routes)) {
      app.get(path, async (request, response) => {
        const body = await route(request);
        if (typeof body === 'string') response.send(body);
        else
          Readable.from(body)
            .on('error', () => {})
            .pipe(response);
      });
    }
    const server = app.listen(0, '127.0.0.1');
    return { server, close: () => requests.close(server) };
  });
});
