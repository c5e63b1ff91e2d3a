import express, { type Express, type Request, type Response } from 'express';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/express';
import { afterResponse, inRequest } from './by-hand.js';
import { host, type Servers } from './servers.js';
import { count, type Shop, shop } from './shop.js';

function greet(request: Request, response: Response, shop: Shop): void {
  response.send(shop.greet(request.path));
}

function order(request: Request, response: Response, shop: Shop): void {
  response.json(shop.order(request.body));
}

function greetAndCount(request: Request, response: Response, shop: Shop): void {
  after(count, request.path);
  greet(request, response, shop);
}

function orderAndCount(request: Request, response: Response, shop: Shop): void {
  after(count, request.path);
  order(request, response, shop);
}

function routes(app: Express): Express {
  app.get('/', (request, response) => greet(request, response, shop));
  app.post('/orders', express.json(), (request, response) => order(request, response, shop));
  return app;
}

export const servers: Servers = {
  bare: () => routes(express()).listen(0, host),
  'by hand': () => {
    const app = express().use((request, response, next) =>
      inRequest(() => {
        afterResponse(response, () => count(shop, request.path));
        next();
      }),
    );
    return routes(app).listen(0, host);
  },
  offstage: () =>
    express()
      .use(offstage())
      .get('/', handler(greetAndCount))
      .post('/orders', express.json(), handler(orderAndCount))
      .listen(0, host),
};
