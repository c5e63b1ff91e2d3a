import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { offstage } from 'offstage/node';
import { obeysTheLaws } from './fixtures/web/laws.js';

obeysTheLaws(async (routes, options) => {
  const listener = offstage(async (request, response) => {
    const body = await routes[request.url ?? '']?.(request);
    if (typeof body === 'string') response.end(body);
    else if (body)
      Readable.from(body)
        .on('error', () => {})
        .pipe(response);
  }, options);
  const server = createServer(listener).listen(0, '127.0.0.1');
  return { server, close: () => listener.close(server) };
});
