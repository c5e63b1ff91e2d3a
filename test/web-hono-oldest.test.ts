import { obeysTheLaws } from './fixtures/web/laws.js';
import { load } from './fixtures/web/starts/hono.js';

// The oldest that the package says to support: in a file of its own, since a server of Hono replaces the global Response.
obeysTheLaws(await load('hono-oldest', 'hono-node-server-oldest'));
