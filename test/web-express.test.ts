import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';
import { inject } from 'offstage';
import { handler, offstage } from 'offstage/express';
import { describe, expect, it } from 'vitest';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { load } from './fixtures/web/starts/express.js';

// The newest version, and the oldest that the package says to support.
describe.each(['express', 'express-oldest'])('%s', async (version) => obeysTheLaws(await load(version)));

it('adds no property to what Express has of a request: each would cost it a new shape', async () => {
  const properties = async (...handlers: RequestHandler[]) => {
    const seen: PropertyKey[] = [];
    const answer: RequestHandler = (request, response) => {
      seen.push(...Reflect.ownKeys(request), ...Reflect.ownKeys(response));
      response.end();
    };
    const server = express()
      .get('/', ...handlers, answer)
      .listen(0, '127.0.0.1');
    await once(server, 'listening');
    await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.close();
    return seen.map(String);
  };
  const passOn: RequestHandler = (_request, _response, next) => next();
  const ours = await properties(offstage(), handler(inject([], passOn)));
  expect(ours).toEqual(await properties(passOn));
});
