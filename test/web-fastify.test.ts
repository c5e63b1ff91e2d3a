import { describe } from 'vitest';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { load } from './fixtures/web/starts/fastify.js';

// The newest version, and the oldest that the package says to support.
describe.each(['fastify', 'fastify-oldest'])('%s', async (version) => obeysTheLaws(await load(version)));
