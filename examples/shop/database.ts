import { join } from 'node:path';
import sqlite, { type JSValue } from 'node-sqlite3-wasm';
import { singleton } from 'offstage';
import type { Settings } from './settings.js';

const schema = `
  create table customers (email text primary key, name text not null);
  create table products (
    id text primary key, price real not null, stock integer not null, thumbnail text, width integer, height integer
  );
  create table orders (
    id integer primary key, email text not null, product text not null references products, quantity integer not null,
    webhook text, status text not null default 'placed', invoiced integer not null default 0
  );
  create table events (name text primary key, count integer not null);
  insert into products (id, price, stock) values ('teapot', 24.5, 10), ('cup', 4, 100);
`;

/** The shop's SQLite file. The container closes it when the process ends. */
@singleton
export class Database {
  readonly #file: sqlite.Database;

  constructor(settings: Settings) {
    this.#file = new sqlite.Database(join(settings.folder, 'shop.db'));
    this.#file.exec(schema);
  }

  /** @returns the row, of the type that the schema gives it */
  get<Row>(sql: string, ...values: JSValue[]): Row | undefined {
    return (this.#file.get(sql, values) as Row | null) ?? undefined; // what the query selects, only its author knows
  }

  all<Row>(sql: string, ...values: JSValue[]): Row[] {
    return this.#file.all(sql, values) as Row[]; // the same
  }

  /** @returns how many rows it has changed */
  run(sql: string, ...values: JSValue[]): number {
    return this.#file.run(sql, values).changes;
  }

  /** Does all of it, or nothing. */
  transaction<T>(body: () => T): T {
    this.#file.exec('begin');
    try {
      const result = body();
      this.#file.exec('commit');
      return result;
    } catch (error) {
      this.#file.exec('rollback');
      throw error;
    }
  }

  [Symbol.dispose]() {
    this.#file.close();
  }
}
