import { describe } from 'vitest';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { load } from './fixtures/web/starts/express.js';

// The newest version, and the oldest that the package says to support.
describe.each(['express', 'express-oldest'])('%s', async (version) => obeysTheLaws(await load(version)));
