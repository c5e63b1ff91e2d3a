import { describe } from 'vitest';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { load } from './fixtures/web/starts/koa.js';

// The newest version, and the oldest that the package says to support.
describe.each(['koa', 'koa-oldest'])('%s', async (version) => obeysTheLaws(await load(version)));
