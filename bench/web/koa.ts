import { json } from 'node:stream/consumers';
import Koa, { type Context } from 'koa';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/koa';
import { afterResponse, inRequest } from './by-hand.js';
import { host, type Servers } from './servers.js';
import { count, type Order, type Shop, shop } from './shop.js';

async function answer(ctx: Context, shop: Shop): Promise<void> {
  if (ctx.method === 'POST')
    ctx.body = shop.order((await json(ctx.req)) as Order); // as its client sends it
  else ctx.body = shop.greet(ctx.path);
}

function answerAndCount(ctx: Context, shop: Shop): Promise<void> {
  after(count, ctx.path);
  return answer(ctx, shop);
}

export const servers: Servers = {
  bare: () => new Koa().use((ctx) => answer(ctx, shop)).listen(0, host),
  'by hand': () => {
    const app = new Koa().use((ctx, next) =>
      inRequest(() => {
        afterResponse(ctx.res, () => count(shop, ctx.path));
        return next();
      }),
    );
    return app.use((ctx) => answer(ctx, shop)).listen(0, host);
  },
  offstage: () => new Koa().use(offstage()).use(handler(answerAndCount)).listen(0, host),
};
