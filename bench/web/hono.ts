import type { Server, ServerResponse } from 'node:http';
import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/hono';
import { afterResponse, inRequest } from './by-hand.js';
import { countView, Products } from './products.js';
import { host, type Servers } from './servers.js';

const products = new Products();

function greet(c: Context, products: Products): Response {
  return c.text(products.greet(c.req.path));
}

function show(c: Context, products: Products): Response {
  return c.json(products.find(c.req.param('id')) as object); // it is a row
}

function greetAndCount(c: Context, products: Products): Response {
  after(countView, c.req.path);
  return greet(c, products);
}

function showAndCount(c: Context, products: Products): Response {
  after(countView, c.req.path);
  return show(c, products);
}

function serving(app: Hono): Server {
  return serve({ fetch: app.fetch, port: 0, hostname: host }) as Server; // without options it is one
}

function routes(app: Hono): Hono {
  return app.get('/', (c) => greet(c, products)).get('/products/:id', (c) => show(c, products));
}

export const servers: Servers = {
  bare: () => serving(routes(new Hono())),
  'by hand': () => {
    const app = new Hono<{ Bindings: { outgoing: ServerResponse } }>();
    app.use((c, next) => {
      afterResponse(c.env.outgoing, () => countView(products, c.req.path));
      return inRequest(next);
    });
    return serving(routes(app as unknown as Hono)); // the same, without the types of its bindings
  },
  offstage: () =>
    serving(
      new Hono().use(offstage()).get('/', handler(greetAndCount)).get('/products/:id', handler(showAndCount)),
    ),
};
