import { inject } from 'offstage';
import type { Database } from './database.js';

/** Counts an event: a task, so that nobody waits for statistics. */
export async function track(db: Database, event: string) {
  db.run(
    'insert into events (name, count) values (?, 1) on conflict (name) do update set count = count + 1',
    event,
  );
}

export const analytics = inject(async (db: Database) =>
  db.all<{ name: string; count: number }>('select name, count from events order by name'),
);
