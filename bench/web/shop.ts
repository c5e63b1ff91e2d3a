import sqlite from 'node-sqlite3-wasm';
import { Container, singleton } from 'offstage';

/** What a client sends to order something. */
export interface Order {
  readonly product: number;
  readonly quantity: number;
  readonly email: string;
}

/** What the handlers of all servers ask: with a real database, in memory. */
@singleton
export class Shop {
  tasks = 0;
  readonly #find;
  readonly #insert;

  constructor() {
    const database = new sqlite.Database(':memory:');
    database.exec(`
      create table products (id integer primary key, name text, price integer);
      create table orders (id integer primary key, product integer, quantity integer, email text);
    `);
    for (let id = 1; id <= 100; id++) {
      database.run('insert into products values (?, ?, ?)', [id, `Product ${id}`, id * 100]);
    }
    this.#find = database.prepare('select name, price from products where id = ?');
    this.#insert = database.prepare('insert into orders (product, quantity, email) values (?, ?, ?)');
  }

  greet(path: string): string {
    return `hello from ${path}`;
  }

  order({ product, quantity, email }: Order): object {
    const found = this.#find.get([product]);
    if (!found || !Number.isInteger(quantity) || !email.includes('@')) throw new Error('no such order');
    this.#insert.run([product, quantity, email]);
    return { accepted: found.name, quantity, total: Number(found.price) * quantity };
  }
}

/** The one that injected handlers get, for those that are written without injection. */
export const shop = Container.resolve(Shop);

/** The task after each response. */
export async function count(shop: Shop, _what: string): Promise<void> {
  shop.tasks++;
}
