import type { Server, ServerResponse } from 'node:http';
import { type HttpBindings, serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/hono';
import { afterResponse, inRequest } from './by-hand.js';
import { countView, type Products, products } from './products.js';
import { host, type Servers } from './servers.js';

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

type App = Hono<{ Bindings: HttpBindings }>;

function serving(app: App): Server {
  return serve({ fetch: app.fetch, port: 0, hostname: host }) as Server; // without options it is one
}

function routes(app: App): App {
  return app.get('/', (c) => greet(c, products)).get('/products/:id', (c) => show(c, products));
}

export const servers: Servers = {
  bare: () => serving(routes(new Hono())),
  'by hand': () => {
    const app: App = new Hono();
    app.use((c, next) => {
      const outgoing = c.env.outgoing as ServerResponse; // it speaks no HTTP/2
      afterResponse(outgoing, () => countView(products, c.req.path));
      return inRequest(next);
    });
    return serving(routes(app));
  },
  offstage: () => {
    const app: App = new Hono();
    app.use(offstage());
    app.get('/', handler(greetAndCount)).get('/products/:id', handler(showAndCount));
    return serving(app);
  },
};
