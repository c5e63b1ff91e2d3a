import type { Server } from 'node:http';

export const variants = ['bare', 'by hand', 'offstage'] as const;
export type Variant = (typeof variants)[number];

/** Starts a server of one framework: on `/` it greets, on `/products/7` it asks its database. */
export type Servers = Record<Variant, () => Promise<Server> | Server>;

export const host = '127.0.0.1';
