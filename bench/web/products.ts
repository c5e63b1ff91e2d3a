import sqlite from 'node-sqlite3-wasm';
import { Container, singleton } from 'offstage';

/** What the handlers of all servers ask: a real database, in memory. */
@singleton
export class Products {
  viewed = 0;
  readonly #byId;

  constructor() {
    const database = new sqlite.Database(':memory:');
    database.exec(
      'create table products (id integer primary key, name text, price integer, description text)',
    );
    for (let id = 1; id <= 100; id++) {
      const description = `What everybody needs who has ${id} of the others already`;
      database.run('insert into products values (?, ?, ?, ?)', [id, `Product ${id}`, id * 100, description]);
    }
    this.#byId = database.prepare('select * from products where id = ?');
  }

  greet(path: string): string {
    return `hello from ${path}`;
  }

  find(id: string | undefined): unknown {
    return this.#byId.get([Number(id)]);
  }
}

/** The one that injected handlers get, for those that are written without injection. */
export const products = Container.resolve(Products);

/** The task after each response. */
export async function countView(products: Products, _path: string): Promise<void> {
  products.viewed++;
}
