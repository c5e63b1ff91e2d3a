import { obeysTheLaws } from './fixtures/web/laws.js';
import { load } from './fixtures/web/starts/node.js';

obeysTheLaws(await load());
