// `web-server.ts <framework> <bare | offstage>`: serves one route, and prints its port.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import express, { type Request, type Response } from 'express';
import fastify, { type FastifyRequest } from 'fastify';
import { type Context, Hono } from 'hono';
import Koa, { type Context as KoaContext } from 'koa';
import { after, singleton } from 'offstage';
import * as onExpress from 'offstage/express';
import * as onFastify from 'offstage/fastify';
import * as onHono from 'offstage/hono';
import * as onKoa from 'offstage/koa';
import * as onNode from 'offstage/node';

@singleton
class Greeter {
  greeted = 0;
  greet(path: string) {
    return `hello from ${path}`;
  }
}
const greeter = new Greeter();

async function count(greeter: Greeter, _path: string) {
  greeter.greeted++;
}

const host = '127.0.0.1';
const servers: Record<string, Record<string, () => Promise<Server> | Server>> = {
  'node:http': {
    bare: () =>
      createServer((request, response) => {
        response.end(greeter.greet(request.url ?? ''));
      }).listen(0, host),
    offstage: () => {
      const answer = (greeter: Greeter, request: IncomingMessage, response: ServerResponse) => {
        after(count, request.url ?? '');
        response.end(greeter.greet(request.url ?? ''));
      };
      return createServer(onNode.offstage(onNode.handler(answer))).listen(0, host);
    },
  },
  Hono: {
    bare: () => {
      const app = new Hono().get('/', (c) => c.text(greeter.greet(c.req.path)));
      return serve({ fetch: app.fetch, port: 0, hostname: host }) as Server; // without options it is one
    },
    offstage: () => {
      const app = new Hono().use(onHono.offstage());
      const answer = (c: Context, greeter: Greeter) => {
        after(count, c.req.path);
        return c.text(greeter.greet(c.req.path));
      };
      app.get('/', onHono.handler(answer));
      return serve({ fetch: app.fetch, port: 0, hostname: host }) as Server; // without options it is one
    },
  },
  Fastify: {
    bare: async () => {
      const app = fastify();
      app.get('/', async (request) => greeter.greet(request.url));
      await app.listen({ port: 0, host });
      return app.server;
    },
    offstage: async () => {
      const app = fastify();
      await app.register(onFastify.offstage);
      const answer = async (request: FastifyRequest, greeter: Greeter) => {
        after(count, request.url);
        return greeter.greet(request.url);
      };
      app.get('/', onFastify.handler(answer));
      await app.listen({ port: 0, host });
      return app.server;
    },
  },
  Express: {
    bare: () => {
      const app = express();
      app.get('/', (request, response) => void response.send(greeter.greet(request.path)));
      return app.listen(0, host);
    },
    offstage: () => {
      const app = express().use(onExpress.offstage());
      const answer = (request: Request, response: Response, greeter: Greeter) => {
        after(count, request.path);
        response.send(greeter.greet(request.path));
      };
      app.get('/', onExpress.handler(answer));
      return app.listen(0, host);
    },
  },
  Koa: {
    bare: () => {
      const app = new Koa().use((ctx) => {
        ctx.body = greeter.greet(ctx.path);
      });
      return app.listen(0, host);
    },
    offstage: () => {
      const app = new Koa().use(onKoa.offstage());
      const answer = (ctx: KoaContext, greeter: Greeter) => {
        after(count, ctx.path);
        ctx.body = greeter.greet(ctx.path);
      };
      app.use(onKoa.handler(answer));
      return app.listen(0, host);
    },
  },
};

const [framework = '', variant = ''] = process.argv.slice(2);
const server = await servers[framework]?.[variant]?.();
if (!server) throw new Error(`there is no ${framework} ${variant}`);
if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
console.log((server.address() as AddressInfo).port); // it listens on a port
