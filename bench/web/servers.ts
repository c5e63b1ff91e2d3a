import type { Server } from 'node:http';

/** Without a task, with one that is written by hand, and with injected handlers and a task. */
export const variants = ['bare', 'by hand', 'offstage'] as const;
export type Variant = (typeof variants)[number];

/** Starts a server of one framework: on `/` it greets, on `/products/7` it asks its database. */
export type Servers = Record<Variant, () => Promise<Server> | Server>;

export const host = '127.0.0.1';
