import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';
import { after as afterResponse, Container, inject, Scope, token, typeToken } from 'offstage';
import { handler, offstage } from 'offstage/fastify';
import { describe, expect, test } from 'vitest';
import { gate, settled } from './fixtures/gate.js';
import { ask, request } from './fixtures/web/client.js';
import { obeysTheLaws } from './fixtures/web/laws.js';
import { portOf } from './fixtures/web/listen.js';
import { load } from './fixtures/web/starts/fastify.js';

const Name = token<string>('Name');
/** Calls a function outside the flow of any request. */
const outside = AsyncLocalStorage.snapshot();

/** A handler whose task ends when it is let. */
function withTask(passed: Promise<void>, log: string[]) {
  return async () => {
    afterResponse(async () => {
      await passed;
      log.push('task');
    });
    return 'answer';
  };
}

// The newest version, and the oldest that the package says to support.
describe.each(['fastify', 'fastify-oldest'])('%s', async (version) => {
  obeysTheLaws(await load(version));

  const { default: fastify }: typeof import('fastify') = await import(version);

  test('closing lets later hooks end the responses that it waits for', async () => {
    const log: string[] = [];
    const came = gate();
    const app = fastify();
    await app.register(offstage, { container: Container.create() });
    let end = () => {};
    app.get('/', (_request, reply) => {
      reply.hijack();
      reply.raw.write('first of many');
      end = () => void reply.raw.end();
      afterResponse(async () => void log.push('task'));
    });
    app.addHook('preClose', async () => end());
    app.addHook('onClose', async () => void log.push('closed'));
    await app.listen({ port: 0, host: '127.0.0.1' });
    request(await portOf(app.server), '/', (response) => {
      response.resume();
      came.open();
    });
    await came.passed;
    await app.close();
    expect(log).toEqual(['task', 'closed']);
  });

  const reached: [string, (app: FastifyInstance) => Promise<unknown>][] = [
    [
      'over the network',
      async (app) => {
        await app.listen({ port: 0, host: '127.0.0.1' });
        await ask(await portOf(app.server), '/');
      },
    ],
    ['by inject()', (app) => app.inject('/')],
  ];

  test.each(reached)('closing waits for tasks longer than Fastify waits for a hook: %s', async (_, reach) => {
    const log: string[] = [];
    const { passed, open } = gate();
    const app = fastify({ pluginTimeout: 50 });
    await app.register(offstage, { container: Container.create() });
    app.get('/', withTask(passed, log));
    app.addHook('onClose', async () => void log.push('closed'));
    await reach(app);
    const closing = app.close();
    await new Promise((resolve) => setTimeout(resolve, 150)); // the deadline of a hook has passed
    await settled();
    log.push('task may end');
    open();
    await closing;
    expect(log).toEqual(['task may end', 'task', 'closed']);
  });

  test.each(reached)('closing waits for tasks, although the hook of another fails: %s', async (_, reach) => {
    const log: string[] = [];
    const { passed, open } = gate();
    const app = fastify();
    app.addHook('preClose', async () => {
      throw new Error('as asked');
    });
    await app.register(offstage, { container: Container.create() });
    app.get('/', withTask(passed, log));
    await reach(app);
    const closing = app.close().catch(({ message }: Error) => log.push(message));
    await settled();
    log.push('task may end');
    open();
    await closing;
    expect(log).toEqual(['task may end', 'task', 'as asked']);
  });

  test.each<[string, (app: FastifyInstance) => Promise<unknown>]>([
    ['on the application itself', async (app) => app.register(offstage)],
    ['in another plugin', async (app) => app.register(async (plugin) => void plugin.register(offstage))],
  ])('a second registration is refused, %s', async (_, registerAgain) => {
    const app = fastify();
    await app.register(offstage);
    await expect(registerAgain(app).then(() => app.ready())).rejects.toMatchObject({
      name: 'RegistrationError',
      message:
        'the plugin of offstage is registered a second time\nRegister it once, on the application itself: it is for all routes behind it, those of other plugins too.',
    });
    await app.close();
  });

  test('a second registration is refused, also where both are in plugins that know nothing of each other', async () => {
    const app = fastify();
    for (const prefix of ['/a', '/b'])
      app.register(async (plugin) => void plugin.register(offstage), { prefix });
    await expect(app.ready()).rejects.toThrow('registered a second time');
  });

  test('a task that closes its server by hand is refused, and the application closes it later', async () => {
    const app = fastify();
    await app.register(offstage, { container: Container.create() });
    const { passed, open } = gate<string | undefined>();
    app.get('/', async () => {
      afterResponse(async () => void app.server.close((error) => open(error?.name)));
      return 'answer';
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    await ask(await portOf(app.server), '/');
    expect(await passed).toBe('SelfWaitError');
    await app.close();
    expect(app.server.listening).toBe(false);
  });

  test('a task that closes the application is refused, also where the adapter is that of a plugin', async () => {
    const app = fastify();
    const { passed, open } = gate<unknown>();
    await app.register(async (plugin) => {
      await plugin.register(offstage, { container: Container.create() });
      plugin.get('/', async () => {
        afterResponse(async () => void app.close().catch(open));
        return 'answer';
      });
    });
    await app.inject('/');
    expect(String(await passed)).toContain('waits for its server to close, which waits for GET /');
    expect((await app.inject('/')).statusCode).toBe(200); // and not 503: it goes on
    await new Promise<void>((resolve) => void app.close(resolve));
  });

  test('a hook that calls done(), and a handler that sends later, do so once, although they had to wait for what they are injected', async () => {
    class Rate {
      readonly euros = 7;
    }
    const container = Container.create();
    const makeRate = async () => new Rate();
    container.registerProvider(Rate, { useFactory: makeRate, scope: Scope.Resource });
    const log: string[] = [];
    const app = fastify();
    await app.register(offstage, { container });
    const Reply = typeToken<FastifyReply>('fastify', 'FastifyReply');
    const Done = typeToken<HookHandlerDoneFunction>('fastify', 'HookHandlerDoneFunction');
    const hook = handler(
      inject([Rate, Done], ({ euros }, done) => {
        log.push(`hook ${euros}`);
        done();
      }),
    );
    const later = inject([Rate, Reply], ({ euros }, reply) => {
      log.push('handler');
      afterResponse(async () => void log.push('task'));
      setImmediate(() => reply.send(`it costs ${euros}`));
    });
    app.get('/', { preHandler: hook }, handler(later));
    expect((await app.inject('/')).body).toBe('it costs 7');
    await app.close();
    expect(log).toEqual(['hook 7', 'handler', 'task']);
  });

  test('and tell what they could not be given', async () => {
    class Broken {}
    const container = Container.create();
    const makeBroken = async () => {
      throw new Error('as asked');
    };
    container.registerProvider(Broken, { useFactory: makeBroken, scope: Scope.Resource });
    const app = fastify();
    await app.register(offstage, { container });
    const broken = handler(inject([Broken], () => {}));
    app.get('/handler', broken);
    app.get('/hook', { preHandler: broken }, async () => 'answer');
    for (const url of ['/handler', '/hook']) {
      const { statusCode, body } = await app.inject(url);
      expect([statusCode, body]).toEqual([500, expect.stringContaining('as asked')]);
    }
    await app.close();
  });

  test.each([
    ['an error', new Error('as asked')],
    ['a text', 'as asked'],
    ['null', null],
    ['undefined', undefined],
  ])('an error handler is that of its request, which has thrown %s', async (_, thrown) => {
    class Names {
      readonly own = 'ada';
    }
    const container = Container.create();
    container.registerProvider(Names, 'resource');
    const log: string[] = [];
    const app = fastify();
    await app.register(offstage, { container });
    const Request = typeToken<FastifyRequest>('fastify', 'FastifyRequest');
    const answer = inject([Names, Request], async ({ own }, { url }, error: unknown) => {
      afterResponse.always(async () => void log.push(`task of ${own}`));
      return `${url} ${error}`;
    });
    const handle = handler(answer);
    app.setErrorHandler((...args) => outside(() => Reflect.apply(handle, undefined, args)));
    app.get('/', async () => {
      throw thrown;
    });
    expect((await app.inject('/')).body).toBe(`/ ${thrown}`);
    await app.close();
    expect(log).toEqual(['task of ada']);
  });

  test('a handler that gives back its reply ends with a client that goes away before its turn', async () => {
    const log: string[] = [];
    const came = gate();
    const mayAnswer = gate();
    const app = fastify();
    const container = Container.create();
    container.registerProvider(Name, { useValue: 'second' });
    await app.register(offstage, { container });
    app.get('/first', async () => mayAnswer.passed);
    const pieces = async function* () {
      yield 'one';
      await mayAnswer.passed;
      yield 'two';
    };
    const second = async (_name: string, _request: FastifyRequest, reply: FastifyReply) => {
      afterResponse(async () => void log.push('task'));
      came.open();
      return reply.send(Readable.from(pieces()));
    };
    app.get('/second', handler(inject([Name], second)));
    await app.listen({ port: 0, host: '127.0.0.1' });
    const client = connect(await portOf(app.server), '127.0.0.1');
    client.write('GET /first HTTP/1.1\r\nHost: x\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\n\r\n');
    await came.passed;
    client.destroy();
    await once(client, 'close');
    await settled();
    mayAnswer.open();
    await app.close();
    expect(log).toEqual(['task']);
  });

  test('a handler may have the application closed, which waits for its answer and its task', async () => {
    const app = fastify();
    await app.register(offstage, { container: Container.create() });
    const log: string[] = [];
    let closing: Promise<undefined> | undefined;
    app.get('/', async () => {
      closing = app.close();
      afterResponse(async () => void log.push('task'));
      return 'answer';
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    expect(await ask(await portOf(app.server), '/')).toEqual({ status: 200, text: 'answer' });
    await closing;
    expect(log).toEqual(['task']);
  });
});
