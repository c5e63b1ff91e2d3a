import type { Server } from 'node:http';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/fastify';
import { afterResponse, inRequest } from './by-hand.js';
import { host, type Servers } from './servers.js';
import { count, type Order, type Shop, shop } from './shop.js';

async function greet(request: FastifyRequest, shop: Shop): Promise<string> {
  return shop.greet(request.url);
}

async function order(request: FastifyRequest, shop: Shop): Promise<object> {
  return shop.order(request.body as Order); // as its client sends it
}

function greetAndCount(request: FastifyRequest, shop: Shop): Promise<string> {
  after(count, request.url);
  return greet(request, shop);
}

function orderAndCount(request: FastifyRequest, shop: Shop): Promise<object> {
  after(count, request.url);
  return order(request, shop);
}

async function serving(app: FastifyInstance): Promise<Server> {
  await app.listen({ port: 0, host });
  return app.server;
}

function routes(app: FastifyInstance): FastifyInstance {
  app.get('/', (request) => greet(request, shop));
  app.post('/orders', (request) => order(request, shop));
  return app;
}

export const servers: Servers = {
  bare: () => serving(routes(fastify())),
  'by hand': () => {
    const app = fastify();
    app.addHook('onRequest', (request, reply, next) => {
      inRequest(() => {
        afterResponse(reply.raw, () => count(shop, request.url));
        next();
      });
    });
    return serving(routes(app));
  },
  offstage: async () => {
    const app = fastify();
    await app.register(offstage);
    app.get('/', handler(greetAndCount));
    app.post('/orders', handler(orderAndCount));
    return serving(app);
  },
};
