import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { BackgroundTask, withBackground } from 'offstage';
import { background, handler, offstage } from 'offstage/fastify';
import { analytics, track } from './analytics.js';
import type { Database } from './database.js';
import { type NewOrder, placeOrder } from './orders.js';
import { keepPicture, showProduct } from './products.js';
import type { Sent } from './refused.js';
import type { Shop } from './shop.js';
import { type Customer, signUp } from './sign-up.js';
import { type Payment, receivePayment } from './webhooks.js';

interface ById {
  Params: { id: string };
}

export async function serveFastify(port: number): Promise<Shop> {
  const app = fastify({ bodyLimit: 5_000_000 });
  await app.register(offstage);
  app.addContentTypeParser('image/png', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  // A task on the route, and one that the service adds.
  app.post<{ Body: Sent<Customer> }>(
    '/sign-up',
    { preHandler: background(new BackgroundTask(track, 'sign-up')) },
    async (request, reply) => {
      reply.status(201);
      return signUp(request.body);
    },
  );
  app.get<ById>('/products/:id', async (request) => showProduct(request.params.id));
  app.post<ById & { Body: Buffer }>('/products/:id/picture', async (request, reply) => {
    reply.status(202);
    return keepPicture(request.params.id, request.body);
  });
  app.post<{ Body: Sent<NewOrder> }>('/orders', async (request, reply) => {
    reply.status(202);
    return placeOrder(request.body);
  });
  app.post<{ Body: Sent<Payment> }>('/webhooks/payments', async (request) =>
    receivePayment(request.headers.authorization ?? '', request.body),
  );
  // A task on the response.
  app.get('/analytics', async () =>
    withBackground(await analytics(), new BackgroundTask(track, 'analytics')),
  );
  // A handler with injected parameters.
  app.get(
    '/health',
    handler(async (db: Database) => db.get('select sqlite_version() as sqlite')),
  );

  await app.listen({ port, host: '127.0.0.1' });
  const address = app.server.address() as AddressInfo; // it listens on a port
  return { port: address.port, close: () => app.close() };
}
