import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { after as afterResponse, BackgroundTask, withBackground } from 'offstage';
import { background, offstage } from 'offstage/hono';
import { expect, test } from 'vitest';
import { portOf } from './fixtures/web/listen.js';

test('behind the parser of Hono, tasks have what was uploaded, and run in their order', async () => {
  const log: string[] = [];
  const note = async (text: string) => void log.push(text);
  const requests = offstage();
  const app = new Hono().use(requests);
  app.post('/upload', background(new BackgroundTask(note, 'of the route')), async (c) => {
    const { name, file } = await c.req.parseBody();
    if (!(file instanceof File)) throw new Error('no file has come');
    const length = (await file.text()).length;
    afterResponse(note, `${name}: ${file.name} of ${length}`);
    return withBackground(c.text('uploaded'), new BackgroundTask(note, 'of the response'));
  });
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server; // without options it is one
  const body = new FormData();
  body.set('name', 'ada');
  body.set('file', new File(['x'.repeat(300_000)], 'ada.png')); // in many pieces
  const url = `http://127.0.0.1:${await portOf(server)}/upload`;
  const response = await fetch(url, { method: 'POST', body });
  expect(await response.text()).toBe('uploaded');
  await requests.close(server);
  expect(log).toEqual(['of the route', 'ada: ada.png of 300000', 'of the response']);
});
