import type { Server } from 'node:http';

/** Without a task, with one that is written by hand, and with injected handlers and a task. */
export const variants = ['bare', 'by hand', 'offstage'] as const;
export type Variant = (typeof variants)[number];

/** Starts a server of one framework: on `/` it greets, to `/orders` one posts an order. */
export type Servers = Record<Variant, () => Promise<Server> | Server>;

export const host = '127.0.0.1';
