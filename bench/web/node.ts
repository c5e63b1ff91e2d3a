import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/node';
import { afterResponse, inRequest } from './by-hand.js';
import { host, type Servers } from './servers.js';
import { count, type Order, type Shop, shop } from './shop.js';

function answer(shop: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
  if (request.method === 'POST') return order(shop, request, response);
  response.end(shop.greet(request.url ?? ''));
  return undefined;
}

async function order(shop: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const accepted = shop.order((await json(request)) as Order); // as its client sends it
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(accepted));
}

function answerAndCount(shop: Shop, request: IncomingMessage, response: ServerResponse): unknown {
  after(count, request.url ?? '');
  return answer(shop, request, response);
}

export const servers: Servers = {
  bare: () => createServer((request, response) => void answer(shop, request, response)).listen(0, host),
  'by hand': () =>
    createServer((request, response) =>
      inRequest(() => {
        afterResponse(response, () => count(shop, request.url ?? ''));
        void answer(shop, request, response);
      }),
    ).listen(0, host),
  offstage: () => createServer(offstage(handler(answerAndCount))).listen(0, host),
};
