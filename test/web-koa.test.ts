import { Readable } from 'node:stream';
import { after, Container, inject } from 'offstage';
import { offstage } from 'offstage/koa';
import { describe, expect, test } from 'vitest';
import { ask } from './fixtures/web/client.js';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { portOf } from './fixtures/web/listen.js';
import { load } from './fixtures/web/starts/koa.js';

// The newest version, and the oldest that the package says to support.
describe.each(['koa', 'koa-oldest'])('%s', async (version) => {
  obeysTheLaws(await load(version));

  const { default: Koa }: { default: typeof import('koa') } = await import(version);

  test('a stream is read in the flow of its request, to its end', async () => {
    class Names {
      readonly own = 'ada';
    }
    await using container = Container.create();
    container.registerProvider(Names, 'singleton');
    const name = inject([Names], ({ own }) => own);
    const log: string[] = [];
    async function* rows() {
      for (let row = 0; row < 4; row++) {
        yield name().padEnd(20_000);
        await null;
      }
      after(async () => void log.push(`task of ${name()}`));
    }
    const requests = offstage({ container });
    const app = new Koa().use(requests).use((ctx) => {
      ctx.body = Readable.from(rows());
    });
    app.silent = true;
    const server = app.listen(0, '127.0.0.1');
    const { text } = await ask(await portOf(server), '/');
    await requests.close(server);
    expect({ length: text.length, log }).toEqual({ length: 80_000, log: ['task of ada'] });
  });
});
