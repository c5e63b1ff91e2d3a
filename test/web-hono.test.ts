import { obeysTheLaws } from './fixtures/web/laws.js';
import { load } from './fixtures/web/starts/hono.js';

obeysTheLaws(await load('hono'));
