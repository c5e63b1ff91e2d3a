import { after, inject } from 'offstage';
import type { Database } from './database.js';
import { Refused, type Sent } from './refused.js';
import type { Settings } from './settings.js';

export interface Payment {
  readonly order: number;
}

/** The bank tells of a payment. It wants an answer at once, and what follows from it comes afterwards. */
export const receivePayment = inject(
  async (settings: Settings, authorization: string, payment: Sent<Payment>) => {
    if (authorization !== `Bearer ${settings.bankToken}`) throw new Refused(401, 'you are not the bank');
    const { order } = payment ?? {};
    if (typeof order !== 'number') throw new Refused(400, 'the number of an order, please');
    after(settle, order);
    return { received: order };
  },
);

async function settle(db: Database, order: number) {
  if (db.run(`update orders set status = 'paid' where id = ?`, order) === 0)
    throw new Error(`a payment of order ${order}, which does not exist`);
  const row = db.get<{ webhook: string | null }>('select webhook from orders where id = ?', order);
  if (row?.webhook) await sendWebhook(row.webhook, 'order.paid', order);
}

/** Tells a customer's server of an event. */
export async function sendWebhook(url: string, event: string, order: number) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event, order }),
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}
