import { after, inject } from 'offstage';
import type { Database } from './database.js';
import type { Mailer } from './mailer.js';
import { Refused, type Sent } from './refused.js';

export interface Customer {
  readonly email: string;
  readonly name: string;
}

/** Keeps the customer, and sends the welcome once the response is out. */
export const signUp = inject(async (db: Database, customer: Sent<Customer>) => {
  const { email, name } = customer ?? {};
  if (typeof email !== 'string' || !email.includes('@') || typeof name !== 'string' || !name)
    throw new Refused(400, 'a name and an email, please');
  const added = db.run('insert or ignore into customers (email, name) values (?, ?)', email, name);
  if (added === 0) throw new Refused(409, `${email} has signed up before`);
  after(sendWelcome, email, name);
  return { email };
});

async function sendWelcome(mailer: Mailer, email: string, name: string) {
  await mailer.send(email, `Welcome, ${name}`, 'Good to have you here.');
}
