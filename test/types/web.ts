import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import express, { type NextFunction, type Request, type Response } from 'express';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { type Context, Hono, type Next } from 'hono';
import Koa from 'koa';
import { after, BackgroundTask, BackgroundTasks, inject } from 'offstage';
import { handler as expressHandler } from 'offstage/express';
import { background, handler as fastifyHandler, offstage as plugin } from 'offstage/fastify';
import { handler } from 'offstage/hono';
import { handler as koaHandler } from 'offstage/koa';
import { offstage } from 'offstage/node';

class Mailer {
  send(to: string) {
    return to.length;
  }
}
async function greet(mailer: Mailer, to: string, times = 1) {
  return mailer.send(to) * times;
}
declare const mailer: Mailer;

// As with Background.add: what is injected may be left out.
after(greet, 'ada');
after.always(greet, mailer, 'ada', 2);
new BackgroundTasks([new BackgroundTask(greet, 'ada'), new BackgroundTask(async () => {})]).addTask(
  greet,
  'ada',
);

// error: not assignable
after(greet);
// error: not assignable
after.always(greet, 7);
// error: not assignable
new BackgroundTask(greet, 'ada', 'twice');
// error: not assignable
new BackgroundTasks().addTask(greet, mailer);

// A handler of a framework, whatever is injected and in whatever order.
const app = new Hono();
app.get(
  '/',
  handler((mailer: Mailer, c: Context) => c.text(String(mailer.send('ada')))),
);
app.use(handler(async (_c: Context, next: Next, _mailer: Mailer) => next()));
app.on(
  'PURGE',
  '/',
  handler((c: Context, _mailer: Mailer) => c.body(null)),
);
app.notFound(handler((c: Context, mailer: Mailer) => c.text(String(mailer.send(c.req.path)), 404)));
express().get(
  '/',
  expressHandler((_mailer: Mailer, _q: Request, r: Response, _n: NextFunction) => void r.end()),
);
expressHandler((_mailer: Mailer, _request: unknown, _response: unknown, _next: () => void) => {});
const answer = fastifyHandler(
  async (request: FastifyRequest, _reply: FastifyReply, _m: Mailer) => request.url,
);
const post = fastifyHandler((request: FastifyRequest<{ Body: { email: string } }>) => request.body.email);
const logged = background(new BackgroundTask(greet, 'ada'));
fastify()
  .register(plugin)
  .get('/', { preHandler: [logged, answer] }, answer)
  .post('/', post);
fastify({ http2: true })
  .register(plugin)
  .get('/', { preHandler: [logged, answer] }, answer)
  .post('/', post);
const listener = offstage((request, response) => void response.end(request.url));
createServer(listener).on('request', listener);
createHttpsServer({}, listener);
createHttp2Server(listener).on('request', listener);
new Koa().use(koaHandler((_mailer: Mailer, ctx: Koa.Context) => void ctx.respond));

// error: an error handler of Express is a plain function of four parameters
expressHandler((error: Error, _q: Request, r: Response, _n: NextFunction) => void r.send(error.message));
// error: an error handler of Express is a plain function of four parameters
expressHandler((_q: Request, r: Response, error: TypeError) => void r.send(error.message));
class Notice {
  readonly name = 'of an author';
  readonly message = 'no error, although it looks like one';
}
expressHandler((notice: Notice, r: Response) => void r.send(notice.message));
// biome-ignore lint/suspicious/noExplicitAny: what has any type is none
expressHandler((_any: any, _q: Request, r: Response) => void r.end());

// error: a parameter that can be neither injected nor passed
handler((c: Context, id: number) => c.text(String(id)));
handler((c: Context, id = 7) => c.text(String(id)));
inject((tasks?: BackgroundTasks) => tasks?.size)();
