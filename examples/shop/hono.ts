import { serve } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { BackgroundTask, withBackground } from 'offstage';
import { background, handler, offstage } from 'offstage/hono';
import { analytics, track } from './analytics.js';
import type { Database } from './database.js';
import { type NewOrder, placeOrder } from './orders.js';
import { keepPicture, showProduct } from './products.js';
import { Refused, type Sent } from './refused.js';
import type { Shop } from './shop.js';
import { type Customer, signUp } from './sign-up.js';
import { type Payment, receivePayment } from './webhooks.js';

export function serveHono(port: number): Promise<Shop> {
  const requests = offstage();
  const app = new Hono().use(requests, bodyLimit({ maxSize: 5_000_000 }));

  // A task on the route, and one that the service adds.
  app.post('/sign-up', background(new BackgroundTask(track, 'sign-up')), async (c) =>
    c.json(await signUp(await bodyOf<Sent<Customer>>(c)), 201),
  );
  app.get('/products/:id', async (c) => c.json(await showProduct(c.req.param('id'))));
  app.post('/products/:id/picture', async (c) =>
    c.json(await keepPicture(c.req.param('id'), new Uint8Array(await c.req.arrayBuffer())), 202),
  );
  app.post('/orders', async (c) => c.json(await placeOrder(await bodyOf<Sent<NewOrder>>(c)), 202));
  app.post('/webhooks/payments', async (c) =>
    c.json(await receivePayment(c.req.header('authorization') ?? '', await bodyOf<Sent<Payment>>(c))),
  );
  // A task on the response.
  app.get('/analytics', async (c) =>
    withBackground(c.json(await analytics()), new BackgroundTask(track, 'analytics')),
  );
  // A handler with injected parameters.
  app.get(
    '/health',
    handler(async (c: Context, db: Database) => c.json(db.get('select sqlite_version() as sqlite'))),
  );

  app.onError((error, c) => {
    if (error instanceof Refused) return c.json({ message: error.message }, error.statusCode);
    console.error(error);
    return c.json({ message: 'that went wrong' }, 500);
  });
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, (address) =>
      resolve({ port: address.port, close: () => requests.close(server) }),
    );
  });
}

/** What the client has sent. Fastify refuses by itself what is no JSON. */
function bodyOf<T>(c: Context): Promise<T> {
  return c.req.json<T>().catch(() => {
    throw new Refused(400, 'JSON, please');
  });
}
