import type { Server } from 'node:http';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/fastify';
import { afterResponse, inRequest } from './by-hand.js';
import { countView, type Products, products } from './products.js';
import { host, type Servers } from './servers.js';

async function greet(request: FastifyRequest, products: Products): Promise<string> {
  return products.greet(request.url);
}

async function show(request: FastifyRequest, products: Products): Promise<unknown> {
  return products.find((request.params as { id: string }).id); // as its route says
}

function greetAndCount(request: FastifyRequest, products: Products): Promise<string> {
  after(countView, request.url);
  return greet(request, products);
}

function showAndCount(request: FastifyRequest, products: Products): Promise<unknown> {
  after(countView, request.url);
  return show(request, products);
}

async function serving(app: FastifyInstance): Promise<Server> {
  await app.listen({ port: 0, host });
  return app.server;
}

function routes(app: FastifyInstance): FastifyInstance {
  app.get('/', (request) => greet(request, products));
  app.get('/products/:id', (request) => show(request, products));
  return app;
}

export const servers: Servers = {
  bare: () => serving(routes(fastify())),
  'by hand': () => {
    const app = fastify();
    app.addHook('onRequest', (request, reply, next) => {
      inRequest(() => {
        afterResponse(reply.raw, () => countView(products, request.url));
        next();
      });
    });
    return serving(routes(app));
  },
  offstage: async () => {
    const app = fastify();
    await app.register(offstage);
    app.get('/', handler(greetAndCount));
    app.get('/products/:id', handler(showAndCount));
    return serving(app);
  },
};
