import Koa, { type Context } from 'koa';
import { after } from 'offstage';
import { handler, offstage } from 'offstage/koa';
import { afterResponse, inRequest } from './by-hand.js';
import { countView, type Products, products } from './products.js';
import { host, type Servers } from './servers.js';

function answer(ctx: Context, products: Products): void {
  const { path } = ctx;
  ctx.body = path === '/' ? products.greet(path) : products.find(path.slice('/products/'.length));
}

function answerAndCount(ctx: Context, products: Products): void {
  after(countView, ctx.path);
  answer(ctx, products);
}

export const servers: Servers = {
  bare: () => new Koa().use((ctx) => answer(ctx, products)).listen(0, host),
  'by hand': () => {
    const app = new Koa().use((ctx, next) =>
      inRequest(() => {
        afterResponse(ctx.res, () => countView(products, ctx.path));
        return next();
      }),
    );
    return app.use((ctx) => answer(ctx, products)).listen(0, host);
  },
  offstage: () => new Koa().use(offstage()).use(handler(answerAndCount)).listen(0, host),
};
