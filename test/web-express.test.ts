import { Readable } from 'node:stream';
import express from 'express';
import { offstage } from 'offstage/express';
import { obeysTheLaws } from './fixtures/web/laws.js';

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
