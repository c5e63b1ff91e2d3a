import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import sqlite from 'node-sqlite3-wasm';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';
import { startProgram } from './fixtures/run-program.js';
import { portOf } from './fixtures/web/listen.js';

/** A customer's own server, which is told of events. */
async function customer() {
  const events: unknown[] = [];
  const server = createServer(async (request, response) => {
    events.push(await json(request));
    response.end();
  }).listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${await portOf(server)}/`;
  return { events, url, close: () => once(server.close(), 'close') };
}

async function openShop(framework: string) {
  const program = startProgram('examples/shop/main.ts', framework, '0');
  const usage = await program.printed('Ctrl-C closes it');
  const [, url = ''] = usage.match(/The shop is open, on \w+: (\S+)/) ?? [];
  const [, folder = ''] = usage.match(/mails are in (\S+)/) ?? [];

  async function send(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) {
    const response = await fetch(url + path, { method: 'POST', body, headers });
    return { status: response.status, body: await response.json() };
  }
  return {
    ...program,
    folder,
    async get(path: string) {
      const response = await fetch(url + path);
      return { status: response.status, body: await response.json() };
    },
    post: (path: string, body: object | string | null, headers = {}) =>
      send(path, typeof body === 'string' ? body : JSON.stringify(body), {
        'content-type': 'application/json',
        ...headers,
      }),
    upload: (path: string, picture: Uint8Array<ArrayBuffer>) =>
      send(path, picture, { 'content-type': 'image/png' }),
  };
}

/** A picture whose left half is black, and whose right half is white. */
function picture(width: number, height: number): Uint8Array<ArrayBuffer> {
  const png = new PNG({ width, height });
  for (let at = 0; at < width * height; at++)
    png.data.fill(at % width < width / 2 ? 0 : 255, at * 4, at * 4 + 3);
  for (let at = 0; at < width * height; at++) png.data[at * 4 + 3] = 255;
  return new Uint8Array(PNG.sync.write(png));
}

/** Who got which mail, in the order of arrival. */
function mailsIn(folder: string): string[] {
  return readdirSync(join(folder, 'mails'))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => {
      const mail = readFileSync(join(folder, 'mails', name), 'utf8');
      const header = (field: string) => mail.match(new RegExp(`^${field}: (.*)\r$`, 'm'))?.[1];
      return `${header('To')}: ${header('Subject')}`;
    });
}

function rows(folder: string, sql: string): unknown[] {
  const database = new sqlite.Database(join(folder, 'shop.db'), { readOnly: true });
  try {
    return database.all(sql);
  } finally {
    database.close();
  }
}

test.concurrent.each(['hono', 'fastify'])(
  'the shop on %s does all that it has accepted',
  async (framework) => {
    const { events, url, close } = await customer();
    const shop = await openShop(framework);
    const ada = { name: 'Ada', email: 'ada@example.com' };
    const order = { email: ada.email, product: 'teapot', quantity: 8, webhook: url };

    expect(await shop.post('/sign-up', ada)).toEqual({ status: 201, body: { email: ada.email } });
    expect(await shop.post('/sign-up', ada)).toMatchObject({ status: 409 });
    expect(await shop.get('/products/teapot')).toMatchObject({ status: 200, body: { stock: 10 } });
    expect(await shop.get('/products/kettle')).toMatchObject({ status: 404 });
    expect(await shop.upload('/products/teapot/picture', picture(800, 600))).toMatchObject({ status: 202 });
    expect(await shop.upload('/products/cup/picture', new Uint8Array([1, 2, 3]))).toMatchObject({
      status: 202,
    });
    expect(await shop.post('/orders', order)).toEqual({ status: 202, body: { order: 1 } });
    expect(await shop.post('/orders', order)).toMatchObject({ status: 409 });
    for (const missing of ['email', 'product', 'quantity'])
      expect(await shop.post('/orders', { ...order, [missing]: undefined })).toMatchObject({ status: 400 });
    expect(await shop.post('/orders', 'no JSON')).toMatchObject({ status: 400 });
    await shop.printed('sendWebhook succeeded'); // the last task of the order
    const bank = { authorization: 'Bearer of-the-bank' };
    expect(await shop.post('/webhooks/payments', { order: 1 }, bank)).toMatchObject({ status: 200 });
    expect(await shop.post('/webhooks/payments', { order: 1 })).toMatchObject({ status: 401 });
    for (const path of ['/sign-up', '/orders', '/webhooks/payments'])
      for (const sent of [null, {}, [null], { order: '1', email: 1 }])
        expect(await shop.post(path, sent, bank)).toMatchObject({ status: 400 });
    expect(await shop.get('/analytics')).toMatchObject({ status: 200 });
    expect(await shop.get('/health')).toMatchObject({ status: 200, body: { sqlite: expect.any(String) } });

    // What it has accepted when it is told to end.
    const others = Array.from({ length: 20 }, (_, n) => `${n}@example.com`);
    for (const { status } of await Promise.all(
      others.map((email) => shop.post('/sign-up', { name: 'Bob', email })),
    )) {
      expect(status).toBe(201);
    }
    shop.child.kill('SIGTERM');
    const { code, stdout, stderr } = await shop.ended;
    await close();

    expect({ code, end: stdout.slice(-7) }).toEqual({ code: 0, end: 'closed\n' });
    // Of the cup, whose picture is none.
    expect(stderr.match(/Error in background .*/g)).toEqual([
      expect.stringContaining('Error in background sync task makeThumbnail'),
    ]);
    const mails = mailsIn(shop.folder);
    const welcomes = ['ada@example.com: Welcome, Ada', ...others.map((email) => `${email}: Welcome, Bob`)];
    expect(mails.filter((mail) => mail.includes('Welcome')).sort()).toEqual(welcomes.sort());
    expect(mails.filter((mail) => !mail.includes('Welcome'))).toEqual([
      'ada@example.com: Your order 1',
      'purchase@example.com: Only 2 of teapot left',
      'ada@example.com: Invoice of order 1',
    ]);
    expect(events).toEqual([
      { event: 'order.placed', order: 1 },
      { event: 'order.paid', order: 1 },
    ]);
    expect(rows(shop.folder, 'select email, quantity, status, invoiced from orders')).toEqual([
      { email: ada.email, quantity: 8, status: 'paid', invoiced: 1 },
    ]);
    expect(rows(shop.folder, 'select id, stock, width, height from products order by id')).toEqual([
      { id: 'cup', stock: 100, width: null, height: null },
      { id: 'teapot', stock: 2, width: 64, height: 48 },
    ]);
    expect(rows(shop.folder, 'select * from events order by name')).toEqual([
      { name: 'analytics', count: 1 },
      { name: 'order', count: 9 },
      { name: 'sign-up', count: 21 },
      { name: 'view of teapot', count: 1 },
    ]);
    const thumbnail = PNG.sync.read(readFileSync(join(shop.folder, 'teapot.thumbnail.png')));
    const line = Array.from({ length: 64 }, (_, x) => thumbnail.data[x * 4]);
    expect(line).toEqual([...new Array(32).fill(0), ...new Array(32).fill(255)]);
    rmSync(shop.folder, { recursive: true });
  },
);

test('a framework that there is not is one clear line and exit code 2', async () => {
  expect(await startProgram('examples/shop/main.ts', 'rails').ended).toMatchObject({
    code: 2,
    stdout: '',
    stderr: 'shop: there is no rails, only hono and fastify\n',
  });
});
