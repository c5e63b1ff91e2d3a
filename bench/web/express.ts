import express, { type Express, type Request, type Response } from 'express';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/express';
import { afterResponse, inRequest } from './by-hand.js';
import { countView, type Products, products } from './products.js';
import { host, type Servers } from './servers.js';

function greet(request: Request, response: Response, products: Products): void {
  response.send(products.greet(request.path));
}

function show(request: Request, response: Response, products: Products): void {
  response.json(products.find(String(request.params.id)));
}

function greetAndCount(request: Request, response: Response, products: Products): void {
  after(countView, request.path);
  greet(request, response, products);
}

function showAndCount(request: Request, response: Response, products: Products): void {
  after(countView, request.path);
  show(request, response, products);
}

function routes(app: Express): Express {
  app.get('/', (request, response) => greet(request, response, products));
  app.get('/products/:id', (request, response) => show(request, response, products));
  return app;
}

export const servers: Servers = {
  bare: () => routes(express()).listen(0, host),
  'by hand': () => {
    const app = express().use((request, response, next) =>
      inRequest(() => {
        afterResponse(response, () => countView(products, request.path));
        next();
      }),
    );
    return routes(app).listen(0, host);
  },
  offstage: () =>
    express()
      .use(offstage())
      .get('/', handler(greetAndCount))
      .get('/products/:id', handler(showAndCount))
      .listen(0, host),
};
