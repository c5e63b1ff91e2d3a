import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/node';
import { afterResponse, inRequest } from './by-hand.js';
import { countView, type Products, products } from './products.js';
import { host, type Servers } from './servers.js';

function answer(products: Products, { url = '' }: IncomingMessage, response: ServerResponse): void {
  if (url === '/') {
    response.end(products.greet(url));
    return;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(products.find(url.slice('/products/'.length))));
}

function answerAndCount(products: Products, request: IncomingMessage, response: ServerResponse): void {
  after(countView, request.url ?? '');
  answer(products, request, response);
}

export const servers: Servers = {
  bare: () => createServer((request, response) => answer(products, request, response)).listen(0, host),
  'by hand': () =>
    createServer((request, response) =>
      inRequest(() => {
        afterResponse(response, () => countView(products, request.url ?? ''));
        answer(products, request, response);
      }),
    ).listen(0, host),
  offstage: () => createServer(offstage(handler(answerAndCount))).listen(0, host),
};
