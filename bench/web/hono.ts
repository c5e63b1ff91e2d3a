import type { Server, ServerResponse } from 'node:http';
import { type HttpBindings, serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/hono';
import { afterResponse, inRequest } from './by-hand.js';
import { host, type Servers } from './servers.js';
import { count, type Order, type Shop, shop } from './shop.js';

function greet(c: Context, shop: Shop): Response {
  return c.text(shop.greet(c.req.path));
}

async function order(c: Context, shop: Shop): Promise<Response> {
  return c.json(shop.order(await c.req.json<Order>()));
}

function greetAndCount(c: Context, shop: Shop): Response {
  after(count, c.req.path);
  return greet(c, shop);
}

function orderAndCount(c: Context, shop: Shop): Promise<Response> {
  after(count, c.req.path);
  return order(c, shop);
}

type App = Hono<{ Bindings: HttpBindings }>;

function serving(app: App): Server {
  return serve({ fetch: app.fetch, port: 0, hostname: host }) as Server; // without options it is one
}

function routes(app: App): App {
  return app.get('/', (c) => greet(c, shop)).post('/orders', (c) => order(c, shop));
}

export const servers: Servers = {
  bare: () => serving(routes(new Hono())),
  'by hand': () => {
    const app: App = new Hono();
    app.use((c, next) => {
      const outgoing = c.env.outgoing as ServerResponse; // it speaks no HTTP/2
      afterResponse(outgoing, () => count(shop, c.req.path));
      return inRequest(next);
    });
    return serving(routes(app));
  },
  offstage: () => {
    const app: App = new Hono();
    app.use(offstage());
    app.get('/', handler(greetAndCount)).post('/orders', handler(orderAndCount));
    return serving(app);
  },
};
