import { after, type BackgroundTasks, inject } from 'offstage';
import { track } from './analytics.js';
import type { Database } from './database.js';
import type { Mailer } from './mailer.js';
import { findProduct } from './products.js';
import { Refused, type Sent } from './refused.js';
import { sendWebhook } from './webhooks.js';

export interface NewOrder {
  readonly email: string;
  readonly product: string;
  readonly quantity: number;
  /** Where the customer's own server wants to be told. */
  readonly webhook?: string;
}

/** Takes an order: the stock at once, since two may want the last one; the rest once the response is out, in order. */
export const placeOrder = inject(async (db: Database, tasks: BackgroundTasks, order: Sent<NewOrder>) => {
  after.always(track, 'order'); // also of those that are refused
  const { email, product, quantity, webhook } = order ?? {};
  if (typeof email !== 'string' || typeof product !== 'string' || !isCount(quantity))
    throw new Refused(400, 'an email, a product and a quantity, please');
  if (webhook !== undefined && typeof webhook !== 'string') throw new Refused(400, 'a webhook is a URL');
  await findProduct(product);
  const id = db.transaction(() => {
    const taken = 'update products set stock = stock - ? where id = ? and stock >= ?';
    if (db.run(taken, quantity, product, quantity) === 0) throw new Refused(409, `not enough of ${product}`);
    const added = 'insert into orders (email, product, quantity, webhook) values (?, ?, ?, ?) returning id';
    return db.get<{ id: number }>(added, email, product, quantity, webhook ?? null)?.id ?? 0;
  });
  tasks.addTask(sendConfirmation, email, id);
  tasks.addTask(watchStock, product);
  tasks.addTask(sendInvoice, id);
  if (webhook) tasks.addTask(sendWebhook, webhook, 'order.placed', id);
  return { order: id };
});

function isCount(quantity: unknown): quantity is number {
  return Number.isInteger(quantity) && Number(quantity) > 0;
}

async function sendConfirmation(mailer: Mailer, email: string, order: number) {
  await mailer.send(email, `Your order ${order}`, 'We have it, and pack.');
}

async function watchStock(mailer: Mailer, product: string) {
  const { stock } = await findProduct(product);
  if (stock < 5)
    await mailer.send('purchase@example.com', `Only ${stock} of ${product} left`, 'Please buy more.');
}

async function sendInvoice(db: Database, mailer: Mailer, order: number) {
  const row = db.get<{ email: string; total: number }>(
    'select email, quantity * price as total from orders join products on products.id = product where orders.id = ?',
    order,
  );
  if (!row) throw new Error(`there is no order ${order}`);
  await mailer.send(row.email, `Invoice of order ${order}`, `The total is ${row.total.toFixed(2)}.`);
  db.run('update orders set invoiced = 1 where id = ?', order);
}
