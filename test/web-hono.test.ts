import { describe } from 'vitest';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { load } from './fixtures/web/starts/hono.js';

// The newest version, and the oldest that the package says to support.
describe.each(['hono', 'hono-oldest'])('%s', async (version) => obeysTheLaws(await load(version)));
