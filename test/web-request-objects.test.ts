import { createServer, type Server } from 'node:http';
import { serve } from '@hono/node-server';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';
import { after } from 'offstage';
import { offstage as onExpress } from 'offstage/express';
import { offstage as onFastify } from 'offstage/fastify';
import { offstage as onHono } from 'offstage/hono';
import { offstage as onKoa } from 'offstage/koa';
import { offstage as onNode } from 'offstage/node';
import { expect, onTestFinished, test } from 'vitest';
import { portOf } from './fixtures/web/listen.js';

async function keeps(_what: unknown): Promise<void> {}

/** Which of them a task may be given. */
function given(objects: Record<string, unknown>): string {
  const taken = Object.entries(objects).filter(([, object]) => {
    try {
      after(keeps, object);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ name: 'RequestError' });
      return false;
    }
  });
  return taken.map(([name]) => name).join();
}

interface OnNode {
  readonly Bindings: { readonly incoming: { readonly headers: object }; readonly outgoing: object };
}

/** Each answers with what a task may be given of all that stands here. */
const servers: Record<string, () => Server | Promise<Server>> = {
  node: () =>
    createServer(
      onNode(
        (request, response) => void response.end(given({ request, response, headers: request.headers })),
      ),
    ).listen(0),
  express: () =>
    express()
      .use(onExpress())
      .get('/', (request, response) => {
        response.send(given({ request, response, headers: request.headers }));
      })
      .listen(0),
  async fastify() {
    const app = fastify();
    await app.register(onFastify);
    app.get('/', async (request, reply) =>
      given({ request, reply, raw: request.raw, response: reply.raw, headers: request.headers }),
    );
    await app.listen({ port: 0 });
    return app.server;
  },
  hono() {
    const app = new Hono<OnNode>().use(onHono());
    app.get('/', (c) => {
      const { incoming, outgoing } = c.env;
      return c.text(given({ c, req: c.req, raw: c.req.raw, incoming, outgoing, headers: incoming.headers }));
    });
    return serve({ fetch: app.fetch, port: 0 }) as Server; // without options it is one
  },
  koa: () =>
    new Koa()
      .use(onKoa())
      .use((ctx) => {
        const { request, response, req, res, headers } = ctx;
        ctx.body = given({ ctx, request, response, req, res, headers });
      })
      .listen(0),
};

test.each(Object.entries(servers))(
  '%s: a task is given no object of its request, but what it has',
  async (_, start) => {
    const server = await start();
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const answer = await fetch(`http://localhost:${await portOf(server)}`);
    expect(await answer.text()).toBe('headers');
  },
);
